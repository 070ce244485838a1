import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as fc from 'fast-check';
import { appTier, circles, findings } from './app-tier';
import { ApiFunction, ApiFunctionProps, AppNetwork, Egress, EnvironmentProfile, FunctionCode, FunctionWebSocketApi, PrivatePostgres } from '../../src';
import { FLAG_SETS, inProfile, testApp, testStack } from '../harness';

const FUNCTION = 'AWS::Lambda::Function';
const RUNTIME = lambda.Runtime.ALL.filter(({ family }) => family === lambda.RuntimeFamily.PYTHON).pop()!;

const inline = (text = 'def handler(event, context): ...'): FunctionCode => FunctionCode.zip(lambda.Code.fromInline(text), 'index.handler', RUNTIME);
const functionIn = (stack: Stack, props: Partial<ApiFunctionProps> = {}): ApiFunction => new ApiFunction(stack, 'Api', { code: inline(), ...props });

interface Resource { readonly Type: string; readonly Properties: Record<string, unknown>; readonly DependsOn?: string[] }

const resourcesOf = (stack: Stack): Record<string, Resource> => Template.fromStack(stack).toJSON().Resources as Record<string, Resource>;
const propertiesOf = (template: Template, id: string): Record<string, unknown> =>
  Object.entries(template.findResources(FUNCTION)).find(([key]) => key.startsWith(id))![1].Properties as Record<string, unknown>;
const runsOf = (resources: Record<string, Resource>): Array<[string, Resource]> => Object.entries(resources).filter(([, { Type }]) => Type === 'Custom::Trigger');
const aliasOf = (resources: Record<string, Resource>): Resource => Object.values(resources).find(({ Type }) => Type === 'AWS::Lambda::Alias')!;

/** What CloudFormation makes before a resource. */
function before(resources: Record<string, Resource>, id: string, found = new Set<string>()): Set<string> {
  const text = JSON.stringify(resources[id]);
  for (const other of Object.keys(resources)) {
    if (other === id || found.has(other) || !text.includes(`"${other}"`)) continue;
    found.add(other);
    before(resources, other, found);
  }
  return found;
}

describe.each(FLAG_SETS)('a migration with %s', (_, context) => {
  const stack = new Stack(testApp({ ...context, ...inProfile('prod') }), 'Stack');
  const network = new AppNetwork(stack, 'Network');
  const fn = functionIn(stack, { network });
  const migration = fn.addMigration('Migrate', { handler: 'index.migrate' });
  fn.useDatabase(new PrivatePostgres(stack, 'Database', { network }));
  fn.addEnvironment('LATE', 'yes');
  const template = Template.fromStack(stack);
  const resources = resourcesOf(stack);

  test('is the same code by another handler, as the same role, in the same network, with the same variables and log', () => {
    const [own, other] = ['ApiMigrationsMigrate', 'ApiFunction'].map((id) => propertiesOf(template, id));
    for (const name of ['Architectures', 'Code', 'Environment', 'LoggingConfig', 'MemorySize', 'Role', 'Runtime', 'TracingConfig', 'VpcConfig']) {
      expect([name, own[name]]).toEqual([name, other[name]]);
    }
    expect([own.Handler, other.Handler]).toEqual(['index.migrate', 'index.handler']);
    expect(Object.keys((own.Environment as { Variables: object }).Variables)).toEqual(expect.arrayContaining(['DATABASE_SECRET_ARN', 'ENVIRONMENT', 'LATE']));
  });

  test('has five minutes, no runs of its own reserved and no dead letters: it is called once, and its failure is that of the deployment', () => {
    const own = propertiesOf(template, 'ApiMigrationsMigrate');
    expect([own.Timeout, own.ReservedConcurrentExecutions, own.DeadLetterConfig]).toEqual([300, undefined, undefined]);
    expect(migration.timeout.toMinutes()).toBe(5);
    expect(migration.logGroup).toBe(fn.logGroup);
  });

  test('is called, and its answer waited for longer than it may take, before the alias is made or moved', () => {
    const [[id, run]] = runsOf(resources);
    expect(run.Properties).toMatchObject({ InvocationType: 'RequestResponse', Timeout: `${13.5 * 60 * 1000}` });
    expect(JSON.stringify(run.Properties.HandlerArn)).toMatch(/"ApiMigrationsMigrateFunctionCurrentVersion\w+"/);
    expect(aliasOf(resources).DependsOn).toContain(id);
  });

  test('is called when it may reach the database: after its instance and URL, the rules on both sides, its policy and the routes', () => {
    const [[id]] = runsOf(resources);
    const earlier = [...before(resources, id)].map((other) => resources[other].Type);
    expect(earlier).toEqual(expect.arrayContaining([
      'AWS::RDS::DBInstance', 'AWS::SecretsManager::SecretTargetAttachment', 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress', 'AWS::IAM::Policy',
      'AWS::EC2::Route', 'AWS::EC2::VPCEndpoint', 'AWS::Logs::LogGroup',
    ]));
    expect(earlier).not.toContain('AWS::Lambda::Alias');
  });

  test('has resources that CloudFormation can put in an order', () => {
    expect(circles(resources)).toEqual([]);
  });

  test('leaves cdk-nag nothing to say', () => {
    expect(findings(stack, fn)).toEqual([]);
  });
});

