import { App, CfnParameter, SecretValue, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { ContainerDefinition, ContainerImage, ContainerImageConfig } from 'aws-cdk-lib/aws-ecs';
import { Key } from 'aws-cdk-lib/aws-kms';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { appTier, circles, clusterIn, findings, serviceIn } from './app-tier';
import { FLAG_SETS, testApp, testStack } from '../harness';
import { statementsOf } from '../statements';

const IMAGE = 'ghcr.io/acme/api:1.4.0';
const ARN = 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:github-AbCdEf';
const WITHOUT = 'the image of \'Stack/Api\' is pulled without credentials, which ghcr.io permits for images only that their owner made public: '
  + "pass 'credentials' to fromRegistry(), or acknowledge this warning for a public image";

const fromRegistry = (credentials?: ISecret, name = IMAGE): ContainerImage => ContainerImage.fromRegistry(name, { credentials });
const warnings = (stack: Stack): string[] => Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));

describe.each(FLAG_SETS)('a private image by a token in a secret, with %s', (_, flags) => {
  const stack = new Stack(new App({ context: flags }), 'Stack');
  const network = appTier(stack);
  const token = new Secret(stack, 'Token', {
    secretObjectValue: { username: SecretValue.unsafePlainText('acme'), password: SecretValue.cfnParameter(new CfnParameter(stack, 'Value', { noEcho: true })) },
  });
  const service = serviceIn(stack, { cluster: clusterIn(stack, network), image: fromRegistry(token) });
  service.addMigration('Migrate', { command: ['migrate'] });
  const template = Template.fromStack(stack);
  const tokenId = stack.resolve((token.node.defaultChild as { ref?: string } & Construct).ref!);

  test('each container names the secret', () => {
    const [{ Properties }] = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
    expect(Properties.ContainerDefinitions).toEqual(['App', 'Migrate'].map((Name) => expect.objectContaining({
      Name, Image: IMAGE, RepositoryCredentials: { CredentialsParameter: tokenId },
    })));
  });

  test('the execution role may read it, and the task role not', () => {
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Effect: 'Allow', Action: Match.arrayWith(['secretsmanager:GetSecretValue']), Resource: tokenId })]),
      },
      Roles: [stack.resolve(service.taskDefinition.executionRole!.roleName)],
    });
    expect(Object.values(template.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.Roles))
      .not.toContainEqual(stack.resolve(service.taskRole.roleName));
  });

  test('the network is told of Secrets Manager, and not of ECR', () => {
    expect(network.required.sort()).toEqual(['logs by Api', 'secretsmanager by Api']);
  });

  test('nobody is warned', () => {
    expect(warnings(stack)).toEqual([]);
  });
});

describe('a secret encrypted with a key of its own', () => {
  const kms = (region: unknown, key: unknown): object => ({
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: key,
    Condition: { StringEquals: { 'kms:ViaService': region } },
  });

  test('may be decrypted where the key is the app\'s', () => {
    const stack = testStack();
    const key = new Key(stack, 'Key');
    serviceIn(stack, { image: fromRegistry(new Secret(stack, 'Token', { encryptionKey: key })) });
    const template = Template.fromStack(stack);
    expect(statementsOf(template)).toContainEqual(
      kms({ 'Fn::Join': ['', ['secretsmanager.', { Ref: 'AWS::Region' }, '.amazonaws.com']] }, stack.resolve(key.keyArn)),
    );
    expect(circles(template.toJSON().Resources)).toEqual([]);
  });

  test('may be decrypted where the key is imported, in the region where the secret is', () => {
    const stack = testStack();
    const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/0';
    const token = Secret.fromSecretAttributes(stack, 'Token', { secretCompleteArn: ARN, encryptionKey: Key.fromKeyArn(stack, 'Key', keyArn) });
    serviceIn(stack, { image: fromRegistry(token) });
    expect(statementsOf(Template.fromStack(stack))).toContainEqual(kms('secretsmanager.eu-west-1.amazonaws.com', keyArn));
  });

  test('without one no key is named', () => {
    const stack = testStack();
    serviceIn(stack, { image: fromRegistry(Secret.fromSecretCompleteArn(stack, 'Token', ARN)) });
    expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'))).not.toContain('kms:');
  });
});

describe('the keys of the secret', () => {
  const of = (make: (stack: Stack) => ISecret) => (): void => {
    const stack = testStack();
    serviceIn(stack, { image: fromRegistry(make(stack)) });
  };

  test('are those that ECS reads: others fail, as those of a pull-through cache', () => {
    const error = "'credentials' of the image of 'Stack/Api' must be a secret with the keys 'username' and 'password', got 'username' and 'accessToken': call the user name and the token so";
    const value = { username: SecretValue.unsafePlainText('acme'), accessToken: SecretValue.secretsManager('token') };
    expect(of((stack) => new Secret(stack, 'Token', { secretObjectValue: value }))).toThrow(error);
    expect(of((stack) => new Secret(stack, 'Token', { generateSecretString: { secretStringTemplate: '{"username":"acme"}', generateStringKey: 'accessToken' } }))).toThrow(error);
  });

  test('cannot be seen in a secret that exists, is filled by hand or holds what is known at deployment', () => {
    expect(of((stack) => Secret.fromSecretCompleteArn(stack, 'Token', ARN))).not.toThrow();
    expect(of((stack) => new Secret(stack, 'Token'))).not.toThrow();
    expect(of((stack) => new Secret(stack, 'Token', { secretStringValue: SecretValue.cfnParameter(new CfnParameter(stack, 'Json', { noEcho: true })) }))).not.toThrow();
  });
});

