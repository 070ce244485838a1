import * as fs from 'fs';
import * as path from 'path';
import { CfnResource, Duration, NestedStack, RemovalPolicy, Stack, Stage, Tags, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Define, inStack, Workshop } from './stateful-lock-app';
import { validationContext } from '../../integ/example-locks';
import { StatefulLock } from '../../src';
import { testApp } from '../harness';

const bucket = (scope: Construct, id = 'Files', props: s3.BucketProps = {}): s3.Bucket => new s3.Bucket(scope, id, props);
const resource = (scope: Construct, id: string, type: string, properties: Record<string, unknown>): CfnResource =>
  new CfnResource(scope, id, { type, properties });
const PLAIN = { Engine: 'postgres', DBInstanceClass: 'db.t3.micro', StorageEncrypted: true, Port: '5432' };
const database = (properties: Record<string, unknown>, policy = RemovalPolicy.SNAPSHOT): Define => inStack((stack) =>
  resource(stack, 'Db', 'AWS::RDS::DBInstance', { ...PLAIN, ...properties }).applyRemovalPolicy(policy));
const UPDATE = 'cdk synth --context patternbook:update-lock=true';

let ci: string | undefined;
beforeEach(() => {
  ci = process.env.CI;
  delete process.env.CI;
});
afterEach(() => {
  if (ci !== undefined) process.env.CI = ci;
});

