import { Duration, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { clusterIn, databaseIn, findings, serviceIn } from './app-tier';
import { BlueGreenOptions, CanaryOptions, ContainerService, Deployment, LinearOptions, Route, WebEntry } from '../../src';
import { testStack } from '../harness';

const { CANARY, LINEAR, BLUE_GREEN, ROLLING } = ecs.DeploymentStrategy;
const SHIFTING: Array<[string, Deployment]> = [['canary', Deployment.canary()], ['linear', Deployment.linear()], ['blueGreen', Deployment.blueGreen()]];

interface Routed {
  readonly stack: Stack;
  readonly service: ContainerService;
}

function routed(deployment: Deployment, stack: Stack = testStack()): Routed {
  const service = serviceIn(stack, { deployment });
  const entry = new WebEntry(stack, 'Entry', { network: service.cluster.network });
  entry.addRoute('Web', { service, route: Route.path('/*') });
  return { stack, service };
}

const configurationOf = ({ stack }: Routed): Record<string, unknown> =>
  Object.values(Template.fromStack(stack).findResources('AWS::ECS::Service'))[0].Properties.DeploymentConfiguration;
const aFunction = (stack: Stack, id: string): lambda.IFunction =>
  lambda.Function.fromFunctionArn(stack, id, `arn:aws:lambda:eu-central-1:111122223333:function:${id}`);

describe('a service', () => {
  test('is told of the rolling strategy too, so that a return to it is not left out of the template', () => {
    expect(configurationOf(routed(Deployment.rolling()))).toMatchObject({ Strategy: 'ROLLING', DeploymentCircuitBreaker: { Enable: true, Rollback: true } });
  });

  test('gives a tenth of the traffic to a canary for 10 minutes, and keeps the old tasks for another 10', () => {
    expect(configurationOf(routed(Deployment.canary()))).toEqual({
      Strategy: 'CANARY',
      CanaryConfiguration: { CanaryPercent: 10, CanaryBakeTimeInMinutes: 10 },
      BakeTimeInMinutes: 10,
      DeploymentCircuitBreaker: { Enable: false, Rollback: false },
      MinimumHealthyPercent: 100,
      MaximumPercent: 200,
    });
  });

  test('shifts a tenth of the traffic each minute with the linear strategy', () => {
    expect(configurationOf(routed(Deployment.linear()))).toMatchObject({
      Strategy: 'LINEAR', LinearConfiguration: { StepPercent: 10, StepBakeTimeInMinutes: 1 }, BakeTimeInMinutes: 10, DeploymentCircuitBreaker: { Enable: false },
    });
  });

  test('shifts all traffic at once with the blue/green strategy', () => {
    const configuration = configurationOf(routed(Deployment.blueGreen()));
    expect(configuration).toMatchObject({ Strategy: 'BLUE_GREEN', BakeTimeInMinutes: 10, DeploymentCircuitBreaker: { Enable: false } });
    expect(Object.keys(configuration)).not.toContain('CanaryConfiguration');
    expect(Object.keys(configuration)).not.toContain('LinearConfiguration');
  });

  test('takes shares and times as they are given', () => {
    expect(configurationOf(routed(Deployment.canary({ percent: 1.1, interval: Duration.hours(1), bakeTime: Duration.minutes(0) })))).toMatchObject({
      CanaryConfiguration: { CanaryPercent: 1.1, CanaryBakeTimeInMinutes: 60 }, BakeTimeInMinutes: 0,
    });
    expect(configurationOf(routed(Deployment.linear({ percent: 33.3, interval: Duration.minutes(0) })))).toMatchObject({
      LinearConfiguration: { StepPercent: 33.3, StepBakeTimeInMinutes: 0 },
    });
  });

  test.each(SHIFTING)('rolls a %s deployment back on all its alarms', (_, deployment) => {
    const { stack, service } = routed(deployment);
    service.rollbackOn(cloudwatch.Alarm.fromAlarmName(stack, 'One', 'one'));
    service.rollbackOn(cloudwatch.Alarm.fromAlarmName(stack, 'Two', 'two'));
    Template.fromStack(stack).hasResourceProperties('AWS::ECS::Service', {
      DeploymentConfiguration: { Alarms: { Enable: true, Rollback: true, AlarmNames: ['one', 'two'] } },
    });
  });

  test.each(SHIFTING)('has nothing for cdk-nag to find with the %s strategy', (_, deployment) => {
    const { stack, service } = routed(deployment);
    expect(findings(stack, service)).toEqual([]);
  });

  test('tells which strategy it has, and whether its routes have two target groups', () => {
    const told = [Deployment.rolling(), Deployment.rolling({ alternateTargetGroup: true }), ...SHIFTING.map(([, deployment]) => deployment)]
      .map(({ strategy, alternateTargetGroup, rollback }) => [strategy, alternateTargetGroup, rollback]);
    expect(told).toEqual([[ROLLING, false, true], [ROLLING, true, true], [CANARY, true, true], [LINEAR, true, true], [BLUE_GREEN, true, true]]);
    expect(serviceIn(testStack(), { deployment: Deployment.blueGreen() }).deployment.strategy).toBe(BLUE_GREEN);
  });
});

describe('hooks', () => {
  const hooked = (): Stack => {
    const stack = testStack();
    const check = aFunction(stack, 'check');
    routed(Deployment.canary({
      hooks: [
        { handler: check, stages: [ecs.DeploymentLifecycleStage.POST_TEST_TRAFFIC_SHIFT, ecs.DeploymentLifecycleStage.POST_SCALE_UP] },
        { handler: aFunction(stack, 'approve'), stages: [ecs.DeploymentLifecycleStage.PRE_SCALE_UP] },
        { handler: check, stages: [ecs.DeploymentLifecycleStage.PRODUCTION_TRAFFIC_SHIFT] },
      ],
    }), stack);
    return stack;
  };

  test('are asked at their stages, by one role that may call these functions and no other version of them', () => {
    const template = Template.fromStack(hooked());
    const [role] = Object.keys(template.findResources('AWS::IAM::Role')).filter((id) => id.includes('HookRole'));
    const RoleArn = { 'Fn::GetAtt': [role, 'Arn'] };
    const arn = 'arn:aws:lambda:eu-central-1:111122223333:function:';
    expect(configurationOf({ stack: hooked() } as Routed).LifecycleHooks).toEqual([
      { HookTargetArn: `${arn}check`, RoleArn, LifecycleStages: ['POST_TEST_TRAFFIC_SHIFT', 'POST_SCALE_UP'] },
      { HookTargetArn: `${arn}approve`, RoleArn, LifecycleStages: ['PRE_SCALE_UP'] },
      { HookTargetArn: `${arn}check`, RoleArn, LifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'] },
    ]);
    const policies = Object.values(template.findResources('AWS::IAM::Policy', { Properties: { Roles: [{ Ref: role }] } }));
    const statements: Array<{ Action: string; Resource: string[] }> = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    expect(statements.map(({ Action, Resource }) => [Action, [...Resource].sort()])).toEqual([['lambda:InvokeFunction', [`${arn}approve`, `${arn}check`]]]);
  });

  test('may be asked before the service exists', () => {
    const template = Template.fromStack(hooked());
    const [policy] = Object.keys(template.findResources('AWS::IAM::Policy')).filter((id) => id.includes('HookRole'));
    template.hasResource('AWS::ECS::Service', { DependsOn: Match.arrayWith([policy]) });
  });

  test('have nothing for cdk-nag to find', () => {
    const stack = hooked();
    expect(findings(stack, stack.node.findChild('Api'))).toEqual([]);
  });

  test('fail without a stage', () => {
    expect(() => Deployment.blueGreen({ hooks: [{ handler: aFunction(testStack(), 'check'), stages: [] }] })).toThrow(
      "'stages' of a deployment hook must not be empty: name a stage at which it is asked");
  });
});

describe('fails on', () => {
  const minutes = (prop: string, got: number): string => `'${prop}' must be 0 to 1440 whole minutes, got ${got}: ECS waits no longer, and no fractions, so choose such a time`;
  const share = (min: number, got: number): string => `'percent' must be ${min} to 100 in steps of 0.1, got ${got}: choose a share of the traffic that ECS knows`;
  const total = (got: number, steps: number): string => `'bakeTime' and 'interval' must make at most 1980 minutes together, got ${got} (${steps} intervals): `
    + 'CloudFormation refuses longer deployments, so shorten one of them';

  test.each<[CanaryOptions, string]>([
    [{ percent: 0 }, share(0.1, 0)],
    [{ percent: 100.1 }, share(0.1, 100.1)],
    [{ percent: 5.05 }, share(0.1, 5.05)],
    [{ percent: NaN }, share(0.1, NaN)],
    [{ interval: Duration.seconds(90) }, minutes('interval', 1.5)],
    [{ interval: Duration.hours(25) }, minutes('interval', 1500)],
    [{ interval: Duration.hours(24), bakeTime: Duration.hours(10) }, total(2040, 1)],
  ])('canary(%j)', (options, message) => {
    expect(() => Deployment.canary(options)).toThrow(message);
  });

  test.each<[LinearOptions, string]>([
    [{ percent: 2.9 }, share(3, 2.9)],
    [{ interval: Duration.minutes(1441) }, minutes('interval', 1441)],
    [{ percent: 10, interval: Duration.minutes(219) }, total(1981, 9)],
    [{ percent: 11, interval: Duration.minutes(219) }, total(1981, 9)],
  ])('linear(%j)', (options, message) => {
    expect(() => Deployment.linear(options)).toThrow(message);
  });

  test.each<[BlueGreenOptions, string]>([
    [{ bakeTime: Duration.hours(25) }, minutes('bakeTime', 1500)],
    [{ testPort: 0 }, "'testPort' must be 1 to 65535, got 0: choose a TCP port"],
    [{ testPort: Token.asNumber({ Ref: 'Port' }) }, "'testPort' must be known at synthesis, since it is the id of its listener, got a token: write the number out"],
    [{ testPeers: [ec2.Peer.anyIpv4()] }, "'testPeers' must come with the port that they may connect to, got no 'testPort': add it, or leave them out"],
  ])('blueGreen(%#)', (options, message) => {
    expect(() => Deployment.blueGreen(options)).toThrow(message);
  });

  test('nothing that CloudFormation just takes', () => {
    expect(() => Deployment.linear({ percent: 10, interval: Duration.minutes(218), bakeTime: Duration.minutes(18) })).not.toThrow();
    expect(() => Deployment.canary({ interval: Duration.hours(24), bakeTime: Duration.hours(9) })).not.toThrow();
  });

  test('nothing that is known only at deployment', () => {
    const time = Duration.minutes(Token.asNumber({ Ref: 'Minutes' }));
    const percent = Token.asNumber({ Ref: 'Percent' });
    expect(configurationOf(routed(Deployment.linear({ percent, interval: time, bakeTime: time })))).toMatchObject({
      LinearConfiguration: { StepPercent: { Ref: 'Percent' }, StepBakeTimeInMinutes: { Ref: 'Minutes' } }, BakeTimeInMinutes: { Ref: 'Minutes' },
    });
  });
});

describe('what ECS would refuse is refused at synthesis', () => {
  const breaker = (strategy: string): string => `'deployment' of 'Stack/Api' must not be combined with a deployment circuit breaker, got ${strategy} with one: `
    + 'ECS has it for rolling deployments alone, so remove it and name alarms by rollbackOn()';

  test.each(SHIFTING)('a circuit breaker beside %s, set by an override', (_, deployment) => {
    const { stack, service } = routed(deployment);
    (service.fargateService.node.defaultChild as ecs.CfnService).addPropertyOverride('DeploymentConfiguration.DeploymentCircuitBreaker', { Enable: true, Rollback: true });
    expect(() => Template.fromStack(stack)).toThrow(breaker(deployment.strategy));
  });

  test('a circuit breaker set on the resource', () => {
    const { stack, service } = routed(Deployment.canary());
    const resource = service.fargateService.node.defaultChild as ecs.CfnService;
    resource.deploymentConfiguration = { strategy: 'CANARY', deploymentCircuitBreaker: { enable: true, rollback: true } };
    expect(() => Template.fromStack(stack)).toThrow(breaker('CANARY'));
  });

  test('a strategy set by an override beside the circuit breaker of a rolling service', () => {
    const { stack, service } = routed(Deployment.rolling({ alternateTargetGroup: true }));
    (service.fargateService.node.defaultChild as ecs.CfnService).addPropertyOverride('DeploymentConfiguration.Strategy', 'LINEAR');
    expect(() => Template.fromStack(stack)).toThrow(breaker('LINEAR'));
  });

  test.each([['canary', Deployment.canary()], ['linear', Deployment.linear()]])('%s without a route', (_, deployment) => {
    const stack = testStack();
    serviceIn(stack, { deployment });
    expect(() => Template.fromStack(stack)).toThrow(`'deployment' of 'Stack/Api' must be rolling() or blueGreen() without a route, got ${deployment.strategy}: `
      + 'ECS shifts traffic at a load balancer, so add a route by WebEntry.addRoute(), or choose one of these');
  });

  test('a test port without a route', () => {
    const stack = testStack();
    serviceIn(stack, { deployment: Deployment.blueGreen({ testPort: 8443 }) });
    expect(() => Template.fromStack(stack)).toThrow(
      "'testPort' of 'Stack/Api' must have a route to test, got 8443 and no route: add one by WebEntry.addRoute(), or leave the port out");
  });

  test('a target group that was attached by hand', () => {
    const { stack, service } = routed(Deployment.blueGreen());
    const resource = service.fargateService.node.defaultChild as ecs.CfnService;
    resource.addPropertyOverride('LoadBalancers.1', { TargetGroupArn: 'arn', ContainerName: 'App', ContainerPort: 8000 });
    expect(() => Template.fromStack(stack)).toThrow("'deployment' of 'Stack/Api' must find a second target group at each load balancer, got BLUE_GREEN and one without: "
      + 'attach target groups by WebEntry.addRoute(), which makes both');
  });

  test('but not blue/green without a route, which keeps both versions running for a while', () => {
    const stack = testStack();
    serviceIn(stack, { deployment: Deployment.blueGreen() });
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::ECS::Service'));
    expect(Properties.DeploymentConfiguration.Strategy).toBe('BLUE_GREEN');
    expect(Properties.LoadBalancers).toEqual([]);
  });
});

describe('what works otherwise than one may think is a warning', () => {
  const PRIVATE = "the private name of 'Stack/Api' leads to the tasks of both versions alike as soon as they are healthy: ECS shifts the traffic of its routes alone";

  test.each(SHIFTING)('where somebody uses the private name of a service with the %s strategy', (_, deployment) => {
    const { stack, service } = routed(deployment);
    Annotations.fromStack(stack).hasNoWarning('/Stack/Api', Match.stringLikeRegexp('the private name'));
    expect(service.privateUrl).toBe('http://api.shop.local:8000');
    Annotations.fromStack(stack).hasWarning('/Stack/Api', Match.stringLikeRegexp(PRIVATE));
  });

  test('where a database rotates its password', () => {
    const { stack, service } = routed(Deployment.canary());
    service.useDatabase(databaseIn(stack, service.cluster.network, true));
    Annotations.fromStack(stack).hasWarning('/Stack/Api', Match.stringLikeRegexp('open no new connections until it ends'));
  });

  test('and neither with a rolling service', () => {
    const stack = testStack();
    const cluster = clusterIn(stack);
    const service = serviceIn(stack, { cluster });
    service.useDatabase(databaseIn(stack, cluster.network, true));
    expect(service.hostName).toBe('api.shop.local');
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('private name|new connections'))).toEqual([]);
  });
});
