import { App, Stack, TimeZone } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as fc from 'fast-check';
import {
  AlertTopic, AlarmThreshold, AppDomain, AppNetwork, AppServiceOptions, ContainerCluster, EnvironmentProfile, HaContainerWebApp,
  HaContainerWebAppProps, PrivatePostgres, Route, WebEntry, WorkHoursOptions,
} from '../../src';
import { FLAG_SETS, inProfile, testApp, testStack } from '../harness';

const IMAGE = ecs.ContainerImage.fromRegistry('example/api:1');
const API: AppServiceOptions = { image: IMAGE, port: 8000, route: Route.path('/*'), healthCheckPath: '/healthz' };

/** The shape of the example: a public service, a private one and a database. */
function wholeApp(stack: Stack, props: HaContainerWebAppProps = {}): HaContainerWebApp {
  const web = new HaContainerWebApp(stack, 'App', { alerts: new AlertTopic(stack, 'Alerts', { emails: ['ops@example.com'] }), ...props });
  const database = web.addDatabase('Database');
  const api = web.addService('Api', API);
  api.useDatabase(database);
  return web;
}

describe.each(FLAG_SETS)('a whole app with %s', (_, flags) => {
  let template: Template;
  beforeAll(() => {
    const stack = new Stack(new App({ context: flags }), 'Stack');
    wholeApp(stack);
    template = Template.fromStack(stack);
  });

  test('has one of each of its parts', () => {
    for (const type of ['EC2::VPC', 'ECS::Cluster', 'ECS::Service', 'ElasticLoadBalancingV2::LoadBalancer', 'RDS::DBInstance', 'SNS::Topic', 'CloudWatch::Dashboard']) {
      template.resourceCountIs(`AWS::${type}`, 1);
    }
  });

  test('runs its tasks in private subnets', () => {
    template.hasResourceProperties('AWS::ECS::Service', { NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } } });
  });

  test('its deployments roll back on the alarms of their own route', () => {
    const [service] = Object.values(template.findResources('AWS::ECS::Service'));
    const { Alarms: { AlarmNames, Enable, Rollback }, DeploymentCircuitBreaker } = service.Properties.DeploymentConfiguration;
    expect([Enable, Rollback, DeploymentCircuitBreaker]).toEqual([true, true, { Enable: true, Rollback: true }]);
    expect(AlarmNames.length).toBeGreaterThan(0);
  });

  test('every alarm acts on the topic', () => {
    for (const { Properties } of Object.values(template.findResources('AWS::CloudWatch::Alarm'))) {
      expect(Properties.AlarmActions).toEqual([{ Ref: expect.stringMatching(/^Alerts/) }]);
    }
  });

  test('load balancer, service, route and database each have alarms', () => {
    const ids = Object.keys(template.findResources('AWS::CloudWatch::Alarm')).join(' ');
    for (const part of ['Entry', 'Service', 'Database']) expect(ids).toContain(part);
  });
});

