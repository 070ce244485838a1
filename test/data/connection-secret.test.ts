import { App, CfnParameter, Stack, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { databaseStack, PlainNetwork } from './plain-network';
import { PrivatePostgres } from '../../src';
import { EXCLUDED_CHARACTERS } from '../../src/data/connection-secret';
import { FLAG_SETS, inProfile, testStack } from '../harness';

describe.each(FLAG_SETS)('the secrets, with %s', (_, flags) => {
  const { stack } = databaseStack({ databaseName: 'orders', username: 'owner', port: 6432 }, 'prod', new App({ context: flags }));
  const template = Template.fromStack(stack);

  test('the credentials are generated for the user, and attached to the instance', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      KmsKeyId: { 'Fn::GetAtt': ['DatabaseKey5E5D9547', 'Arn'] },
      GenerateSecretString: {
        SecretStringTemplate: '{"username":"owner"}', GenerateStringKey: 'password', PasswordLength: 40, ExcludeCharacters: EXCLUDED_CHARACTERS,
      },
    });
    template.hasResourceProperties('AWS::SecretsManager::SecretTargetAttachment', {
      SecretId: { Ref: 'DatabaseSecretOfowner831A943E' }, TargetId: { Ref: 'DatabaseInstanceAA8A5FDE' }, TargetType: 'AWS::RDS::DBInstance',
    });
  });

  test('the whole value of the URL secret is the URL, the password a reference to the credentials', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      KmsKeyId: { 'Fn::GetAtt': ['DatabaseKey5E5D9547', 'Arn'] },
      GenerateSecretString: Match.absent(),
      SecretString: {
        'Fn::Join': ['', [
          'postgresql://owner:{{resolve:secretsmanager:', { Ref: 'DatabaseSecretOfownerAttachmentB0129DED' }, ':SecretString:password::}}@',
          { 'Fn::GetAtt': ['DatabaseInstanceAA8A5FDE', 'Endpoint.Address'] }, ':', { 'Fn::GetAtt': ['DatabaseInstanceAA8A5FDE', 'Endpoint.Port'] },
          '/orders?sslmode=require',
        ]],
      },
    });
  });

  test('whoever in the account may read a secret may use its key for that', () => {
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: Match.objectLike({
        Statement: Match.arrayWith([Match.objectLike({
          Principal: { AWS: '*' },
          Condition: {
            StringEquals: {
              'kms:ViaService': { 'Fn::Join': ['', ['secretsmanager.', { Ref: 'AWS::Region' }, '.amazonaws.com']] },
              'kms:CallerAccount': { Ref: 'AWS::AccountId' },
            },
          },
        })]),
      }),
    });
  });
});

test('a generated password stands in a URL, a shell and a .env file as it is', () => {
  const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
  const allowed = printable.filter((character) => !EXCLUDED_CHARACTERS.includes(character)).join('');
  expect(allowed).toMatch(/^[A-Za-z0-9._-]+$/);
  expect(encodeURIComponent(allowed)).toBe(allowed);
  expect(allowed).toHaveLength(65);
});

test('a grant on a secret names nobody in the policy of the key', () => {
  const { stack, database } = databaseStack({}, 'dev');
  const before = JSON.stringify(Template.fromStack(databaseStack({}, 'dev').stack).findResources('AWS::KMS::Key'));
  const reader = new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() });
  database.urlSecret.grantRead(reader);
  database.secret.grantRead(reader);
  expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::KMS::Key'))).toBe(before);
});

describe('an imported key of the secrets', () => {
  // synthesis prints the warning that is looked at here
  beforeEach(() => { jest.spyOn(console, 'error').mockImplementation(); });
  afterEach(() => jest.restoreAllMocks());

  const withImportedKey = (): Stack => {
    const stack = testStack(inProfile('dev'));
    const secretsKey = kms.Key.fromKeyArn(stack, 'Imported', 'arn:aws:kms:eu-west-1:111111111111:key/1234');
    new PrivatePostgres(stack, 'Database', { network: new PlainNetwork(stack), secretsKey });
    return stack;
  };

  test('is warned of, as its policy cannot be changed from here', () => {
    Annotations.fromStack(withImportedKey()).hasWarning('/Stack/Database', Match.stringLikeRegexp('the policy of the imported key of the secrets cannot be changed'));
  });

  test('is no warning once acknowledged', () => {
    const stack = withImportedKey();
    Validations.of(stack).acknowledge({ id: 'cdk-patternbook:PrivatePostgresSecretsKeyPolicy', reason: 'the policy admits Secrets Manager' });
    Annotations.fromStack(stack).hasNoWarning('/Stack/Database', Match.anyValue());
  });

  test('given for storage, leaves the logs to the key of CloudWatch Logs', () => {
    const stack = testStack(inProfile('dev'));
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Imported', 'arn:aws:kms:eu-west-1:111111111111:key/1234');
    new PrivatePostgres(stack, 'Database', { network: new PlainNetwork(stack), encryptionKey });
    Template.fromStack(stack).allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: Match.absent() });
  });
});

describe('the secret of the credentials', () => {
  const generated = (stack: Stack): string[] => Object.entries(Template.fromStack(stack).findResources('AWS::SecretsManager::Secret'))
    .filter(([, { Properties }]) => Properties.GenerateSecretString !== undefined).map(([id]) => id);

  test('is another one for another user, so that an update that RDS refuses does not change the password in use', () => {
    const ids = ['postgres', 'owner', 'Owner', 'sKeyView'].flatMap((username) => generated(databaseStack({ username }).stack));
    expect(ids[0]).toBe('DatabaseSecret3B817195');
    expect(new Set(ids).size).toBe(4);
  });

  test('is that of the default for a user known at deployment alone', () => {
    const stack = testStack();
    new PrivatePostgres(stack, 'Database', { network: new PlainNetwork(stack), username: new CfnParameter(stack, 'User').valueAsString });
    expect(generated(stack)).toEqual(['DatabaseSecret3B817195']);
  });
});
