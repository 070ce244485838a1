// What the fixture of the snippets only declares, made: the things that the text of a page takes for granted.
import { App, Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  AlertTopic, ApiFunction, AppNetwork, ContainerCluster, ContainerService, ContainerWorker, FunctionCode, HaContainerWebApp,
  ImageRepository, PrivatePostgres, RedisService, Route, SharedFiles, StandardAlarms, WebEntry, WorkQueue,
} from '../../src';

/** Id of the construct below which all of it stands. */
export const GIVEN = 'Given';

/** Things by name, each made when it is first asked for. */
type Given = Record<string, unknown>;

/** The things of a page's stack. */
export function givenIn(stack: Stack): Given {
  const made = new Map<string, unknown>();
  const home = new Construct(stack, GIVEN);
  // private names end in the id of what they stand in
  const scope = new Construct(home, 'App');
  const makers = makersIn(scope, (name) => thing(name));
  const thing = (name: string): never => {
    if (!made.has(name)) {
      if (!makers[name]) throw new Error(`'${name}' must be a thing that integ/pages/given.ts makes, as rosetta/default.ts-fixture declares it`);
      made.set(name, makers[name]());
    }
    return made.get(name) as never;
  };
  return new Proxy({}, { get: (_, name) => thing(String(name)) });
}

function makersIn(scope: Construct, given: (name: string) => never): Record<string, () => unknown> {
  const vpc = (): ec2.IVpc => given('vpc');
  const securityGroup = (id: string): ec2.SecurityGroup => new ec2.SecurityGroup(scope, id, { vpc: vpc() });
  return {
    app: () => scope.node.root as App,
    stack: () => Stack.of(scope),
    zone: () => route53.HostedZone.fromHostedZoneAttributes(scope, 'Zone', { hostedZoneId: 'Z0EXAMPLE', zoneName: 'example.com' }),
    certificate: () => acm.Certificate.fromCertificateArn(scope, 'Certificate', 'arn:aws:acm:eu-west-1:111111111111:certificate/0'),
    images: () => new ImageRepository(scope, 'Images'),
    image: () => ecs.ContainerImage.fromEcrRepository(given('images'), 'v1'),
    vpc: () => new ec2.Vpc(scope, 'Vpc', {
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC },
        { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
        { name: 'Databases', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      ],
    }),
    key: () => new kms.Key(scope, 'Key'),
    topic: () => new sns.Topic(scope, 'Topic'),
    secret: () => new secretsmanager.Secret(scope, 'Secret'),
    instance: () => rds.DatabaseInstance.fromDatabaseInstanceAttributes(scope, 'Instance', {
      instanceIdentifier: 'legacy', instanceEndpointAddress: 'legacy.example.com', port: 5432, securityGroups: [securityGroup('InstanceGroup')],
    }),
    listener: () => elbv2.ApplicationListener.fromApplicationListenerAttributes(scope, 'Listener', {
      listenerArn: 'arn:aws:elasticloadbalancing:eu-west-1:111111111111:listener/app/shared/0123456789abcdef/0123456789abcdef',
      securityGroup: securityGroup('ListenerGroup'),
    }),
    role: () => new iam.Role(scope, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }),
    network: () => new AppNetwork(scope, 'Network'),
    cluster: () => new ContainerCluster(scope, 'Cluster', { network: given('network') }),
    existingCluster: () => new ecs.Cluster(scope, 'ExistingCluster', { vpc: vpc() }),
    // its windows are within everybody's working hours
    database: () => new PrivatePostgres(scope, 'Database', {
      network: given('network'), backupWindow: '09:00-10:00', maintenanceWindow: 'mon:10:00-mon:11:00', rotationWindow: 'mon:11:00-mon:12:00',
    }),
    files: () => new SharedFiles(scope, 'Files', { network: given('network') }),
    fileSystem: () => efs.FileSystem.fromFileSystemAttributes(scope, 'OldFiles', { fileSystemId: 'fs-0123456789abcdef0', securityGroup: securityGroup('OldFilesGroup') }),
    redis: () => new RedisService(scope, 'Redis', { cluster: given('cluster'), files: given('files') }),
    table: () => new dynamodb.Table(scope, 'Table', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } }),
    entry: () => new WebEntry(scope, 'Entry', { network: given('network') }),
    web: () => new HaContainerWebApp(scope, 'App', { cluster: given('cluster') }),
    api: () => new ContainerService(scope, 'Api', { cluster: given('cluster'), image: given('image'), port: 8000 }),
    service: () => new ContainerService(scope, 'Service', { cluster: given('cluster'), image: given('image'), port: 8080 }),
    queue: () => new WorkQueue(scope, 'Jobs'),
    existingQueue: () => new sqs.Queue(scope, 'ExistingQueue', { encryption: sqs.QueueEncryption.SQS_MANAGED, enforceSSL: true }),
    worker: () => new ContainerWorker(scope, 'Worker', { cluster: given('cluster'), image: given('image'), queue: given('queue') }),
    fn: () => new ApiFunction(scope, 'Fn', { network: given('network'), code: FunctionCode.ecr(given('images'), 'v1') }),
    shop: () => shop(given),
    watchedShop: () => watchedShop(scope, given),
    alerts: () => new AlertTopic(scope, 'Alerts', { emails: ['ops@example.com'] }),
    alarms: () => new StandardAlarms(scope, 'Alarms', { alerts: given('alerts') }),
    alarm: () => new cloudwatch.Alarm(scope, 'Alarm', {
      metric: new cloudwatch.Metric({ namespace: 'Shop', metricName: 'OrdersRefused' }), threshold: 1, evaluationPeriods: 1,
    }),
  };
}

/** A small system, for what looks at systems. */
function shop(given: (name: string) => never): void {
  const [entry, api] = [given('entry') as WebEntry, given('api') as ContainerService];
  entry.addRoute('Api', { service: api, route: Route.path('/*') });
  api.useDatabase(given('database'));
}

/** The same, with alarms. */
function watchedShop(scope: Construct, given: (name: string) => never): void {
  shop(given);
  (given('alarms') as StandardAlarms).monitor(scope);
}