describe('what it catches', () => {
  test('a renamed construct, with the old id as the way out', () => {
    const [finding, ...others] = new Workshop().accept(inStack((stack) => bucket(stack))).findings(inStack((stack) => bucket(stack, 'Uploads')));
    expect(finding).toEqual({
      ruleName: 'Renamed',
      severity: 'fatal',
      description: "AWS::S3::Bucket Files8E6940B8 of stack 'Shop' was renamed, it was 'Shop/Files': CloudFormation makes a new one and leaves the old one behind, outside of the stack",
      fix: `Keep its id by overrideLogicalId('Files8E6940B8'), or rename it back. If it is meant, see to the data first, then: ${UPDATE}`,
      violatingResources: [{ constructPath: 'Shop/Uploads', resourceLogicalId: 'Uploads4F6EB0FD', templatePath: expect.stringMatching(/Shop\.template\.json$/), locations: [] }],
    });
    expect(others).toEqual([]);
  });

  test('of several that were renamed, each with the one that resembles it, in whatever order they come', () => {
    const queues = (orders: string, bills: string) => inStack((stack) => {
      new sqs.Queue(new Construct(stack, orders), 'Orders');
      new sqs.Queue(new Construct(stack, bills), 'Bills', { fifo: true });
    });
    const findings = new Workshop().accept(queues('Sales', 'Money')).findings(queues('Asks', 'Zero'));
    expect(findings.map(({ description, violatingResources }) => [/it was '([^']+)'/.exec(description)?.[1], violatingResources[0].constructPath]))
      .toEqual([['Shop/Money/Bills', 'Shop/Zero/Bills'], ['Shop/Sales/Orders', 'Shop/Asks/Orders']]);
  });

  test('a removed resource', () => {
    const said = new Workshop().accept(inStack((stack) => [bucket(stack), new kms.Key(stack, 'Key', { removalPolicy: RemovalPolicy.DESTROY })]))
      .findings(inStack((stack) => bucket(stack)));
    expect(said).toEqual([expect.objectContaining({
      ruleName: 'Removed',
      description: "AWS::KMS::Key Key961B73FD of stack 'Shop' is no longer defined: CloudFormation deletes it with all it holds",
      fix: `Bring it back. If it is meant, see to the data first, then: ${UPDATE}`,
      violatingResources: [expect.objectContaining({ constructPath: 'Shop/Key', resourceLogicalId: 'Key961B73FD' })],
    })]);
  });

  test('a changed address block of a network', () => {
    const network = (cidr: string) => inStack((stack) => new ec2.CfnVPC(stack, 'Vpc', { cidrBlock: cidr }));
    const [finding] = new Workshop().accept(network('10.0.0.0/16')).findings(network('10.1.0.0/16'));
    expect(finding).toMatchObject({
      ruleName: 'Replaced',
      description: "AWS::EC2::VPC Vpc of stack 'Shop' would be replaced: CidrBlock was \"10.0.0.0/16\" and is \"10.1.0.0/16\"; "
        + 'CloudFormation then makes a new one and deletes the old one with all it holds',
      fix: `Set CidrBlock back. If it is meant, see to the data first, then: ${UPDATE}`,
      violatingResources: [{ locations: ['Properties/CidrBlock'] }],
    });
  });

  test.each([
    ['encryption', { StorageEncrypted: false }, 'would be replaced: StorageEncrypted was "true" and is "false"'],
    ['a key', { KmsKeyId: { Ref: 'Key' } }, 'would be replaced: KmsKeyId was not set and is {"Ref":"Key"}'],
    ['the engine, which may be replaced: some engines are converted', { Engine: 'mysql' }, 'may be replaced: Engine was "postgres" and is "mysql"'],
    ['two properties at once', { DBName: 'shop', Engine: 'mysql' }, 'would be replaced: DBName was not set and is "shop", Engine was "postgres" and is "mysql"'],
  ])('a database with another %s', (_, properties, said) => {
    expect(new Workshop().accept(database({})).says(database(properties)))
      .toEqual([`Replaced: AWS::RDS::DBInstance Db of stack 'Shop' ${said}; CloudFormation then makes a new one and deletes the old one after a last snapshot`]);
  });

  test('a property below another', () => {
    const broker = (inCluster: boolean) => inStack((stack) =>
      resource(stack, 'Broker', 'AWS::MSK::Cluster', { ClusterName: 'a', EncryptionInfo: { EncryptionInTransit: { InCluster: inCluster, ClientBroker: 'TLS' } } }));
    expect(new Workshop().accept(broker(true)).says(broker(false))[0]).toContain('EncryptionInfo/EncryptionInTransit/InCluster was "true" and is "false"');
  });

  test('a lost removal policy, for removal and for replacement apart', () => {
    const files = (deletion: string, replacement: string) => inStack((stack) => {
      const { cfnOptions } = resource(stack, 'Files', 'AWS::EFS::FileSystem', {});
      Object.assign(cfnOptions, { deletionPolicy: deletion, updateReplacePolicy: replacement });
    });
    expect(new Workshop().accept(files('Retain', 'Retain')).says(files('Delete', 'Retain'))).toEqual([
      "Unprotected: AWS::EFS::FileSystem Files of stack 'Shop' is protected less: DeletionPolicy was Retain and is Delete, so when it is removed CloudFormation deletes it with all it holds",
    ]);
    expect(new Workshop().accept(files('RetainExceptOnCreate', 'Retain')).says(files('Retain', 'Snapshot'))).toEqual([
      "Unprotected: AWS::EFS::FileSystem Files of stack 'Shop' is protected less: UpdateReplacePolicy was Retain and is Snapshot, so when it is replaced CloudFormation deletes it after a last snapshot",
    ]);
  });

  test('a database that loses the snapshot that CloudFormation takes where nothing is said', () => {
    const said = (policy?: RemovalPolicy) => inStack((stack) => {
      const db = resource(stack, 'Db', 'AWS::RDS::DBCluster', { Engine: 'aurora-postgresql' });
      if (policy) db.cfnOptions.deletionPolicy = 'Delete' as never;
    });
    expect(new Workshop().accept(said()).says(said(RemovalPolicy.DESTROY))[0]).toContain('DeletionPolicy was Snapshot and is Delete');
  });

  test('a replacement whose policy is weakened in the same change tells what then happens', () => {
    expect(new Workshop().accept(database({})).says(database({ DBName: 'shop' }, RemovalPolicy.DESTROY))[0])
      .toMatch(/^Replaced: .* and deletes the old one with all it holds$/);
  });

  test('a resource in a nested stack that was renamed, since all in it goes with it', () => {
    const nested = (id: string) => inStack((stack) => bucket(new NestedStack(stack, id)));
    expect(new Workshop().accept(nested('Data')).findings(nested('Data'))).toEqual([]);
    const [finding] = new Workshop().accept(nested('Data')).findings(nested('Storage'));
    expect(finding.description).toMatch(/^AWS::S3::Bucket DataNestedStackDataNestedStackResource\w+\/Files8E6940B8 of stack 'Shop' was renamed, it was 'Shop\/Data\/Files'/);
    expect(finding.violatingResources[0]).toMatchObject({ constructPath: 'Shop/Storage/Files', templatePath: expect.stringMatching(/nested\.template\.json$/) });
  });

  test('a renamed stack, as one finding', () => {
    const stack = (stackName: string) => inStack((scope) => [bucket(scope), new kms.Key(scope, 'Key')], { stackName });
    expect(new Workshop().accept(stack('shop')).findings(stack('store'))).toEqual([expect.objectContaining({
      ruleName: 'StackRenamed',
      description: "stack 'shop' (Shop) was renamed to 'store' (Shop): CloudFormation makes a new stack with everything in it new and empty, and leaves the old one as it is",
      fix: `Keep its name: { stackName: 'shop' }. If it is meant: ${UPDATE}`,
    })]);
  });

  test('a stack that has another id and so another name', () => {
    const workshop = new Workshop().accept((app) => bucket(new Stack(app, 'Shop')));
    expect(workshop.says((app) => bucket(new Stack(app, 'Store')))).toEqual([expect.stringMatching(/^StackRenamed: stack 'Shop' \(Shop\) was renamed to 'Store' \(Store\)/)]);
  });

  test('and fails the synthesis', () => {
    const workshop = new Workshop().accept(inStack((stack) => bucket(stack)));
    expect(() => workshop.synth(inStack((stack) => bucket(stack, 'Uploads')))).toThrow(/FATAL AWS::S3::Bucket Files8E6940B8 of stack 'Shop' was renamed.*\n.*Shop\/Uploads \(Uploads4F6EB0FD\)/);
  });

  test('even where somebody acknowledges the rule: what is meant is accepted in the lock, where it is seen', () => {
    const workshop = new Workshop().accept(inStack((stack) => bucket(stack)));
    expect(() => workshop.synth((app) => {
      inStack((stack) => bucket(stack, 'Uploads'))(app);
      Validations.of(app).acknowledge({ id: 'patternbook-stateful-lock::Renamed', reason: 'go away' });
    })).toThrow('was renamed');
  });
});

describe('what it lets pass', () => {
  test.each<[string, Record<string, unknown>]>([
    ['another instance class', { DBInstanceClass: 'db.m5.large' }],
    ['longer backups', { BackupRetentionPeriod: 14 }],
    ['a standby', { MultiAZ: true }],
    ['a number as a number', { Port: 5432 }],
    ['tags', { Tags: [{ Key: 'a', Value: 'b' }] }],
    ['another version', { EngineVersion: '17.4' }],
  ])('a database with %s', (_, properties) => {
    expect(new Workshop().accept(database({})).says(database(properties))).toEqual([]);
  });

  test('tags, outputs, other resources, and another order', () => {
    const workshop = new Workshop().accept(inStack((stack) => [bucket(stack), new sqs.Queue(stack, 'Orders')]));
    expect(workshop.says(inStack((stack) => {
      new sqs.Queue(stack, 'Orders', { visibilityTimeout: Duration.minutes(1) });
      bucket(stack, 'Files', { versioned: true });
      resource(stack, 'Role', 'AWS::IAM::Role', {});
      Tags.of(stack).add('Team', 'shop');
    }))).toEqual([]);
  });

  test('the same name put together in another way', () => {
    const files = (name: unknown) => inStack((stack) => resource(stack, 'Files', 'AWS::S3::Bucket', { BucketName: name }));
    expect(new Workshop().accept(files({ 'Fn::Join': ['-', ['files', { Ref: 'AWS::AccountId' }]] })).says(files({ 'Fn::Sub': 'files-${AWS::AccountId}' }))).toEqual([]);
  });

  test('more protection', () => {
    expect(new Workshop().accept(database({})).says(database({}, RemovalPolicy.RETAIN))).toEqual([]);
  });

  test('a construct that moved and kept its id', () => {
    const workshop = new Workshop().accept(inStack((stack) => bucket(stack)));
    expect(workshop.says(inStack((stack) =>
      (bucket(stack, 'Uploads').node.defaultChild as CfnResource).overrideLogicalId('Files8E6940B8')))).toEqual([]);
  });

  test('a stack that has another id and kept its name', () => {
    const workshop = new Workshop().accept((app) => bucket(new Stack(app, 'Shop', { stackName: 'shop' })));
    expect(workshop.says((app) => bucket(new Stack(app, 'Store', { stackName: 'shop' })))).toEqual([]);
  });

  test('an app without anything stateful, with no lock', () => {
    expect(new Workshop().says(inStack((stack) => resource(stack, 'Role', 'AWS::IAM::Role', {})))).toEqual([]);
  });

  test('properties that a newer table watches and the lock did not look for', () => {
    const workshop = new Workshop().accept(database({ DBName: 'shop' }));
    workshop.write(workshop.text.replace(/^ *"DBName".*\n/m, '').replace(' DBName ', ' '));
    expect(workshop.says(database({ DBName: 'shop' }))).toEqual([]);
  });

  test('resources of a type that the table no longer has', () => {
    const workshop = new Workshop().accept(inStack((stack) => bucket(stack)));
    workshop.write(workshop.text.replaceAll('AWS::S3::Bucket', 'AWS::Old::Thing'));
    expect(workshop.says(inStack(() => undefined))).toEqual([]);
  });
});

describe('warnings, which fail only with --strict', () => {
  test('a new resource is not guarded yet', () => {
    const [finding] = new Workshop().accept(inStack((stack) => bucket(stack))).findings(inStack((stack) => [bucket(stack), new sqs.Queue(stack, 'Orders')]));
    expect(finding).toMatchObject({
      ruleName: 'Outdated',
      severity: 'warning',
      description: expect.stringMatching(/does not guard 1 new stateful resource yet: Shop\/Orders \(AWS::SQS::Queue\)$/),
      fix: `Bring it up to date and commit it: ${UPDATE}`,
    });
  });

  test('a new stack is not guarded yet', () => {
    const workshop = new Workshop().accept((app) => bucket(new Stack(app, 'Shop')));
    expect(workshop.says((app) => [bucket(new Stack(app, 'Shop')), bucket(new Stack(app, 'Mail'), 'Letters')]))
      .toEqual(["Outdated: 'stateful.lock.json' does not guard 1 new stateful resource yet: Mail/Letters (AWS::S3::Bucket)"]);
  });

  test('a stack has gone from the app, which deletes nothing', () => {
    const workshop = new Workshop().accept((app) => [bucket(new Stack(app, 'Shop')), bucket(new Stack(app, 'Mail'), 'Letters')]);
    expect(workshop.says((app) => bucket(new Stack(app, 'Shop'))))
      .toEqual(["Outdated: 'stateful.lock.json' guards 1 stack that the app no longer has: 'Mail' (Mail); in the account they stay until `cdk destroy`"]);
  });

  test('they do not fail the synthesis', () => {
    const workshop = new Workshop().accept(inStack((stack) => bucket(stack)));
    expect(() => workshop.synth(inStack((stack) => [bucket(stack), bucket(stack, 'More')]))).not.toThrow();
  });
});

describe('the lock file', () => {
  test('a missing one fails, and says how it is written', () => {
    expect(new Workshop().findings(inStack((stack) => bucket(stack)))).toEqual([expect.objectContaining({
      ruleName: 'Missing',
      severity: 'fatal',
      fix: `Write it and commit it: ${UPDATE}`,
      description: expect.stringMatching(/stateful\.lock\.json' is missing: nothing guards the 1 stateful resource of 'Shop'$/),
    })]);
  });

  test.each([
    ['no JSON', '<<<<<<< HEAD', /cannot be read: Unexpected token/],
    ['another version', '{ "version": 2 }', /cannot be read: it does not have the form of a lock$/],
    ['a list', '[]', /cannot be read: it does not have the form of a lock$/],
    ['stacks without resources', '{ "version": 1, "stacks": { "Shop": {} } }', /cannot be read: it does not have the form of a lock$/],
    ['a stack that does not say what was watched', '{ "version": 1, "stacks": { "Shop": { "resources": {} } } }', /form of a lock$/],
    ['resources without a type', '{ "version": 1, "environments": { "dev": { "Shop": { "resources": { "A": {} }, "watched": {} } } } }', /form of a lock$/],
  ])('one that is %s fails and is not written over', (_, text, message) => {
    const workshop = new Workshop().write(text);
    for (const context of [{}, { 'patternbook:update-lock': 'true' }]) {
      expect(workshop.findings(inStack((stack) => bucket(stack)), context)).toEqual([expect.objectContaining({ ruleName: 'Unreadable', severity: 'fatal', description: expect.stringMatching(message) })]);
    }
    expect(workshop.text).toBe(text);
  });

  test('it is sorted, with a line for each property, and ends with a newline', () => {
    const workshop = new Workshop().accept(inStack((stack) => [
      resource(stack, 'Zone', 'AWS::Route53::HostedZone', { Name: { 'Fn::Sub': '${AWS::Region}.example.com' } }),
      bucket(stack),
    ]));
    expect(workshop.text).toBe(`{
  "about": "What holds data or an identity, as it was last accepted. Written by: cdk synth --context patternbook:update-lock=true",
  "version": 1,
  "stacks": {
    "Shop": {
      "stackName": "Shop",
      "resources": {
        "Files8E6940B8": {
          "type": "AWS::S3::Bucket",
          "path": "Shop/Files",
          "deletionPolicy": "Retain",
          "updateReplacePolicy": "Retain"
        },
        "Zone": {
          "type": "AWS::Route53::HostedZone",
          "path": "Shop/Zone",
          "properties": {
            "Name": {"Fn::Join":["",[{"Ref":"AWS::Region"},".example.com"]]}
          }
        }
      },
      "watched": {
        "AWS::Route53::HostedZone": "DelegationSetId Name",
        "AWS::S3::Bucket": "BucketName BucketNamePrefix BucketNamespace ObjectLockEnabled"
      }
    }
  }
}
`);
  });

  test('writing it twice, or in another order, gives the same', () => {
    const one = new Workshop().accept(inStack((stack) => [bucket(stack), bucket(stack, 'More')]));
    const other = new Workshop().accept(inStack((stack) => [bucket(stack, 'More'), bucket(stack)]));
    expect(other.text).toBe(one.text);
    expect(one.accept(inStack((stack) => [bucket(stack), bucket(stack, 'More')])).text).toBe(other.text);
  });

  test('the update says so', () => {
    expect(new Workshop().says(inStack((stack) => bucket(stack)), { 'patternbook:update-lock': true }))
      .toEqual(["Updated: 'stateful.lock.json' was written: it guards 1 stateful resource of 1 stack"]);
  });

  test('no secret is written into it', () => {
    const workshop = new Workshop().accept(inStack((stack) => [
      resource(stack, 'Cache', 'AWS::ElastiCache::ReplicationGroup', { AuthToken: 'hunter2', Engine: 'valkey' }),
      resource(stack, 'Directory', 'AWS::DirectoryService::SimpleAD', { Password: 'hunter2', Name: 'corp' }),
      new rds.CfnDBInstance(stack, 'Db', { masterUserPassword: 'hunter2', masterUsername: 'shop' }),
    ]));
    expect(workshop.text).not.toContain('hunter2');
  });

  test.each(['true', '1'])('a pipeline, where CI is %s, does not write it', (value) => {
    process.env.CI = value;
    const workshop = new Workshop();
    expect(workshop.findings(inStack((stack) => bucket(stack)), { 'patternbook:update-lock': true }))
      .toEqual([expect.objectContaining({ ruleName: 'UpdateInCi', severity: 'fatal', description: expect.stringMatching(/is not written where CI is set/) })]);
    expect(() => workshop.text).toThrow('ENOENT');
    delete process.env.CI;
  });

  test('it is stateful.lock.json in the working directory unless another is given', () => {
    const folder = path.dirname(new Workshop().lockFile);
    const before = process.cwd();
    const app = testApp({ 'patternbook:update-lock': true }, { outdir: path.join(folder, 'cdk.out') });
    bucket(new Stack(app, 'Shop'));
    const context = validationContext(app);
    process.chdir(folder);
    new StatefulLock().validate(context);
    process.chdir(before);
    expect(fs.existsSync(path.join(folder, 'stateful.lock.json'))).toBe(true);
  });
});

describe('several of them', () => {
  const inEnvironment = (name: string) => ({ 'patternbook:environment': name });
  const sized = (cidr: string) => inStack((stack) => new ec2.CfnVPC(stack, 'Vpc', { cidrBlock: cidr }));

  test('environments lie in one file, each with its own values under the same names', () => {
    const workshop = new Workshop().accept(sized('10.0.0.0/16'), inEnvironment('dev')).accept(sized('10.1.0.0/16'), inEnvironment('prod'));
    expect(workshop.says(sized('10.0.0.0/16'), inEnvironment('dev'))).toEqual([]);
    expect(workshop.says(sized('10.1.0.0/16'), inEnvironment('prod'))).toEqual([]);
    expect(workshop.says(sized('10.0.0.0/16'), inEnvironment('prod'))).toEqual([expect.stringMatching(/^Replaced: .*CidrBlock was "10.1.0.0\/16" and is "10.0.0.0\/16"/)]);
  });

  test('an environment that is not in the file fails, with its own command', () => {
    const workshop = new Workshop().accept(sized('10.0.0.0/16'), inEnvironment('dev'));
    expect(workshop.findings(sized('10.0.0.0/16'), inEnvironment('prod'))).toEqual([expect.objectContaining({
      ruleName: 'Missing',
      description: expect.stringMatching(/has nothing of environment 'prod': nothing guards the 1 stateful resource of 'Shop'$/),
      fix: 'Write it and commit it: cdk synth --context patternbook:environment=prod --context patternbook:update-lock=true',
    })]);
  });

  test('stages are told apart by their paths', () => {
    const staged = (prod: string) => (app: Construct) => {
      for (const [name, cidr] of [['Dev', '10.0.0.0/16'], ['Prod', prod]]) new ec2.CfnVPC(new Stack(new Stage(app, name), 'Shop'), 'Vpc', { cidrBlock: cidr });
    };
    const workshop = new Workshop().accept(staged('10.1.0.0/16'));
    expect(workshop.says(staged('10.1.0.0/16'))).toEqual([]);
    expect(workshop.says(staged('10.2.0.0/16'))).toEqual([expect.stringContaining("AWS::EC2::VPC Vpc of stack 'Prod-Shop' would be replaced")]);
  });

  test('accounts and regions, which the CDK asks about one after the other, are all written and all compared', () => {
    const regions = (second: string) => (app: Construct) => {
      for (const [region, id] of [['eu-west-1', 'Files'], ['us-east-1', second]]) bucket(new Stack(app, `Shop-${region}`, { env: { account: '111111111111', region } }), id);
    };
    const workshop = new Workshop();
    workshop.synth(regions('Files'), { 'patternbook:update-lock': true });
    expect(Object.keys(JSON.parse(workshop.text).stacks)).toEqual(['Shop-eu-west-1', 'Shop-us-east-1']);
    expect(() => workshop.synth(regions('Files'))).not.toThrow();
    expect(() => workshop.synth(regions('Uploads'))).toThrow("of stack 'Shop-us-east-1' was renamed");
  });

  test('a stack that has gone is reported once, however many accounts and regions there are', () => {
    const error = jest.spyOn(console, 'error').mockImplementation();
    const regions = (names: string[]) => (app: Construct) => {
      for (const region of names) bucket(new Stack(app, `Shop-${region}`, { env: { account: '111111111111', region } }), `Files-${region}`);
    };
    const workshop = new Workshop();
    workshop.synth(regions(['eu-west-1', 'us-east-1', 'ap-south-1']), { 'patternbook:update-lock': true });
    error.mockClear();
    workshop.synth(regions(['eu-west-1', 'us-east-1']));
    expect(error.mock.calls.flat().join('\n').match(/that the app no longer has/g)).toHaveLength(1);
    error.mockRestore();
  });

  test('a stack that has gone is no longer in the file after an update; other environments stay', () => {
    const both: (app: Construct) => void = (app) => ['Shop', 'Mail'].forEach((name) => bucket(new Stack(app, name), name));
    const workshop = new Workshop().accept(both, inEnvironment('dev')).accept(both, inEnvironment('prod')).accept((app) => bucket(new Stack(app, 'Shop'), 'Shop'), inEnvironment('dev'));
    const { environments } = JSON.parse(workshop.text);
    expect(Object.entries<object>(environments).map(([name, stacks]) => [name, Object.keys(stacks)])).toEqual([['dev', ['Shop']], ['prod', ['Mail', 'Shop']]]);
  });
});
