import { RemovalPolicy, Size, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { PriceClass } from 'aws-cdk-lib/aws-cloudfront';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as fc from 'fast-check';
import { inProfile, testApp, testStack } from './harness';
import { EnvironmentProfile, FirewallLevel, HaContainerWebApp } from '../src';

const { DEV, STAGING, PROD } = EnvironmentProfile;

describe('which profile applies', () => {
  test('forgetting it is safe: PROD', () => {
    expect(EnvironmentProfile.of(testStack())).toBe(PROD);
  });

  test.each([['dev', DEV], ['staging', STAGING], ['prod', PROD]] as const)('the context names %s', (name, profile) => {
    expect(EnvironmentProfile.of(testStack(inProfile(name)))).toBe(profile);
  });

  test('each stage of an app may name its own, whatever the command line says', () => {
    const app = testApp(inProfile('staging'));
    const databases = ['dev', 'prod'].map((environment) => {
      const stage = new Stage(app, environment);
      stage.node.setContext('patternbook:environment', environment);
      const stack = new Stack(stage, 'Shop');
      new HaContainerWebApp(stack, 'App').addDatabase('Database');
      return Template.fromStack(stack).findResources('AWS::RDS::DBInstance');
    });
    expect(databases.map((instances) => Object.values(instances).map(({ Properties }) => [Properties.DBInstanceClass, Properties.MultiAZ])))
      .toEqual([[['db.t4g.micro', false]], [['db.t4g.medium', true]]]);
  });

  test('a preview is dev under another name', () => {
    const stack = new Stack(testApp(), 'Shop', { stackName: 'shop-pr-12' });
    const web = new HaContainerWebApp(stack, 'App', { profile: DEV.extend({ name: 'pr-12' }) });
    web.addService('Api', { image: ContainerImage.fromRegistry('nginx'), port: 80 });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 1, MaxCapacity: 2 });
    template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('^/ecs/shop-pr-12-pr-12/')])] } });
    expect(Object.values(template.findResources('AWS::ECS::TaskDefinition')).map(({ Properties }) => Properties.ContainerDefinitions[0].Environment))
      .toEqual([expect.arrayContaining([{ Name: 'ENVIRONMENT', Value: 'pr-12' }])]);
  });

  test('fails on an unknown name', () => {
    const stack = testStack({ 'patternbook:environment': 'production' });
    expect(() => EnvironmentProfile.of(stack)).toThrow(
      "context 'patternbook:environment' must be dev, staging or prod, got \"production\": "
      + "correct it in cdk.json or on the command line, or pass a profile of your own as 'profile'",
    );
  });
});

describe('what the documents say of each environment', () => {
  test.each([
    ['maxAzs', 2, 2, 3],
    ['natPerAz', false, false, true],
    ['flowLogs', false, true, true],
    ['databaseMultiAz', false, false, true],
    ['databaseMonitoring', false, false, true],
    ['deletionProtection', false, false, true],
    ['removalPolicy', RemovalPolicy.DESTROY, RemovalPolicy.SNAPSHOT, RemovalPolicy.SNAPSHOT],
    ['rotateSecrets', false, false, true],
    ['minTasks', 1, 2, 2],
    ['maxTasks', 2, 4, 6],
    ['spot', true, true, false],
    ['logRetention', RetentionDays.ONE_WEEK, RetentionDays.TWO_WEEKS, RetentionDays.ONE_MONTH],
    ['functionConcurrencyLimit', 0, 0, 10],
    ['tracedPercent', 100, 10, 10],
    ['canaryFunctions', false, false, true],
    ['priceClass', PriceClass.PRICE_CLASS_100, PriceClass.PRICE_CLASS_200, PriceClass.PRICE_CLASS_ALL],
    ['siteMetrics', false, false, true],
    ['firewall', FirewallLevel.NONE, FirewallLevel.BASIC, FirewallLevel.FULL],
    ['dashboard', false, false, true],
    ['monthlyBudgetUsd', 100, 250, 500],
  ] as const)('%s is %s in dev, %s in staging, %s in prod', (setting, dev, staging, prod) => {
    expect([DEV[setting], STAGING[setting], PROD[setting]]).toEqual([dev, staging, prod]);
  });

  test('databases grow from t4g.micro over t4g.small to t4g.medium', () => {
    expect([DEV, STAGING, PROD].map((profile) => profile.databaseInstanceType.toString())).toEqual(['t4g.micro', 't4g.small', 't4g.medium']);
  });

  test('backups are kept 3, 7 and 7 days', () => {
    expect([DEV, STAGING, PROD].map((profile) => profile.backupRetention.toDays())).toEqual([3, 7, 7]);
  });

  test('functions have 512, 1024 and 1024 MiB', () => {
    expect([DEV, STAGING, PROD].map((profile) => profile.functionMemory.toMebibytes())).toEqual([512, 1024, 1024]);
  });
});

describe('a profile of one\'s own', () => {
  test('extends another and leaves it alone', () => {
    const demo = PROD.extend({ name: 'demo', maxAzs: 2 });
    expect([demo.name, demo.maxAzs, demo.natPerAz, PROD.maxAzs]).toEqual(['demo', 2, true, 3]);
  });

  test('keeps what is passed as undefined', () => {
    expect(PROD.extend({ maxAzs: undefined }).maxAzs).toBe(3);
  });

  test('the last extension wins, and extending twice by the same changes nothing more', () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 4 }), fc.boolean(), fc.integer({ min: 2, max: 4 }), (first, spot, second) => {
      const once = PROD.extend({ maxAzs: first, spot }).extend({ maxAzs: second });
      expect({ ...once }).toEqual({ ...PROD, maxAzs: second, spot });
      expect({ ...once.extend({ maxAzs: second }) }).toEqual({ ...once });
    }));
  });

  test.each([
    [{ maxAzs: 5 }, "'maxAzs' must be 2 to 4, got 5: choose a number within these, the address plan has room for four zones"],
    [{ minTasks: -1 }, "'minTasks' must be 0 to 5000, got -1: choose a whole number of tasks"],
    [{ maxTasks: 5001 }, "'maxTasks' must be 0 to 5000, got 5001: choose a whole number of tasks"],
    [{ functionMemory: Size.mebibytes(64) }, "'functionMemory' must be 128 to 10240, got 64: choose whole MiB within these"],
    [{ functionConcurrencyLimit: 1.5 }, `'functionConcurrencyLimit' must be 0 to ${Number.MAX_SAFE_INTEGER}, got 1.5: choose a number of runs, 0 for no limit`],
    [{ tracedPercent: 101 }, "'tracedPercent' must be 0 to 100, got 101: choose a percentage of the requests"],
    [{ monthlyBudgetUsd: 0 }, `'monthlyBudgetUsd' must be 1 to ${Number.MAX_SAFE_INTEGER}, got 0: choose a number of whole US dollars`],
  ])('fails on %j', (settings, message) => {
    expect(() => PROD.extend(settings)).toThrow(new Error(message));
  });

  test('fails on a name that no log group could bear', () => {
    expect(() => PROD.extend({ name: 'Blue Team' })).toThrow(
      "'name' of a profile must be lower-case letters, digits and hyphens, got 'Blue Team': log groups are named after it, so choose such a name",
    );
  });
});