describe('an image without credentials', () => {
  const warningsOf = (name: string): string[] => {
    const stack = testStack();
    serviceIn(stack, { image: fromRegistry(undefined, name) });
    return warnings(stack);
  };

  test('of a registry where images are private is warned of', () => {
    expect(warningsOf(IMAGE)).toEqual([expect.stringContaining(WITHOUT)]);
    expect(warningsOf(IMAGE)[0]).toContain('cdk-patternbook:ContainerTaskImageWithoutCredentials');
  });

  test.each(['registry.gitlab.com/acme/api:1', 'acme.azurecr.io/api:1', 'europe-docker.pkg.dev/acme/shop/api:1'])('is warned of: %s', (name) => {
    expect(warningsOf(name)).toHaveLength(1);
  });

  test.each(['nginx', 'acme/api:1', 'public.ecr.aws/docker/library/redis:7', 'quay.io/acme/api:1', 'ghcr.io.example.com/acme/api:1', 'my-ghcr.io/api:1', 'localhost:5000/api:1'])('is not warned of: %s', (name) => {
    expect(warningsOf(name)).toEqual([]);
  });

  test('whose tag is known only at deployment is warned of without showing it', () => {
    expect(warningsOf(`ghcr.io/acme/api:${Token.asString({ Ref: 'Tag' })}`)).toEqual([expect.stringContaining(WITHOUT)]);
  });

  test('known only at deployment is taken for one in ECR', () => {
    expect(warningsOf(Token.asString({ Ref: 'Image' }))).toEqual([]);
  });

  test('fails where the app tier does not reach the internet, and so does one with credentials', () => {
    const error = `'image' of 'Stack/Api' must be in ECR, got '${IMAGE}': the app tier of this network does not reach the internet, so push the image to an ImageRepository`;
    for (const token of [undefined, Secret.fromSecretCompleteArn(testStack(), 'Token', ARN)]) {
      const stack = testStack();
      const cluster = clusterIn(stack, appTier(stack, false));
      expect(() => serviceIn(stack, { cluster, image: fromRegistry(token) })).toThrow(error);
    }
  });
});

describe.each([['any region', {}], ['a region that is known', { account: '111111111111', region: 'eu-west-1' }]])('an image that is built while deploying, in a stack of %s', (_, env) => {
  const stack = testStack({}, env);
  const network = appTier(stack, false);
  serviceIn(stack, { cluster: clusterIn(stack, network), image: ContainerImage.fromAsset('test/random/built-image') }).addMigration('Migrate', { command: ['migrate'] });
  const template = Template.fromStack(stack);

  test('is in ECR for its network, which needs no way to the internet', () => {
    expect(network.required).toEqual(expect.arrayContaining(['ecr.api by Api', 'ecr.dkr by Api', 's3 by Api']));
    expect(warnings(stack)).toEqual([]);
  });

  test('is pulled from the repository of the bootstrap stack by the service and its migration alike', () => {
    const names = Object.values(template.findResources('AWS::ECS::TaskDefinition')).flatMap(({ Properties }) => Properties.ContainerDefinitions.map(({ Image }: { Image: unknown }) => JSON.stringify(Image)));
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names).size).toBe(1);
    expect(names[0]).toContain('cdk-hnb659fds-container-assets-');
    const pulls = JSON.stringify(statementsOf(template).filter(({ Action }) => JSON.stringify(Action).includes('ecr:BatchGetImage')));
    expect(pulls).toContain('cdk-hnb659fds-container-assets-');
  });
});

test('errors do not show what stands for a tag that is known only at deployment', () => {
  const stack = testStack();
  const cluster = clusterIn(stack, appTier(stack, false));
  expect(() => serviceIn(stack, { cluster, image: fromRegistry(undefined, `docker.io/library/nginx:${Token.asString({ Ref: 'Tag' })}`) })).toThrow('must be in ECR, got a token: the app tier');
});

test('credentials of an image of another class count, too', () => {
  class OwnImage extends ContainerImage {
    public bind(_scope: Construct, _container: ContainerDefinition): ContainerImageConfig {
      return { imageName: IMAGE, repositoryCredentials: { credentialsParameter: ARN } };
    }
  }
  const stack = testStack();
  const network = appTier(stack);
  serviceIn(stack, { cluster: clusterIn(stack, network), image: new OwnImage() });
  expect(warnings(stack)).toEqual([]);
  expect(network.required).toContain('secretsmanager by Api');
});

test('cdk-nag finds nothing', () => {
  const stack = new Stack(testApp(), 'Stack');
  const service = serviceIn(stack, { image: fromRegistry(Secret.fromSecretNameV2(stack, 'Token', 'github')) });
  expect(findings(stack, service)).toEqual([]);
});
