// [internal] A database that exists, behind the interface of one made here.
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { grantConnect } from './connect-grant';
import { urlSecret } from './connection-secret';
import { ExistingDatabaseAttributes, IPrivatePostgres } from './private-postgres-options';

/** What `PrivatePostgres.fromInstance()` returns. */
export class ExistingPostgres extends Construct implements IPrivatePostgres {
  public readonly connections: ec2.Connections;
  public readonly endpoint: rds.Endpoint;
  public readonly instanceIdentifier: string;
  public readonly databaseName: string;
  public readonly secret: secretsmanager.ISecret;
  public readonly urlSecret: secretsmanager.ISecret;
  public readonly readerUrlSecret: secretsmanager.ISecret;
  /** Whoever rotates it keeps the URLs, too. */
  public readonly rotatesSecret = false;

  private readonly instance: rds.IDatabaseInstance;
  private readonly reader?: rds.IDatabaseInstance;

  constructor(scope: Construct, id: string, attrs: ExistingDatabaseAttributes) {
    super(scope, id);
    this.instance = attrs.instance;
    this.reader = attrs.reader;
    this.connections = attrs.reader ? together(attrs.instance, attrs.reader) : attrs.instance.connections;
    this.endpoint = attrs.instance.instanceEndpoint;
    this.instanceIdentifier = attrs.instance.instanceIdentifier;
    this.databaseName = attrs.databaseName ?? 'app';
    this.secret = attrs.secret;
    this.urlSecret = attrs.urlSecret ?? this.compose(attrs, this.endpoint, 'UrlSecret');
    const composed = attrs.reader && attrs.readerUrlSecret === undefined ? this.compose(attrs, attrs.reader.instanceEndpoint, 'ReaderUrlSecret') : undefined;
    this.readerUrlSecret = attrs.readerUrlSecret ?? composed ?? this.urlSecret;
  }

  public grantConnect(grantee: iam.IGrantable, databaseUser?: string): iam.Grant {
    if (this.reader?.instanceResourceId) grantConnect(this.reader, this.reader.instanceResourceId, this, grantee, databaseUser);
    return grantConnect(this.instance, this.instance.instanceResourceId, this, grantee, databaseUser);
  }

  private compose({ secret }: ExistingDatabaseAttributes, { hostname: host, port }: rds.Endpoint, id: string): secretsmanager.ISecret {
    return urlSecret(this, {
      username: secret.secretValueFromJson('username').unsafeUnwrap(),
      password: secret.secretValueFromJson('password'),
      host,
      port,
      databaseName: this.databaseName,
    }, { encryptionKey: secret.encryptionKey }, id);
  }
}

/** The groups of both, each once: the same rule made twice is refused by EC2. */
function together(instance: rds.IDatabaseInstance, reader: rds.IDatabaseInstance): ec2.Connections {
  const { defaultPort, securityGroups } = instance.connections;
  const ids = securityGroups.map(({ securityGroupId }) => securityGroupId);
  const others = reader.connections.securityGroups.filter(({ securityGroupId }) => !ids.includes(securityGroupId));
  return new ec2.Connections({ securityGroups: [...securityGroups, ...others], defaultPort });
}