describe('the run', () => {
  const runIn = (props: Partial<ApiFunctionProps>, change?: (fn: ApiFunction) => void): string[] => {
    const stack = testStack();
    const fn = functionIn(stack, props);
    fn.addMigration('Migrate', { handler: 'index.migrate' });
    change?.(fn);
    return runsOf(resourcesOf(stack)).map(([id]) => id);
  };
  const first = runIn({});

  test('is the same resource as long as code and configuration are the same, so that nothing runs', () => {
    expect(runIn({})).toEqual(first);
    expect(runIn({}, (fn) => fn.alias.addPermission('Other', { principal: fn.grantPrincipal }))).toEqual(first);
  });

  test.each<[string, Partial<ApiFunctionProps>, (fn: ApiFunction) => void]>([
    ['code', { code: inline('def migrate(event, context): ...') }, () => undefined],
    ['configuration', { environment: { PLACE: 'Osaka' } }, () => undefined],
    ['configuration that comes later', {}, (fn) => fn.addEnvironment('PLACE', 'Osaka')],
  ])('is another resource with other %s: a rollback deletes it and calls no older version', (_, props, change) => {
    const other = runIn(props, change);
    expect(other).not.toEqual(first);
    expect(other[0]).toMatch(/^ApiMigrationsMigrateRun46C99325[0-9a-f]{32}$/);
  });

  test('follows those that were added before', () => {
    const stack = testStack();
    const fn = functionIn(stack);
    for (const id of ['Migrate', 'Seed', 'Analyse']) fn.addMigration(id, { handler: `index.${id}` });
    const resources = resourcesOf(stack);
    const runs = runsOf(resources).map(([id]) => id);
    expect(runs.map((id) => runs.filter((other) => before(resources, id).has(other)))).toEqual([[], [runs[0]], [runs[0], runs[1]]]);
    expect(aliasOf(resources).DependsOn).toEqual(expect.arrayContaining(runs));
  });
});

describe('an image', () => {
  test('of a repository is called by the handler as its command', () => {
    const stack = testStack();
    const fn = functionIn(stack, { code: FunctionCode.ecr(ecr.Repository.fromRepositoryName(stack, 'Images', 'shop'), 'v1') });
    fn.addMigration('Migrate', { handler: 'app.migrations.handler' });
    const template = Template.fromStack(stack);
    const [own, other] = ['ApiMigrationsMigrate', 'ApiFunction'].map((id) => propertiesOf(template, id));
    expect([own.ImageConfig, other.ImageConfig]).toEqual([{ Command: ['app.migrations.handler'] }, undefined]);
    expect(own.Code).toEqual(other.Code);
    expect([own.Handler, own.PackageType]).toEqual([undefined, 'Image']);
  });

  test('that is built is built once for both', () => {
    const stack = testStack();
    const fn = functionIn(stack, { code: FunctionCode.imageAsset('test/random/built-image') });
    fn.addMigration('Migrate', { handler: 'app.migrations.handler' });
    const template = Template.fromStack(stack);
    const [own, other] = ['ApiMigrationsMigrate', 'ApiFunction'].map((id) => propertiesOf(template, id));
    expect(own.ImageConfig).toEqual({ Command: ['app.migrations.handler'] });
    expect(own.Code).toEqual(other.Code);
  });
});

test('has a time-out of its own', () => {
  const stack = testStack();
  const migration = functionIn(stack).addMigration('Migrate', { handler: 'index.migrate', timeout: Duration.minutes(13) });
  expect(propertiesOf(Template.fromStack(stack), 'ApiMigrationsMigrate').Timeout).toBe(780);
  expect(migration.timeout.toSeconds()).toBe(780);
});

test.each([0, 781])('fails with a time-out of %d seconds', (seconds) => {
  expect(() => functionIn(testStack()).addMigration('Migrate', { handler: 'index.migrate', timeout: Duration.seconds(seconds) })).toThrow(
    `'timeout' must be 1 to 780, got ${seconds}: choose whole seconds within these`);
});

test.each(['', 'two words', 'x'.repeat(129)])('fails with the handler %j', (handler) => {
  expect(() => functionIn(testStack()).addMigration('Migrate', { handler })).toThrow(
    `'handler' of migration 'Migrate' must be 1 to 128 characters without spaces, got '${handler}': name a function of the code, such as 'migrations.handler'`);
});

test('fails on an id that is taken', () => {
  const fn = functionIn(testStack());
  fn.addMigration('Migrate', { handler: 'index.migrate' });
  expect(() => fn.addMigration('Migrate', { handler: 'index.seed' })).toThrow("migration 'Migrate' exists already in 'Stack/Api': give each migration an id of its own");
});

