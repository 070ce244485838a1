// What operators do: a task at set times and now, its log, tunnels to a database; and services that reach each other by proxies.
import { App, Duration, Size, Stack, TimeZone } from 'aws-cdk-lib';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { AppProtocol, ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Readings } from './readings.js';
import { ContainerCluster, ContainerService, EnvironmentProfile, IAppNetwork, IPrivatePostgres, SsmBastion } from 'cdk-patternbook';

export function operatorsTour(app: App, profile: EnvironmentProfile, network: IAppNetwork, database: IPrivatePostgres): void {
  const stack = new Stack(app, 'Operators');
  const api = new ContainerService(stack, 'Api', {
    cluster: new ContainerCluster(stack, 'Cluster', { network, profile }),
    profile,
    image: ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:1'),
    port: 8080,
    enableExecuteCommand: true,
    serviceConnect: { alias: 'api', aliasPort: 80, protocol: AppProtocol.http },
  });
  const reports = api.addScheduledTask('Reports', {
    schedule: ScheduleExpression.cron({ minute: '0', hour: '3', timeZone: TimeZone.EUROPE_ROME }),
    command: ['timeout', '600', 'rake', 'reports'],
    environment: { DEPTH: 'full', LEVEL: 'debug', PAPER: 'a4' },
    cpu: 1024,
    memory: Size.gibibytes(4),
    start: new Date('2027-01-01T00:00:00Z'),
    end: new Date('2030-12-31T00:00:00Z'),
    enabled: false,
    startWithin: Duration.minutes(20),
  });
  const bastion = new SsmBastion(stack, 'Bastion', { network, instanceType: new InstanceType('t4g.micro') });

  const read = new Readings(stack);
  read.text('LogsCommand', api.logsCommand);
  read.text('RunTaskCommand', api.runTaskCommand('rake', 'db:seed'));
  read.text('TunnelCommand', api.tunnelCommand(database, 6543));
  read.text('RunCommand', reports.runCommand);
  read.text('Schedule', reports.schedule.scheduleName);
  read.text('FailedRuns', reports.failedRuns.queueName);
  read.text('Instance', bastion.instance.instanceId);
  read.number('SecurityGroups', bastion.connections.securityGroups.length);
  read.text('TunnelTo', bastion.tunnelTo(database, 7654));
}
