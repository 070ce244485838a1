import { App, CfnParameter, SecretValue, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { TagMutability } from 'aws-cdk-lib/aws-ecr';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import * as fc from 'fast-check';
import { appTier, clusterIn, findings, serviceIn } from './app-tier';
import { GhcrMirror, GhcrMirrorProps, ImageRepository } from '../../src';
import { FLAG_SETS, testApp, testStack } from '../harness';

const NAME = 'ecr-pullthroughcache/github';
const RULE = 'AWS::ECR::PullThroughCacheRule';
const TEMPLATE = 'AWS::ECR::RepositoryCreationTemplate';

const token = (stack: Stack): ISecret => Secret.fromSecretNameV2(stack, 'Token', NAME);
const mirrorIn = (stack: Stack, props: Partial<GhcrMirrorProps> = {}): GhcrMirror => new GhcrMirror(stack, 'Ghcr', { ...props, credentials: props.credentials ?? token(stack) });
const templateOf = (props?: Partial<GhcrMirrorProps>): Template => {
  const stack = testStack();
  mirrorIn(stack, props);
  return Template.fromStack(stack);
};
const withCredentials = (make: (stack: Stack) => ISecret) => (): void => {
  const stack = testStack();
  mirrorIn(stack, { credentials: make(stack) });
};

describe.each(FLAG_SETS)('with %s', (_, flags) => {
  const stack = new Stack(new App({ context: flags }), 'Stack');
  mirrorIn(stack);
  const template = Template.fromStack(stack);

  test('ECR is told of the registry, the prefix and the secret with the token', () => {
    template.hasResourceProperties(RULE, {
      EcrRepositoryPrefix: 'ghcr',
      UpstreamRegistry: 'github-container-registry',
      UpstreamRegistryUrl: 'ghcr.io',
      CredentialArn: { 'Fn::Join': ['', Match.arrayWith([`:secret:${NAME}`])] },
    });
  });

  test('repositories that it makes are as those of ImageRepository', () => {
    const own = new Stack(new App({ context: flags }), 'Own');
    new ImageRepository(own, 'Images');
    const { LifecyclePolicy, ImageTagMutability, ImageTagMutabilityExclusionFilters } = Object.values(Template.fromStack(own).findResources('AWS::ECR::Repository'))[0].Properties;
    template.hasResourceProperties(TEMPLATE, {
      Prefix: 'ghcr',
      AppliedFor: ['PULL_THROUGH_CACHE'],
      EncryptionConfiguration: { EncryptionType: 'AES256' },
      LifecyclePolicy: LifecyclePolicy.LifecyclePolicyText,
      ImageTagMutability,
      ImageTagMutabilityExclusionFilters,
    });
  });
});

test('the template needs no role, as it has neither a key of its own nor tags', () => {
  templateOf().hasResourceProperties(TEMPLATE, { CustomRoleArn: Match.absent(), ResourceTags: Match.absent() });
});

test('the rule waits for the template: a repository that is made before does not follow it', () => {
  const template = templateOf();
  template.hasResource(RULE, { DependsOn: Object.keys(template.findResources(TEMPLATE)) });
});

test('the prefix may be another, of rule and template alike', () => {
  const template = templateOf({ prefix: 'github/acme' });
  template.hasResourceProperties(RULE, { EcrRepositoryPrefix: 'github/acme' });
  template.hasResourceProperties(TEMPLATE, { Prefix: 'github/acme' });
});

test('the prefix can be read', () => {
  expect(mirrorIn(testStack()).prefix).toBe('ghcr');
});

test.each(['g', 'a'.repeat(31), 'GHCR', 'ROOT', 'ghcr/', '-ghcr', 'gh cr'])("prefix '%s' fails", (prefix) => {
  expect(() => templateOf({ prefix })).toThrow(
    `'prefix' must be 2 to 30 lower-case letters and digits, with single '.', '_', '-' and '/' between them, got '${prefix}': choose such a one`,
  );
});

test('another number of images may be kept', () => {
  const text = Object.values(templateOf({ keepImages: 3 }).findResources(TEMPLATE))[0].Properties.LifecyclePolicy;
  expect(JSON.parse(text).rules[1].selection).toEqual({ tagStatus: 'tagged', tagPatternList: ['*'], countType: 'imageCountMoreThan', countNumber: 3 });
});

test('a number of images known only at deployment comes as a number', () => {
  const stack = testStack();
  mirrorIn(stack, { keepImages: new CfnParameter(stack, 'Keep', { type: 'Number' }).valueAsNumber });
  Template.fromStack(stack).hasResourceProperties(TEMPLATE, { LifecyclePolicy: { 'Fn::Join': ['', Match.arrayWith([{ Ref: 'Keep' }])] } });
});

test.each([0, 1001])('fails to keep %d images', (keepImages) => {
  expect(() => templateOf({ keepImages })).toThrow(`'keepImages' must be 1 to 1000, got ${keepImages}: keep at least the image in use and one to return to`);
});

test('tags may follow those of GitHub', () => {
  templateOf({ tagMutability: TagMutability.MUTABLE }).hasResourceProperties(TEMPLATE, {
    ImageTagMutability: 'MUTABLE', ImageTagMutabilityExclusionFilters: Match.absent(),
  });
});

test('the command that validates the rule names prefix and region', () => {
  const stack = testStack({}, { account: '111111111111', region: 'eu-west-1' });
  expect(mirrorIn(stack, { prefix: 'gh' }).validateCommand).toBe('aws ecr validate-pull-through-cache-rule --ecr-repository-prefix gh --region eu-west-1');
});

describe('the credentials', () => {
  const refused = (got: string): string => `'credentials' must be a secret whose name begins with 'ecr-pullthroughcache/', got ${got}: ECR may read no other, so name it so`;
  const ARN = 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:';

  test.each<[string, (stack: Stack) => ISecret, string]>([
    ['by name', (stack) => Secret.fromSecretNameV2(stack, 'Token', 'github'), "'github'"],
    ['by ARN', (stack) => Secret.fromSecretCompleteArn(stack, 'Token', `${ARN}github-AbCdEf`), "'github'"],
    ['of the app, named otherwise', (stack) => new Secret(stack, 'Token', { secretName: 'github' }), "'github'"],
    ['of the app, named by CloudFormation', (stack) => new Secret(stack, 'Token'), 'a secret without a name'],
  ])('of another name fail: %s', (_, make, got) => {
    expect(withCredentials(make)).toThrow(refused(got));
  });

  test.each<[string, (stack: Stack) => ISecret]>([
    ['by ARN', (stack) => Secret.fromSecretCompleteArn(stack, 'Token', `${ARN}${NAME}-AbCdEf`)],
    ['of the app, filled by hand', (stack) => new Secret(stack, 'Token', { secretName: NAME })],
    ['named at deployment', (stack) => new Secret(stack, 'Token', { secretName: new CfnParameter(stack, 'Name').valueAsString })],
    ['by an ARN known at deployment', (stack) => Secret.fromSecretCompleteArn(stack, 'Token', new CfnParameter(stack, 'Arn').valueAsString)],
    ['with the key of AWS by its alias', (stack) => new Secret(stack, 'Token', { secretName: NAME, encryptionKey: Alias.fromAliasName(stack, 'Key', 'alias/aws/secretsmanager') })],
    ['of both keys', (stack) => new Secret(stack, 'Token', {
      secretName: NAME,
      secretObjectValue: { username: SecretValue.unsafePlainText('acme'), accessToken: SecretValue.cfnParameter(new CfnParameter(stack, 'Value', { noEcho: true })) },
    })],
    ['with one key to be generated', (stack) => new Secret(stack, 'Token', {
      secretName: NAME, generateSecretString: { secretStringTemplate: '{"username":"acme"}', generateStringKey: 'accessToken' },
    })],
    ['with a value of another secret', (stack) => new Secret(stack, 'Token', { secretName: NAME, secretStringValue: SecretValue.secretsManager('other') })],
  ])('pass: %s', (_, make) => {
    expect(withCredentials(make)).not.toThrow();
  });

  test('with a key of their own fail', () => {
    expect(withCredentials((stack) => new Secret(stack, 'Token', { secretName: NAME, encryptionKey: new Key(stack, 'Key') }))).toThrow(
      "'credentials' must be encrypted with the key of AWS, got a secret with a key of its own: ECR uses no other, so leave out 'encryptionKey' of the secret",
    );
  });

  test('with the keys of another registry fail, naming them', () => {
    const secret = (stack: Stack): ISecret => new Secret(stack, 'Token', {
      secretName: NAME, secretObjectValue: { username: SecretValue.unsafePlainText('acme'), password: SecretValue.secretsManager('token') },
    });
    expect(withCredentials(secret)).toThrow(
      "'credentials' must be a secret with the keys 'username' and 'accessToken', got 'username' and 'password': call the user name and the token so",
    );
  });

  test.each([
    ['account', '222222222222', { account: '222222222222', region: 'eu-west-1' }, '111111111111'],
    ['region', 'us-east-1', { account: '111111111111', region: 'us-east-1' }, 'eu-west-1'],
  ])('of another %s fail', (what, ours, env, its) => {
    const stack = testStack({}, env);
    expect(() => mirrorIn(stack, { credentials: Secret.fromSecretCompleteArn(stack, 'Secret', `${ARN}${NAME}-AbCdEf`) })).toThrow(
      `'credentials' must lie in the ${what} of the mirror, ${ours}, got ${its}: ECR reads no other, so store the token there too`,
    );
  });
});

describe('two mirrors', () => {
  const error = "'prefix' must be a mirror's alone in an account and region, got 'ghcr' as in 'One/Ghcr': use that one's image(), or give one another prefix";
  const apart = (one?: { account: string; region: string }, other = one): App => {
    const app = testApp();
    mirrorIn(new Stack(app, 'One', { env: one }));
    mirrorIn(new Stack(app, 'Other', { env: other }));
    return app;
  };

  test('of one prefix fail, in whatever stacks', () => {
    expect(() => apart().synth()).toThrow(error);
    expect(() => apart({ account: '111111111111', region: 'eu-west-1' }).synth()).toThrow(error);
  });

  test('of one prefix pass in two regions', () => {
    expect(() => apart({ account: '111111111111', region: 'eu-west-1' }, { account: '111111111111', region: 'us-east-1' }).synth()).not.toThrow();
  });

  test('of two prefixes pass', () => {
    const stack = testStack();
    const credentials = token(stack);
    new GhcrMirror(stack, 'One', { credentials });
    new GhcrMirror(stack, 'Other', { credentials, prefix: 'other' });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('an image', () => {
  const stack = testStack();
  const cluster = clusterIn(stack);
  const mirror = mirrorIn(stack);
  const service = serviceIn(stack, { cluster, image: mirror.image('acme/api', '1.4.0') });
  service.addMigration('Migrate', { command: ['migrate'] });
  const template = Template.fromStack(stack);
  const [task] = Object.values(template.findResources('AWS::ECS::TaskDefinition'));

  test('is run by the address that ECR gives it, by each container of the task', () => {
    expect(task.Properties.ContainerDefinitions.map(({ Image }: { Image: { 'Fn::Join': [string, unknown[]] } }) => Image['Fn::Join'][1])).toEqual([0, 1].map(() => [
      { Ref: 'AWS::AccountId' }, '.dkr.ecr.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }, '/ghcr/acme/api:1.4.0',
    ]));
  });

  test('may be imported by the execution role, and no other', () => {
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
          {
            Effect: 'Allow',
            Action: [
              'ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:BatchImportUpstreamImage', 'ecr:CreateRepository', 'ecr:GetDownloadUrlForLayer',
            ],
            Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ecr:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':repository/ghcr/acme/api']] },
          },
        ]),
      },
      Roles: [stack.resolve(service.taskDefinition.executionRole!.roleName)],
    });
    const text = JSON.stringify(template.findResources('AWS::IAM::Policy'));
    expect(text.match(/ecr:CreateRepository/g)).toHaveLength(1);
  });

  test('is pulled when there is a rule and a template', () => {
    const mirrored = [RULE, TEMPLATE].flatMap((type) => Object.keys(template.findResources(type)));
    expect([...task.DependsOn].sort()).toEqual(mirrored.sort());
  });

  test('is one of ECR to the network', () => {
    const other = testStack();
    const network = appTier(other);
    serviceIn(other, { cluster: clusterIn(other, network), image: mirrorIn(other).image('acme/api', '1.4.0') });
    expect(network.required).toEqual(expect.arrayContaining(['ecr.api by Api', 'ecr.dkr by Api']));
    expect(network.required).not.toContain('secretsmanager by Api');
  });

  test('fails where the first pull does not reach the internet', () => {
    const other = testStack();
    const closed = clusterIn(other, appTier(other, false));
    expect(() => serviceIn(other, { cluster: closed, image: mirrorIn(other).image('acme/api', '1.4.0') })).toThrow(
      "'image' of 'Stack/Api' must not come through a GhcrMirror, got 'ghcr.io/acme/api:1.4.0': the first pull of each tag takes a NAT gateway, "
      + 'and the app tier of this network does not reach the internet, so push the image to an ImageRepository',
    );
  });

  test('may be run from another stack, which is deployed after', () => {
    const app = testApp();
    const registry = new Stack(app, 'Registry');
    const shop = new Stack(app, 'Shop');
    serviceIn(shop, { image: mirrorIn(registry).image('acme/api', '1.4.0') });
    expect(app.synth().getStackByName('Shop').dependencies.map(({ id }) => id)).toContain('Registry');
  });

  test('fails in another region or account than its mirror', () => {
    const app = testApp();
    const image = mirrorIn(new Stack(app, 'Registry', { env: { account: '111111111111', region: 'eu-west-1' } })).image('acme/api', '1.4.0');
    const shop = new Stack(app, 'Shop', { env: { account: '111111111111', region: 'us-east-1' } });
    expect(() => serviceIn(shop, { image })).toThrow(
      "'image' of 'Shop/Api/TaskDefinition' must be of a mirror in its own account and region, got 'Registry/Ghcr': define a GhcrMirror there",
    );
  });

  test.each(['ghcr.io/Acme/api', 'Acme/api', 'acme/api:1.4.0', 'acme//api', '/acme/api', 'acme/_api', ''])("by name '%s' fails", (name) => {
    expect(() => mirror.image(name, '1')).toThrow(
      `'name' must be lower-case 'owner/image', without registry and tag, got '${name}': write 'acme/api' for ghcr.io/acme/api`,
    );
  });

  test('by a name too long together with the prefix fails', () => {
    expect(() => mirror.image(`acme/${'a'.repeat(247)}`, '1')).toThrow("'name' must be at most 251 characters long with prefix 'ghcr', got 252: shorten either");
    expect(() => mirror.image(`acme/${'a'.repeat(246)}`, '1')).not.toThrow();
  });

  test.each(['', '.1', 'v 1', 'a'.repeat(129), 'sha256:0'])("by tag '%s' fails", (tag) => {
    expect(() => mirror.image('acme/api', tag)).toThrow(
      `'tag' must be 1 to 128 letters, digits, '_', '.' and '-', and begin with neither of the last two, got '${tag}': give the version such a name`,
    );
  });

  test('by name and tag known only at deployment passes', () => {
    expect(() => mirror.image(Token.asString({ Ref: 'Name' }), Token.asString({ Ref: 'Tag' }))).not.toThrow();
  });

  test('of whatever name is accepted makes a repository as ECR takes it', () => {
    const documented = /^(?:[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*\/)*[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
    const words = fc.stringMatching(/^[a-z0-9._/-]{1,20}$/);
    fc.assert(fc.property(words, words, (prefix, name) => {
      const app = testStack();
      try {
        mirrorIn(app, { prefix }).image(name, '1');
      } catch (error) {
        expect((error as Error).message).toMatch(/^'(prefix|name)' must /);
        return;
      }
      expect(`${prefix}/${name}`).toMatch(documented);
    }));
  });
});

test('cdk-nag finds nothing, neither in the mirror nor in a service that runs an image of it', () => {
  const stack = new Stack(testApp(), 'Stack');
  const mirror = mirrorIn(stack);
  const service = serviceIn(stack, { image: mirror.image('acme/api', '1.4.0') });
  expect([...findings(stack, mirror), ...findings(stack, service)]).toEqual([]);
});
