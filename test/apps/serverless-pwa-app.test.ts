import { App, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as fc from 'fast-check';
import {
  AlarmThreshold, AlertTopic, AppDomain, AppNetwork, Deployment, EnvironmentProfile, FunctionCode, PwaApiOptions, ServerlessPwaApp,
  ServerlessPwaAppProps, StandardAlarms,
} from '../../src';
import { circles } from '../compute/app-tier';
import { configOf, visit } from '../edge/site';
import { FLAG_SETS, inProfile, testApp, testStack } from '../harness';
import { warningsOf } from '../operations/fixture';

const EDGE = { account: '111111111111', region: 'us-east-1' };
const ALARM = 'AWS::CloudWatch::Alarm';
const RELEASE = 'FillUpApiReleaseErrors802120C3';

function api(options: Partial<PwaApiOptions> = {}): PwaApiOptions {
  const code = lambda.Code.fromInline('def handler(event, context): ...');
  return { code: FunctionCode.zip(code, 'index.handler', lambda.Runtime.PYTHON_3_14), createLogRole: true, ...options };
}

function pwaIn(stack: Stack, props: Partial<ServerlessPwaAppProps> = {}): ServerlessPwaApp {
  return new ServerlessPwaApp(stack, 'FillUp', { api: api(), ...props });
}

function templateOf(props: Partial<ServerlessPwaAppProps> = {}, stack = testStack(inProfile('prod'), EDGE)): Template {
  pwaIn(stack, props);
  return Template.fromStack(stack);
}

/** With all there is. */
function wholeApp(stack: Stack, props: Partial<ServerlessPwaAppProps> = {}): ServerlessPwaApp {
  const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0EXAMPLE', zoneName: 'example.com' });
  const app = pwaIn(stack, {
    network: new AppNetwork(stack, 'Network'),
    domain: AppDomain.fromHostedZone(zone, 'fillup.example.com'),
    alerts: new AlertTopic(stack, 'Alerts', { emails: ['ops@example.com'] }),
    ...props,
  });
  app.api.useDatabase(app.addDatabase('Database'));
  app.addWebSocket('WebSocket', { routes: ['sendMessage'] });
  return app;
}

const domainIn = (stack: Stack, domainName = 'fillup.example.com', alternativeNames?: string[], redirectFrom?: string[]): AppDomain =>
  AppDomain.fromHostedZone(HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0EXAMPLE', zoneName: 'example.com' }), domainName, { alternativeNames, redirectFrom });

const alarmNames = (template: Template): string[] => Object.keys(template.findResources(ALARM)).map((id) => id.replace(/^FillUpAlarms|[0-9A-F]{8}$/g, '')).sort();
const variablesOf = (template: Template): Record<string, unknown> => Object.values(template.findResources('AWS::Lambda::Function'))
  .find(({ Properties }) => Properties.Environment?.Variables.POWERTOOLS_SERVICE_NAME)!.Properties.Environment.Variables;
const rollbackOf = (template: Template): string[] | undefined =>
  Object.values(template.findResources('AWS::CodeDeploy::DeploymentGroup'))[0]?.Properties.AlarmConfiguration?.Alarms?.map(({ Name }: { Name: { Ref: string } }) => Name.Ref);

describe.each(FLAG_SETS.flatMap(([name, flags]) => (['dev', 'prod'] as const).map((profile) => [name, profile, flags] as const)))('a whole app with %s in %s', (_, profile, flags) => {
  const stack = new Stack(new App({ context: { ...flags, ...inProfile(profile) }, analyticsReporting: false }), 'Stack', {
    env: { account: '111111111111', region: 'us-east-1' },
  });
  stack.node.setContext('availability-zones:account=111111111111:region=us-east-1', ['us-east-1a', 'us-east-1b', 'us-east-1c']);
  const app = wholeApp(stack);
  const template = Template.fromStack(stack);

  test('has one of each of its parts, and no circle', () => {
    for (const type of ['CloudFront::Distribution', 'ApiGateway::RestApi', 'ApiGatewayV2::Api', 'RDS::DBInstance', 'EC2::VPC', 'SNS::Topic']) template.resourceCountIs(`AWS::${type}`, 1);
    expect(circles(template.toJSON().Resources)).toEqual([]);
  });

  test('serves pages, API and connections under one name', () => {
    expect(app.site.url).toBe('https://fillup.example.com');
    expect(configOf(template).Aliases).toEqual(['fillup.example.com']);
    expect(['/', '/cars/7', '/assets/app.js', '/api/cars', '/ws'].map((uri) => visit(template, { uri, host: 'fillup.example.com' }).origin)).toEqual(['Site', 'Site', 'Site', '/api/*', '/ws']);
  });

  test('every alarm acts on the topic, but for the one on which CodeDeploy acts', () => {
    const { [RELEASE]: ofRelease, ...alarms } = template.findResources(ALARM);
    for (const { Properties } of Object.values(alarms)) expect(Properties.AlarmActions).toEqual([{ Ref: expect.stringMatching(/^Alerts/) }]);
    expect(app.alarms.alarms).toHaveLength(Object.keys(alarms).length);
    expect([ofRelease !== undefined, ofRelease?.Properties.AlarmActions]).toEqual([profile === 'prod', undefined]);
  });

  test('site, APIs, function, dead letters and database each have alarms', () => {
    const ids = alarmNames(template).join(' ');
    for (const part of ['FillUpSite', 'FillUpRestApi', 'FillUpApiFunction', 'FillUpApiDeadLetters', 'FillUpWebSocketsWebSocket', 'FillUpDatabasesDatabase']) expect(ids).toContain(part);
  });

  test('the function gets the database, the callback of the WebSocket API and the origin of its pages', () => {
    expect(Object.keys(variablesOf(template)).sort()).toEqual([
      'AWS_XRAY_TRACING_NAME', 'CORS_ORIGINS', 'DATABASE_SECRET_ARN', 'ENVIRONMENT', 'LOG_LEVEL', 'POWERTOOLS_METRICS_NAMESPACE', 'POWERTOOLS_SERVICE_NAME', 'WEBSOCKET_CALLBACK_URL',
    ]);
    expect(variablesOf(template)).toMatchObject({ CORS_ORIGINS: 'https://fillup.example.com', POWERTOOLS_SERVICE_NAME: 'fillup', ENVIRONMENT: profile });
  });

  test('a release rolls back, where it goes in steps, on failed runs of the new version, and on alarms of the function and of its REST API', () => {
    const isKnown = (id: string): boolean => template.findResources(ALARM)[id] !== undefined;
    const names = rollbackOf(template);
    if (profile === 'dev') return expect(names).toBeUndefined();
    expect(names!.every(isKnown)).toBe(true);
    return expect(names!.map((id) => id.replace(/^FillUpAlarms|[0-9A-F]{8}$/g, '')).sort()).toEqual([
      'FillUpApiFunctionDuration', 'FillUpApiFunctionErrors', 'FillUpApiFunctionThrottles', 'FillUpApiReleaseErrors', 'FillUpRestApiLatency', 'FillUpRestApiServerErrors',
    ]);
  });

  test('is shown on a dashboard in prod', () => {
    template.resourceCountIs('AWS::CloudWatch::Dashboard', profile === 'prod' ? 1 : 0);
    if (profile === 'dev') return;
    const body = JSON.stringify(template.findResources('AWS::CloudWatch::Dashboard'));
    for (const part of ['CloudFront distribution', 'REST API', 'WebSocket API', 'Lambda function', 'RDS instance']) expect(body).toContain(`## ${part}`);
  });
});

describe('by default', () => {
  const template = templateOf();

  test('there is no VPC, no database, no WebSocket API, and nothing is paid by the hour', () => {
    for (const type of ['EC2::VPC', 'EC2::NatGateway', 'RDS::DBInstance', 'ApiGatewayV2::Api']) template.resourceCountIs(`AWS::${type}`, 0);
    template.hasResourceProperties('AWS::Lambda::Function', { VpcConfig: Match.absent() });
  });

  test('without a domain no other origin may call, and the name is that of the distribution', () => {
    expect(variablesOf(template)).not.toHaveProperty('CORS_ORIGINS');
    template.resourcePropertiesCountIs('AWS::ApiGateway::Method', { HttpMethod: 'OPTIONS' }, 0);
    expect(configOf(template).Aliases).toBeUndefined();
  });

  test('nobody is told, which is a warning', () => {
    const stack = testStack({}, EDGE);
    pwaIn(stack);
    expect(warningsOf(stack)).toEqual([expect.stringMatching(/^StandardAlarmsNobodyTold/)]);
  });

  test('a stack in no particular account and region will do', () => {
    expect(Object.keys(templateOf({}, testStack()).findResources('AWS::CloudFront::Distribution'))).toHaveLength(1);
  });
});

describe('alarms', () => {
  const elsewhere = { account: '111111111111', region: 'eu-west-1' };

  test('outside of us-east-1 the distribution has none, which a warning says until alarms there watch it', () => {
    const build = (watched: boolean): string[] => {
      const app = testApp();
      const stack = new Stack(app, 'Stack', { env: elsewhere, crossRegionReferences: true });
      const pwa = pwaIn(stack, { alerts: AlertTopic.fromTopic(new sns.Topic(stack, 'Topic')) });
      if (watched) new StandardAlarms(new Stack(app, 'Edge', { env: EDGE, crossRegionReferences: true }), 'Alarms').monitor(pwa.site);
      return warningsOf(stack);
    };
    expect(build(false)).toEqual([expect.stringMatching(/^StandardAlarmsNotMonitored: CloudFront distribution 'Stack\/FillUp\/Site\/Distribution\/Resource' has no alarms/)]);
    expect(build(true)).toEqual([]);
  });

  test('alarms: false leaves none but that on failed runs of a new version, which rolls it back', () => {
    const stack = testStack(inProfile('prod'), EDGE);
    const app = pwaIn(stack, { alarms: false });
    app.addWebSocket('WebSocket');
    const template = Template.fromStack(stack);
    expect([Object.keys(template.findResources(ALARM)), rollbackOf(template), app.alarms.alarms]).toEqual([[RELEASE], [RELEASE], []]);
  });

  test('thresholds are those of the app, and of a WebSocket API its own where it has some', () => {
    const stack = testStack({}, EDGE);
    const app = pwaIn(stack, {
      thresholds: { api: { serverErrors: AlarmThreshold.count(3) }, function: { errors: AlarmThreshold.off() } },
    });
    app.addWebSocket('Usual', { pathPattern: '/usual' });
    app.addWebSocket('Quiet', { pathPattern: '/quiet', callbackVariable: 'QUIET_URL', thresholds: { api: { serverErrors: AlarmThreshold.count(99) } } });
    const template = Template.fromStack(stack);
    const limits = Object.entries(template.findResources(ALARM)).filter(([id]) => id.includes('ServerErrors') && !id.includes('Site')).map(([, { Properties }]) => Properties.Threshold);
    expect(limits.sort((one, other) => one - other)).toEqual([3, 3, 99]);
    expect(alarmNames(template)).not.toContain('FillUpApiFunctionResourceErrors');
  });

  test('those of a database are its own where it has some, and those of its read replica are too', () => {
    const stack = testStack();
    const app = pwaIn(stack, { network: new AppNetwork(stack, 'Network') });
    app.addDatabase('Database', { thresholds: { database: { cpu: AlarmThreshold.percent(42) } } }).addReadReplica('Reader');
    Template.fromStack(stack).resourcePropertiesCountIs(ALARM, { MetricName: 'CPUUtilization', Threshold: 42 }, 2);
  });

  test('of further WebSocket APIs do not come to more than CodeDeploy takes', () => {
    const stack = testStack(inProfile('prod'), EDGE);
    const app = pwaIn(stack);
    ['A', 'B', 'C', 'D'].forEach((id) => app.addWebSocket(id, { pathPattern: `/${id}`, callbackVariable: `${id}_URL` }));
    expect(rollbackOf(Template.fromStack(stack))!.length).toBeLessThanOrEqual(10);
  });
});

describe('what is chosen otherwise', () => {
  test('dashboard: false leaves none in prod, true makes one in dev', () => {
    templateOf({ dashboard: false }).resourceCountIs('AWS::CloudWatch::Dashboard', 0);
    templateOf({ dashboard: true }, testStack(inProfile('dev'), EDGE)).resourceCountIs('AWS::CloudWatch::Dashboard', 1);
    templateOf({}, testStack(inProfile('dev'), EDGE)).resourceCountIs('AWS::CloudWatch::Dashboard', 0);
  });

  test('metrics of its own join the dashboard', () => {
    const stack = testStack(inProfile('prod'), EDGE);
    pwaIn(stack).dashboard.addMetrics('Refuels', new cloudwatch.Metric({ namespace: 'FillUp', metricName: 'RefuelsRecorded' }));
    expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'))).toContain('RefuelsRecorded');
  });

  test('the profile is a prop too, wins over the context, and reaches every part', () => {
    const stack = testStack(inProfile('prod'), EDGE);
    const app = pwaIn(stack, { profile: EnvironmentProfile.DEV });
    app.addWebSocket('WebSocket');
    expect([app.profile, app.api.profile]).toEqual([EnvironmentProfile.DEV, EnvironmentProfile.DEV]);
    const template = Template.fromStack(stack);
    for (const type of ['WAFv2::WebACL', 'CodeDeploy::DeploymentGroup', 'CloudWatch::Dashboard']) template.resourceCountIs(`AWS::${type}`, 0);
    template.hasResourceProperties('AWS::XRay::SamplingRule', { SamplingRule: { FixedRate: 1 } });
    template.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' });
  });

  test('function, REST API and site are as they are asked for', () => {
    const corsOrigins = ['https://other.example.com'];
    const template = templateOf({
      api: api({ rateLimit: 7, serviceName: 'refuel', corsOrigins, deployment: Deployment.rolling(), pathPattern: '/v1/*' }),
      site: { contentSecurityPolicy: "default-src 'self'" },
    });
    expect(variablesOf(template)).toMatchObject({ POWERTOOLS_SERVICE_NAME: 'refuel', CORS_ORIGINS: 'https://other.example.com' });
    template.hasResourceProperties('AWS::ApiGateway::Stage', { MethodSettings: [Match.objectLike({ ThrottlingRateLimit: 7 })] });
    template.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 0);
    expect(configOf(template).CacheBehaviors!.map(({ PathPattern }) => PathPattern)).toEqual(['/v1/*']);
    expect(JSON.stringify(template.findResources('AWS::CloudFront::ResponseHeadersPolicy'))).toContain("default-src 'self'");
  });

  test('corsOrigins: [] leaves none, whatever the domain', () => {
    const stack = testStack({}, EDGE);
    expect(variablesOf(templateOf({ api: api({ corsOrigins: [] }), domain: domainIn(stack) }, stack))).not.toHaveProperty('CORS_ORIGINS');
  });

  test('with a network the function stands in its app tier', () => {
    const stack = testStack();
    const network = new AppNetwork(stack, 'Network');
    const template = templateOf({ network }, stack);
    const subnets = stack.resolve(network.vpc.selectSubnets(network.appSubnets).subnetIds);
    template.hasResourceProperties('AWS::Lambda::Function', { VpcConfig: Match.objectLike({ SubnetIds: subnets }) });
  });

  test('pages of names that are served like the domain may call too, not those of names that redirect or are none', () => {
    const stack = testStack({}, EDGE);
    const domain = domainIn(stack, 'FillUp.example.com', ['app.example.com', '*.fillup.example.com'], ['www.example.com']);
    expect(variablesOf(templateOf({ domain }, stack)).CORS_ORIGINS).toBe('https://fillup.example.com,https://app.example.com');
  });

  test('a domain may be known only at deployment', () => {
    const stack = testStack({}, EDGE);
    const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:us-east-1:111111111111:certificate/abc');
    const domain = AppDomain.fromCertificate(certificate, Lazy.string({ produce: () => 'late.example.com' }));
    expect(variablesOf(templateOf({ domain }, stack)).CORS_ORIGINS).toBe('https://late.example.com');
  });

  test('two WebSocket APIs each have a path and a variable', () => {
    const stack = testStack({}, EDGE);
    const app = pwaIn(stack);
    const usual = app.addWebSocket('WebSocket');
    const chat = app.addWebSocket('Chat', { pathPattern: '/chat', callbackVariable: 'CHAT_URL' });
    const template = Template.fromStack(stack);
    expect(['/ws', '/chat'].map((uri) => visit(template, { uri }).origin)).toEqual(['/ws', '/chat']);
    expect(variablesOf(template)).toMatchObject(stack.resolve({ WEBSOCKET_CALLBACK_URL: usual.callbackUrl, CHAT_URL: chat.callbackUrl }));
  });
});

test('ids do not depend on what else there is, nor on the order in which it was added', () => {
  const idsIn = (...adds: Array<(app: ServerlessPwaApp) => unknown>): Set<string> => {
    const stack = testStack(inProfile('prod'));
    const app = pwaIn(stack, { network: new AppNetwork(stack, 'Network'), dashboard: true });
    adds.forEach((add) => add(app));
    // what a version consists of is its id
    return new Set(Object.keys(Template.fromStack(stack).toJSON().Resources).filter((id) => !/CurrentVersion|^FillUpRestApiApiDeployment/.test(id)));
  };
  const adders: Array<(app: ServerlessPwaApp) => unknown> = [
    (app) => app.addWebSocket('WebSocket'), (app) => app.addDatabase('Database'), (app) => app.addDatabase('Archive'),
  ];
  const all = idsIn(...adders);
  fc.assert(fc.property(fc.shuffledSubarray(adders), (some) => {
    const ids = idsIn(...some);
    expect([...ids].filter((id) => !all.has(id))).toEqual([]);
    if (some.length === adders.length) expect(ids).toEqual(all);
  }), { numRuns: 8 });
});

describe('bad input', () => {
  test('fails on two WebSocket APIs of one id', () => {
    const app = pwaIn(testStack());
    app.addWebSocket('WebSocket');
    expect(() => app.addWebSocket('WebSocket', { pathPattern: '/other' })).toThrow(
      "WebSocket API 'WebSocket' exists already in 'Stack/FillUp': give each WebSocket API an id of its own");
  });

  test('fails on two databases of one id', () => {
    const stack = testStack();
    const app = pwaIn(stack, { network: new AppNetwork(stack, 'Network') });
    app.addDatabase('Database');
    expect(() => app.addDatabase('Database')).toThrow("database 'Database' exists already in 'Stack/FillUp': give each database an id of its own");
  });

  test('fails on a database without a network', () => {
    expect(() => pwaIn(testStack()).addDatabase('Database')).toThrow(
      "'network' of 'Stack/FillUp' must be given for a database, got none: the function reaches it in a VPC alone, so pass new AppNetwork()");
  });

  test('fails on a path that leaves nothing to the site', () => {
    expect(() => pwaIn(testStack(), { api: api({ pathPattern: '/*' }) })).toThrow(
      "'pathPattern' must begin with '/', be known at synthesis and leave '/index.html' to the site, got '/*': write such as '/api/*'");
  });

  test('fails on a path that another API hides', () => {
    const app = pwaIn(testStack());
    expect(() => app.addWebSocket('Inner', { pathPattern: '/api/ws', callbackVariable: 'INNER_URL' })).toThrow(
      "'pathPattern' must not be hidden by an earlier one, and '/api/ws' is by '/api/*': add the narrower one first, or choose another path");
    app.addWebSocket('WebSocket');
    expect(() => app.addWebSocket('Second', { callbackVariable: 'SECOND_URL' })).toThrow("'pathPattern' must not be hidden by an earlier one, and '/ws' is by '/ws': add the narrower one first, or choose another path");
  });
});
