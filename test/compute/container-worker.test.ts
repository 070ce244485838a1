import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { appTier, clusterIn, databaseIn, ecrImage } from './app-tier';
import { ContainerService, ContainerWorker, ContainerWorkerProps, Deployment, WorkQueue } from '../../src';
import { inProfile, testApp, testStack } from '../harness';
import { statementsOf } from '../statements';

function workerIn(stack: Stack, props: Partial<ContainerWorkerProps> = {}, id = 'Builder'): ContainerWorker {
  return new ContainerWorker(stack, id, { ...props, cluster: props.cluster ?? clusterIn(stack), image: props.image ?? ecrImage(stack) });
}
function templateOf(props: Partial<ContainerWorkerProps> = {}, profile: 'dev' | 'prod' = 'prod'): Template {
  const stack = testStack(inProfile(profile));
  workerIn(stack, props);
  return Template.fromStack(stack);
}

describe('a worker', () => {
  const template = templateOf();

  test('listens on no port, has no private name and no load balancer', () => {
    template.hasResourceProperties('AWS::ECS::TaskDefinition', { ContainerDefinitions: [{ PortMappings: Match.absent() }] });
    template.hasResourceProperties('AWS::ECS::Service', { ServiceRegistries: Match.absent(), HealthCheckGracePeriodSeconds: Match.absent() });
    // also when it is empty: what a template no longer says, ECS would keep
    template.hasResourceProperties('AWS::ECS::Service', { LoadBalancers: [] });
  });

  test('without a queue is scaled by CPU and memory, as a service is', () => {
    template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
    template.allResourcesProperties('AWS::ApplicationAutoScaling::ScalingPolicy', { PolicyType: 'TargetTrackingScaling' });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 2, MaxCapacity: 6 });
  });

  test('is replaced one by one, and has the longest time to finish', () => {
    template.hasResourceProperties('AWS::ECS::Service', { DeploymentConfiguration: { Strategy: 'ROLLING', DeploymentCircuitBreaker: { Enable: true, Rollback: true } } });
    template.hasResourceProperties('AWS::ECS::TaskDefinition', { ContainerDefinitions: [{ StopTimeout: 120 }] });
    templateOf({ stopTimeout: Duration.seconds(20) }).hasResourceProperties('AWS::ECS::TaskDefinition', { ContainerDefinitions: [{ StopTimeout: 20 }] });
    expect(() => templateOf({ stopTimeout: Duration.seconds(121) })).toThrow(
      "'stopTimeout' must be 2 to 120 whole seconds, got 121: choose a time within these, Fargate waits no longer for work to be finished or handed back",
    );
  });

  test('is not stopped to start in another zone', () => {
    template.hasResourceProperties('AWS::ECS::Service', { AvailabilityZoneRebalancing: 'DISABLED' });
  });

  test('may protect its own tasks, and those of no other cluster', () => {
    expect(statementsOf(template, 'BuilderTaskRoleTaskProtection')).toEqual([{
      Action: ['ecs:GetTaskProtection', 'ecs:UpdateTaskProtection'],
      Effect: 'Allow',
      Resource: {
        'Fn::Join': ['', [
          'arn:', { Ref: 'AWS::Partition' }, ':ecs:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':task/', { Ref: 'ClusterC2E21B66' }, '/*',
        ]],
      },
    }]);
  });

  test('has that permission before its first task', () => {
    template.hasResource('AWS::ECS::Service', { DependsOn: Match.arrayWith([Match.stringLikeRegexp('BuilderTaskRoleTaskProtection')]) });
  });

  test('has a health check of its own, where one is given', () => {
    templateOf({ healthCheckCommand: ['celery', 'inspect', 'ping'] }).hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [{ HealthCheck: { Command: ['CMD', 'celery', 'inspect', 'ping'], StartPeriod: 60 } }],
    });
  });

  test('has logical ids that are fixed', () => {
    expect(Object.keys(template.findResources('AWS::ECS::Service'))).toEqual(['BuilderService562CDB9A']);
  });
});

describe('a worker with a queue', () => {
  test('has its URL, may take from it, and tells its network', () => {
    const stack = testStack();
    const network = appTier(stack);
    workerIn(stack, { cluster: clusterIn(stack, network), queue: new WorkQueue(stack, 'Builds') });
    const template = Template.fromStack(stack);
    expect(statementsOf(template, 'BuilderTaskRoleDefaultPolicy')).toEqual([{
      Action: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'],
      Effect: 'Allow',
      Resource: { 'Fn::GetAtt': ['BuildsQueueFCFF536D', 'Arn'] },
    }]);
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [{ Environment: Match.arrayWith([{ Name: 'QUEUE_URL', Value: { Ref: 'BuildsQueueFCFF536D' } }]) }],
    });
    expect(network.required).toContain('sqs by Builder');
  });

  test('may read what a key of the queue encrypts', () => {
    const stack = testStack();
    const queue = new sqs.Queue(stack, 'Legacy', { encryptionMasterKey: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111111111111:key/0') });
    workerIn(stack, { queue: WorkQueue.fromQueue(queue) });
    expect(statementsOf(Template.fromStack(stack), 'BuilderTaskRoleDefaultPolicy')).toContainEqual(
      expect.objectContaining({ Action: 'kms:Decrypt', Resource: 'arn:aws:kms:eu-west-1:111111111111:key/0' }),
    );
  });

  test('may send to another, and use databases and services', () => {
    const stack = testStack();
    const cluster = clusterIn(stack);
    const worker = workerIn(stack, { cluster, queue: new WorkQueue(stack, 'Builds') });
    worker.useQueue(new WorkQueue(stack, 'Results'), { variable: 'RESULTS_URL' });
    worker.useDatabase(databaseIn(stack, cluster.network, true));
    worker.useService(new ContainerService(stack, 'Search', { cluster, image: ecrImage(new Stack(stack, 'Other')), port: 9200 }));
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('starts from zero, all of it beyond the minimum on Spot where that is on', () => {
    const stack = testStack(inProfile('dev'));
    workerIn(stack, { queue: new WorkQueue(stack, 'Builds'), scaling: { minTasks: 0 } });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 0, MaxCapacity: 2 });
    template.hasResourceProperties('AWS::ECS::Service', {
      DesiredCount: Match.absent(),
      CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Base: 0, Weight: 0 }, { CapacityProvider: 'FARGATE_SPOT', Weight: 1 }],
    });
  });
});

test.each([
  ['canary', Deployment.canary()], ['linear', Deployment.linear()], ['blue_green', Deployment.blueGreen()],
])('a deployment by %s fails, as there is no traffic to shift', (strategy, deployment) => {
  expect(() => templateOf({ deployment })).toThrow(
    `'deployment' of worker 'Stack/Builder' must be rolling(), got ${strategy.toUpperCase()}: ECS shifts traffic at a load balancer, and a worker has none, so choose rolling()`,
  );
});

test.each(['port', 'route'])('a %s, which only a caller without types can give, fails', (prop) => {
  expect(() => templateOf({ [prop]: 8000 } as Partial<ContainerWorkerProps>)).toThrow(
    `'${prop}' must not be given to worker 'Stack/Builder': a worker listens on no port, so make it a service, by new ContainerService() or addService()`,
  );
});

describe('in a stack apart from its cluster and its queue', () => {
  const app: App = testApp(inProfile('prod'));
  const platform = new Stack(app, 'Platform');
  const cluster = clusterIn(platform);
  const queue = new WorkQueue(platform, 'Builds');
  const stack = new Stack(app, 'Stack');
  workerIn(stack, { cluster, queue });
  app.synth();

  test('references point from the worker to them', () => {
    expect(stack.dependencies).toEqual([platform]);
    expect(platform.dependencies).toEqual([]);
  });

  test('cdk-nag has nothing to say of it', () => {
    const findings = new AwsSolutionsChecks().validateScope(stack).violations;
    expect(findings.map(({ ruleName }) => ruleName)).toEqual([]);
  });
});
