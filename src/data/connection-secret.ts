// [internal] The two secrets of a database, and the one place that knows what a connection URL looks like.
import { Fn, RemovalPolicy, SecretValue, Stack, Token, Tokenization, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from '../private/acknowledge';

/**
 * What a generated password does not hold: everything but letters, digits, `-`, `.` and `_`.
 *
 * Such a password stands in a URL, in a shell and in a .env file as it is. Rotation keeps to the same set, so the URL that CloudFormation
 * composes without encoding, at any later update, is right too.
 */
export const EXCLUDED_CHARACTERS = ' !"#$%&\'()*+,/:;<=>?@[\\]^`{|}~';

const PASSWORD_LENGTH = 40;
const QUERY = 'sslmode=require';

/** The master user, if none is named. */
export const DEFAULT_USERNAME = 'postgres';

/** The parts of a connection URL, each either URL-safe or a token. */
export interface ConnectionParts {
  readonly username: string;
  readonly password: SecretValue;
  readonly host: string;
  readonly port: number;
  readonly databaseName: string;
}

/** `postgresql://user:password@host:port/database?sslmode=require`, the password a dynamic reference and never in the template. */
export function connectionUrl(parts: ConnectionParts): SecretValue {
  const { username, password, host, databaseName } = parts;
  const port = Tokenization.stringifyNumber(parts.port);
  // plain text in name only: the password is a reference that CloudFormation resolves
  return SecretValue.unsafePlainText(
    Fn.join('', ['postgresql://', username, ':', password.unsafeUnwrap(), '@', host, ':', port, '/', databaseName, '?', QUERY]),
  );
}

/**
 * The same URL as a JSONata expression over the text of the credentials secret, every part percent-encoded.
 *
 * It yields exactly what `connectionUrl()` does while the parts are URL-safe: a difference would be taken for a rotation. Where a part is not in the secret it is an error: JSONata
 * leaves out what is missing, and a URL with a hole would be written over the one that works.
 *
 * @param host another than that of the secret, as a read replica has
 */
export function connectionUrlExpression(secretString: string, databaseName: string, host?: string): string {
  return `($c := $parse(${secretString}); $c.username and $c.password and $c.host and $c.port`
    + ` ? 'postgresql://' & $encodeUrlComponent($c.username) & ':' & $encodeUrlComponent($c.password) & '@' & ${host === undefined ? '$c.host' : `'${host}'`} & ':' & $string($c.port)`
    + ` & '/' & $encodeUrlComponent('${databaseName}') & '?${QUERY}' : $error('the secret lacks the user name, the password, the host or the port'))`;
}

/**
 * The key of the secrets, as the secrets are to see it.
 *
 * Its policy lets whoever in this account may read or write a secret use the key through Secrets Manager, in the words of the AWS-managed key.
 * A grant on a secret is then enough; and the secrets get a view of the key that grants nothing, as CDK would name every reader in the policy
 * of the key, and so make the stack of the key depend on that of the reader.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export function secretsKeyView(scope: Construct, key: kms.IKey): kms.IKey {
  const stack = Stack.of(key);
  const admitted = key.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.AnyPrincipal()],
    actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:CreateGrant', 'kms:DescribeKey'],
    resources: ['*'],
    conditions: {
      StringEquals: { 'kms:ViaService': `secretsmanager.${stack.region}.amazonaws.com`, 'kms:CallerAccount': stack.account },
    },
  }));
  if (!admitted.statementAdded) {
    Validations.of(scope).addWarning('cdk-patternbook:PrivatePostgresSecretsKeyPolicy',
      'the policy of the imported key of the secrets cannot be changed from here: it must let the principals of this account use the key '
      + 'through Secrets Manager (kms:ViaService), else nobody can read the secrets');
  }
  return kms.Key.fromKeyArn(scope, 'SecretsKeyView', key.keyArn);
}

/**
 * What a role must be permitted to use a key through Secrets Manager, where the policy of the key leaves that to the role.
 *
 * That of an imported key cannot be read from here, so this is said in any case; CDK's own grants on a secret say nothing of an imported key.
 */
export function secretsKeyStatement(scope: Construct, key: kms.IKey, ...actions: string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions,
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(scope).region}.amazonaws.com` } },
  });
}

/** How the secrets of a database are kept. */
export interface ConnectionSecretOptions {
  /** Key of the secret. */
  readonly encryptionKey?: kms.IKey;
  /** What becomes of the secret on deletion. */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The secret with user name and generated password. Attaching it to an instance adds host, port and dbname.
 *
 * Its id depends on the user name: CloudFormation generates the password anew when what it is generated with changes, before the instance refuses to change its user. So another
 * secret is made, and deleted when the deployment is rolled back, and the password in use is not lost. A name known only at deployment counts as the default.
 */
export function credentialsSecret(scope: Construct, username: string, options: ConnectionSecretOptions): secretsmanager.Secret {
  const id = Token.isUnresolved(username) || username === DEFAULT_USERNAME ? 'Secret' : `SecretOf${username}`;
  return new secretsmanager.Secret(scope, id, {
    ...options,
    description: 'User name, password, host, port and database name of a PostgreSQL instance',
    generateSecretString: {
      secretStringTemplate: JSON.stringify({ username }),
      generateStringKey: 'password',
      passwordLength: PASSWORD_LENGTH,
      excludeCharacters: EXCLUDED_CHARACTERS,
    },
  });
}

/** The secret whose whole value is the connection URL. */
export function urlSecret(scope: Construct, parts: ConnectionParts, options: ConnectionSecretOptions, id = 'UrlSecret'): secretsmanager.Secret {
  const secret = new secretsmanager.Secret(scope, id, {
    ...options,
    description: 'Connection URL of a PostgreSQL instance',
    secretStringValue: connectionUrl(parts),
  });
  acknowledge(secret, ['AwsSolutions-SMG4', 'SecretsManagerRotationEnabled'],
    'derived from the credentials secret, which is the one to rotate: the URL follows it and holds no password of its own');
  return secret;
}