test('waits for ways that others open: a rule at the group of a database that is no construct of ours, and an endpoint of the VPC', () => {
  const stack = testStack();
  const network = appTier(stack);
  const fn = functionIn(stack, { network });
  fn.addMigration('Migrate', { handler: 'index.migrate' });
  const cluster = new ec2.SecurityGroup(stack, 'Cluster', { vpc: network.vpc });
  cluster.connections.allowFrom(fn, ec2.Port.tcp(5432));
  network.vpc.addInterfaceEndpoint('Ssm', { service: ec2.InterfaceVpcEndpointAwsService.SSM });
  const resources = resourcesOf(stack);
  const [[, run]] = runsOf(resources);
  expect(run.DependsOn!.map((id) => resources[id].Type).sort()).toEqual(['AWS::EC2::SecurityGroupEgress', 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::VPCEndpoint']);
});

test('waits for no way of another function', () => {
  const stack = testStack();
  const network = appTier(stack);
  const database = new ec2.SecurityGroup(stack, 'Cluster', { vpc: network.vpc });
  functionIn(stack, { network }).addMigration('Migrate', { handler: 'index.migrate' });
  database.connections.allowFrom(new ApiFunction(stack, 'Other', { code: inline(), network }), ec2.Port.tcp(5432));
  const [[, run]] = runsOf(resourcesOf(stack));
  expect(run.DependsOn ?? []).toEqual([]);
});

test('takes no part in what may connect to a WebSocket API, whose address it knows as the function does', () => {
  const stack = testStack(inProfile('prod'));
  const fn = functionIn(stack);
  fn.addMigration('Migrate', { handler: 'index.migrate' });
  new FunctionWebSocketApi(stack, 'Socket', { handler: fn });
  const resources = resourcesOf(stack);
  expect(circles(resources)).toEqual([]);
  Template.fromStack(stack).hasResourceProperties(FUNCTION, {
    Handler: 'index.migrate', Environment: { Variables: { WEBSOCKET_CALLBACK_URL: Match.anyValue() } },
  });
});

describe('in any order of calls, in one stack or in several', () => {
  type Step = 'database' | 'migrate' | 'seed' | 'variable' | 'socket';

  const steps = fc.shuffledSubarray<Step>(['database', 'migrate', 'seed', 'variable', 'socket'], { minLength: 1 });
  // of network and database; one that stands in a stack after the function's is in a circle without migrations
  const homes = fc.constantFrom(['Stack', 'Stack'], ['Network', 'Stack'], ['Base', 'Base'], ['Network', 'Data']);
  const egress = fc.constantFrom('singleNat' as const, 'endpointsOnly' as const);

  test('no resource waits for itself, and each run comes after its database and before the alias', () => {
    fc.assert(fc.property(steps, homes, egress, (order, [networkHome, databaseHome], way) => {
      const app = testApp();
      const stack = new Stack(app, 'Stack');
      const home = (id: string): Stack => (app.node.tryFindChild(id) ?? new Stack(app, id)) as Stack;
      const network = new AppNetwork(home(networkHome), 'Network', { egress: Egress[way](), profile: EnvironmentProfile.DEV });
      const database = new PrivatePostgres(home(databaseHome), 'Database', { network, profile: EnvironmentProfile.DEV });
      const fn = functionIn(stack, { network });
      const does: Record<Step, () => void> = {
        database: () => fn.useDatabase(database),
        migrate: () => fn.addMigration('Migrate', { handler: 'index.migrate' }),
        seed: () => fn.addMigration('Seed', { handler: 'index.seed' }),
        variable: () => fn.addEnvironment('PLACE', 'Osaka'),
        socket: () => new FunctionWebSocketApi(stack, 'Socket', { handler: fn }),
      };
      if (way === 'endpointsOnly') network.requires(new ec2.InterfaceVpcEndpointAwsService('execute-api'), fn);
      order.forEach((step) => does[step]());
      app.synth();
      for (const each of app.node.children.filter(Stack.isStack)) expect(circles(resourcesOf(each))).toEqual([]);
      const resources = resourcesOf(stack);
      const runs = runsOf(resources).map(([id]) => id);
      expect(runs).toHaveLength(order.filter((step) => step === 'migrate' || step === 'seed').length);
      const alias = Object.keys(resources).find((id) => resources[id].Type === 'AWS::Lambda::Alias')!;
      const ingress = Object.keys(resources).filter((id) => resources[id].Type === 'AWS::EC2::SecurityGroupIngress' && JSON.stringify(resources[id]).includes('"ApiSecurityGroup'));
      for (const run of runs) {
        expect(before(resources, alias)).toContain(run);
        const earlier = before(resources, run);
        expect(earlier).not.toContain(alias);
        for (const rule of ingress) expect(earlier).toContain(rule);
      }
    }), { numRuns: 20 });
  });
});