describe('by default', () => {
  test('the network is made by the profile: two zones in dev, three in prod', () => {
    const zones = (name: 'dev' | 'prod'): number => new HaContainerWebApp(testStack(inProfile(name)), 'App').network.vpc.availabilityZones.length;
    expect([zones('dev'), zones('prod')]).toEqual([2, 3]);
  });

  test('private names end in the app\'s id', () => {
    const stack = testStack();
    new HaContainerWebApp(stack, 'Shop');
    Template.fromStack(stack).hasResourceProperties('AWS::ServiceDiscovery::PrivateDnsNamespace', { Name: 'shop.local' });
  });

  test('a service without a route is private: no target group, no listener rule', () => {
    const stack = testStack();
    new HaContainerWebApp(stack, 'App').addService('Worker', { image: IMAGE, port: 9000 });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::TargetGroup', 0);
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::ListenerRule', 0);
  });

  test('there is a dashboard in prod and none in dev', () => {
    const dashboards = (name: 'dev' | 'prod'): number => {
      const stack = testStack(inProfile(name));
      wholeApp(stack);
      return Object.keys(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard')).length;
    };
    expect([dashboards('dev'), dashboards('prod')]).toEqual([0, 1]);
  });
});

describe('what is chosen otherwise', () => {
  test('alarms: false leaves no alarm and no rollback on alarms', () => {
    const stack = testStack();
    wholeApp(stack, { alarms: false });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
    template.hasResourceProperties('AWS::ECS::Service', { DeploymentConfiguration: { Alarms: Match.absent() } });
  });

  test('dashboard: false leaves none in prod, true makes one in dev', () => {
    const without = testStack(inProfile('prod'));
    wholeApp(without, { dashboard: false });
    Template.fromStack(without).resourceCountIs('AWS::CloudWatch::Dashboard', 0);
    const withOne = testStack(inProfile('dev'));
    wholeApp(withOne, { dashboard: true });
    Template.fromStack(withOne).resourceCountIs('AWS::CloudWatch::Dashboard', 1);
  });

  test('the profile is a prop too, and wins over the context', () => {
    const app = new HaContainerWebApp(testStack(inProfile('prod')), 'App', { profile: EnvironmentProfile.DEV });
    expect(app.network.vpc.availabilityZones).toHaveLength(2);
  });

  test('thresholds of one service win over those of the app', () => {
    const stack = testStack();
    const web = new HaContainerWebApp(stack, 'App', { thresholds: { service: { cpu: AlarmThreshold.percent(60) } } });
    web.addService('Usual', { image: IMAGE, port: 8000 });
    web.addService('Busy', { image: IMAGE, port: 8000, thresholds: { service: { cpu: AlarmThreshold.percent(95) } } });
    const cpu = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm', { Properties: { MetricName: 'CPUUtilization' } }));
    expect(cpu.map(({ Properties }) => Properties.Threshold).sort()).toEqual([60, 95]);
  });

  test('an existing VPC, cluster and load balancer are used, none is made', () => {
    const stack = testStack();
    const network = AppNetwork.fromVpc(new ec2.Vpc(stack, 'Vpc'));
    const cluster = new ContainerCluster(stack, 'Shared', { network });
    const entry = new WebEntry(stack, 'Door', { network });
    const web = new HaContainerWebApp(stack, 'App', { cluster, entry });
    web.addService('Api', API);
    const template = Template.fromStack(stack);
    expect([web.network, web.cluster, web.entry]).toEqual([network, cluster, entry]);
    for (const type of ['EC2::VPC', 'ECS::Cluster', 'ElasticLoadBalancingV2::LoadBalancer']) template.resourceCountIs(`AWS::${type}`, 1);
  });

  test('outside work hours its services rest, and its databases stop unless they are not to', () => {
    const hours = { start: '07:00', end: '21:00', timeZone: TimeZone.EUROPE_ROME, offHoursTasks: 1 };
    const schedulesOf = (workHours: WorkHoursOptions): number => {
      const stack = testStack(inProfile('staging'));
      wholeApp(stack, { workHours });
      const template = Template.fromStack(stack);
      template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
        ScheduledActions: [
          Match.objectLike({ ScalableTargetAction: { MinCapacity: 2, MaxCapacity: 4 } }),
          Match.objectLike({ ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 1 } }),
        ],
      });
      return Object.keys(template.findResources('AWS::Scheduler::Schedule')).length;
    };
    expect([schedulesOf(hours), schedulesOf({ ...hours, stopDatabases: false })]).toEqual([3, 0]);
  });

  test('calls to stop or start a database that failed are told, once there are such calls, and not muted at night', () => {
    const stack = testStack(inProfile('prod'));
    const workHours = { start: '08:00', end: '18:00', timeZone: TimeZone.EUROPE_ROME };
    const web = new HaContainerWebApp(stack, 'App', { workHours });
    web.addService('Api', API);
    const deadLetterAlarms = (): number => web.alarms.alarms.filter(({ node }) => node.path.endsWith('/WorkHours/DeadLetters/Resource/DeadLetters')).length;
    expect(deadLetterAlarms()).toBe(0);
    web.addDatabase('Main');
    expect(deadLetterAlarms()).toBe(1);
    web.addDatabase('Reports');
    expect(deadLetterAlarms()).toBe(1);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 0,
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AppWorkHoursDeadLetters'), 'QueueName'] } }],
    });
    const [mute] = Object.values(template.findResources('AWS::CloudWatch::AlarmMuteRule'));
    expect(JSON.stringify(mute.Properties.MuteTargets)).not.toContain('WorkHoursDeadLetters');
    expect(JSON.stringify(template.findResources('AWS::CloudWatch::Dashboard'))).toContain('## SQS queue Stack/App/WorkHours/DeadLetters');
  });

  test.each([['dev', 1], ['staging', 1], ['prod', 3]] as const)('in %s the NAT gateways of its own network are watched, %d of them', (profile, count) => {
    const web = new HaContainerWebApp(testStack(inProfile(profile)), 'App', { thresholds: { natGateway: { portErrors: AlarmThreshold.count(5) } } });
    expect(web.alarms.alarms.filter(({ node }) => node.id === 'PortErrors')).toHaveLength(count);
  });

  test('the gateways of a network that it was given are watched by whoever asks', () => {
    const stack = testStack();
    const network = new AppNetwork(stack, 'Network', { maxAzs: 2 });
    const web = new HaContainerWebApp(stack, 'App', { network });
    const other = new HaContainerWebApp(stack, 'Other', { cluster: new ContainerCluster(stack, 'Cluster', { network }) });
    expect([web, other].flatMap(({ alarms }) => alarms.alarms).filter(({ node }) => node.id === 'PortErrors')).toEqual([]);
    expect(web.alarms.monitor(network)).toHaveLength(2);
  });

  test('a read replica is watched and shown as its database is, and services get its URL', () => {
    const stack = testStack();
    const web = new HaContainerWebApp(stack, 'App');
    const database = web.addDatabase('Database', { thresholds: { database: { replicaLag: AlarmThreshold.seconds(5) } } });
    const api = web.addService('Api', API);
    api.useDatabase(database);
    const reader = database.addReadReplica('Reader');
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ReplicaLag', Threshold: 5, Dimensions: [{ Name: 'DBInstanceIdentifier', Value: stack.resolve(reader.instanceIdentifier) }],
    });
    const dashboard = JSON.stringify(template.findResources('AWS::CloudWatch::Dashboard'));
    expect(dashboard.split(`"Ref":"${stack.resolve(reader.instanceIdentifier).Ref}"`).length).toBeGreaterThan(5);
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [Match.objectLike({ Secrets: Match.arrayWith([Match.objectLike({ Name: 'DATABASE_READER_URL' })]) })],
    });
  });

  test('the state machines that follow a rotation of the password are watched and shown: that of the URL, and one of each service and worker, however many databases it uses', () => {
    const stack = testStack(inProfile('prod'));
    const web = new HaContainerWebApp(stack, 'App', { thresholds: { stateMachine: { failures: AlarmThreshold.count(1) } } });
    const [main, reports] = [web.addDatabase('Main'), web.addDatabase('Reports')];
    const api = web.addService('Api', { ...API, thresholds: { stateMachine: { failures: AlarmThreshold.count(2) } } });
    api.useDatabase(main);
    api.useDatabase(reports, { variable: 'REPORTS_URL' });
    web.addWorker('Worker', { image: IMAGE }).useDatabase(main);
    const template = Template.fromStack(stack);
    const failures = Object.entries(template.findResources('AWS::CloudWatch::Alarm')).filter(([id]) => id.includes('Failures'));
    expect(failures.map(([id, { Properties: { Threshold } }]) => [id.replace(/Failures.*/, ''), Threshold]).sort()).toEqual([
      ['AppAlarmsAppDatabasesMainRotationUrlRefresh', 1], ['AppAlarmsAppDatabasesReportsRotationUrlRefresh', 1],
      ['AppAlarmsAppServicesApiRedeployOnRotationStateMachine', 2], ['AppAlarmsAppWorkersWorkerRedeployOnRotationStateMachine', 1],
    ]);
    const dashboard = JSON.stringify(template.findResources('AWS::CloudWatch::Dashboard'));
    for (const name of ['Databases/Main/Rotation/UrlRefresh', 'Services/Api/RedeployOnRotation/StateMachine']) expect(dashboard).toContain(`## State machine Stack/App/${name}`);
  });

  test('a password that does not rotate brings no such alarm', () => {
    const stack = testStack(inProfile('dev'));
    wholeApp(stack);
    expect(Object.keys(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm')).filter((id) => id.includes('Failures'))).toEqual([]);
  });

  test('work hours that stop databases refuse a read replica', () => {
    const web = new HaContainerWebApp(testStack(), 'App', { workHours: { start: '08:00', end: '18:00', timeZone: TimeZone.EUROPE_ROME } });
    const database = web.addDatabase('Database');
    expect(() => database.addReadReplica('Reader')).toThrow(
      "'stopDatabases' cannot stop 'Stack/App/Databases/Database/ReadReplicas/Reader/Instance/Resource', a read replica: set it to false");
  });

  test('without work hours nothing is scheduled', () => {
    const stack = testStack(inProfile('staging'));
    wholeApp(stack);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { ScheduledActions: Match.absent() });
    template.resourceCountIs('AWS::Scheduler::Schedule', 0);
  });

  test('with a domain it is reached by HTTPS', () => {
    const stack = testStack();
    const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:eu-west-1:111111111111:certificate/abc');
    const web = new HaContainerWebApp(stack, 'App', { domain: AppDomain.fromCertificate(certificate, 'api.example.com') });
    expect(web.entry.url).toBe('https://api.example.com');
  });
});

