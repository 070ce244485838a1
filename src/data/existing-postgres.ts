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
  /** Whoever rotates it keeps the URL, too. */
  public readonly rotatesSecret = false;

  private readonly instance: rds.IDatabaseInstance;

  constructor(scope: Construct, id: string, attrs: ExistingDatabaseAttributes) {
    super(scope, id);
    this.instance = attrs.instance;
    this.connections = attrs.instance.connections;
    this.endpoint = attrs.instance.instanceEndpoint;
    this.instanceIdentifier = attrs.instance.instanceIdentifier;
    this.databaseName = attrs.databaseName ?? 'app';
    this.secret = attrs.secret;
    this.urlSecret = attrs.urlSecret ?? urlSecret(this, {
      username: attrs.secret.secretValueFromJson('username').unsafeUnwrap(),
      password: attrs.secret.secretValueFromJson('password'),
      host: this.endpoint.hostname,
      port: this.endpoint.port,
      databaseName: this.databaseName,
    }, { encryptionKey: attrs.secret.encryptionKey });
  }

  public grantConnect(grantee: iam.IGrantable, databaseUser?: string): iam.Grant {
    return grantConnect(this.instance, this, grantee, databaseUser);
  }
}