describe('bad input', () => {
  test('fails on two services of one id', () => {
    const web = new HaContainerWebApp(testStack(), 'App');
    web.addService('Api', API);
    expect(() => web.addService('Api', API)).toThrow("service 'Api' exists already in 'Stack/App': give each service an id of its own");
  });

  test('fails on two databases of one id', () => {
    const web = new HaContainerWebApp(testStack(), 'App');
    web.addDatabase('Main');
    expect(() => web.addDatabase('Main')).toThrow("database 'Main' exists already in 'Stack/App': give each database an id of its own");
  });

  test('fails on routes that meet', () => {
    const web = new HaContainerWebApp(testStack(), 'App');
    web.addService('One', API);
    expect(() => { web.addService('Two', API); Template.fromStack(Stack.of(web)); }).toThrow(/priority/);
  });

  test('fails on a domain beside an entry', () => {
    const stack = testStack();
    const entry = new WebEntry(stack, 'Door', { network: AppNetwork.fromVpc(new ec2.Vpc(stack, 'Vpc')) });
    const domain = AppDomain.fromCertificate(acm.Certificate.fromCertificateArn(stack, 'C', 'arn:aws:acm:eu-west-1:111111111111:certificate/abc'), 'a.example.com');
    expect(() => new HaContainerWebApp(stack, 'App', { entry, domain })).toThrow(
      "'domain' belongs to the load balancer, and 'entry' brings one of its own: pass the domain to new WebEntry()");
  });

  test('fails on a private DNS namespace beside a cluster', () => {
    const stack = testStack();
    const cluster = new ContainerCluster(stack, 'Shared', { network: AppNetwork.fromVpc(new ec2.Vpc(stack, 'Vpc')) });
    expect(() => new HaContainerWebApp(stack, 'App', { cluster, dnsNamespace: 'shop.local' })).toThrow(
      "'dnsNamespace' belongs to the cluster, and 'cluster' brings one of its own: pass it to new ContainerCluster()");
  });

  test('fails on a network that is not the cluster\'s', () => {
    const stack = testStack();
    const cluster = new ContainerCluster(stack, 'Shared', { network: AppNetwork.fromVpc(new ec2.Vpc(stack, 'Vpc')) });
    const network = AppNetwork.fromVpc(new ec2.Vpc(stack, 'Other'));
    expect(() => new HaContainerWebApp(stack, 'App', { cluster, network })).toThrow(
      "'network' must be the network of 'cluster': leave it out, or pass the same one to both");
  });
});

describe('split over stacks', () => {
  test.each(['strong', 'weak'])('network and database in one, services in another, without cyclic references (%s)', (strength) => {
    const app = testApp({ '@aws-cdk/core:defaultCrossStackReferences': strength });
    const data = new Stack(app, 'Data');
    const network = new AppNetwork(data, 'Network');
    const database = new PrivatePostgres(data, 'Database', { network });
    const services = new Stack(app, 'Services');
    const web = new HaContainerWebApp(services, 'App', { network });
    web.addService('Api', API).useDatabase(database);
    web.alarms.monitor(database);
    expect(() => app.synth()).not.toThrow();
    expect(data.dependencies).toEqual([]);
  });
});

/** Logical id and properties of everything, but what belongs to the services that were added. */
function fingerprint(ids: string[]): Map<string, string> {
  const stack = testStack();
  const web = new HaContainerWebApp(stack, 'App');
  web.addDatabase('Database');
  for (const id of ids) web.addService(id, { ...API, route: Route.path(`/${id.toLowerCase()}/*`) });
  const { Resources } = Template.fromStack(stack).toJSON();
  return new Map(Object.entries(Resources).map(([id, resource]) => [id, JSON.stringify(resource)]));
}

test('adding or reordering services changes no other resource, but the dashboard and the groups that admit them', () => {
  const [base] = [fingerprint(['Api'])];
  const shared = /Dashboard|SecurityGroup/;
  fc.assert(fc.property(fc.shuffledSubarray(['Admin', 'Billing', 'Catalog'], { minLength: 1 }), fc.nat(3), (others, place) => {
    const ids = [...others.slice(0, place), 'Api', ...others.slice(place)];
    const after = fingerprint(ids);
    for (const [id, resource] of base) {
      if (shared.test(id)) expect(after.has(id)).toBe(true);
      else expect([id, after.get(id)]).toEqual([id, resource]);
    }
  }), { numRuns: 6 });
});

test('a first deployment without deletion protection differs in it alone, so that to switch it on replaces nothing', () => {
  const [first, later] = [{ deletionProtection: false }, {}].map((settings) => {
    const stack = testStack();
    wholeApp(stack, { profile: EnvironmentProfile.PROD.extend(settings) });
    return Template.fromStack(stack);
  });
  const differing = (template: Template, other: Template): string[] => {
    const [resources, others] = [template, other].map((one) => one.toJSON().Resources);
    return Object.keys(resources).filter((id) => JSON.stringify(resources[id]) !== JSON.stringify(others[id]));
  };
  expect(differing(first, later)).toEqual(differing(later, first));
  expect(differing(first, later).map((id) => first.toJSON().Resources[id].Type).sort()).toEqual(['AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::RDS::DBInstance']);
  const attributes = (value: string): unknown => Match.arrayWith([{ Key: 'deletion_protection.enabled', Value: value }]);
  first.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { LoadBalancerAttributes: attributes('false') });
  later.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { LoadBalancerAttributes: attributes('true') });
  first.hasResourceProperties('AWS::RDS::DBInstance', { DeletionProtection: false });
  later.hasResourceProperties('AWS::RDS::DBInstance', { DeletionProtection: true });
});
