// [internal] What a read replica takes from its primary.
import { RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { EnvironmentProfile } from '../environment-profile';
import { ConnectionSecretOptions } from './connection-secret';
import { SharedProps } from './postgres-instance';
import { IPrivatePostgres, PrivatePostgresProps } from './private-postgres-options';

/** What a replica takes from its primary. */
export interface ReplicaSource {
  readonly database: IPrivatePostgres;
  readonly instance: rds.DatabaseInstance;
  readonly shared: SharedProps;
  readonly props: PrivatePostgresProps;
  readonly profile: EnvironmentProfile;
  readonly username: string;
  readonly generation: number;
  /** The secret that rotates; `database.secret` is its attachment to the primary. */
  readonly credentials: secretsmanager.Secret;
  readonly secretOptions: ConnectionSecretOptions;
  readonly encryptionKey: kms.IKey;
  readonly secretsKey: kms.IKey;
  readonly logKey?: kms.IKey;
  readonly logRetention: logs.RetentionDays;
  readonly logRemovalPolicy: RemovalPolicy;
  readonly removalPolicy: RemovalPolicy;
}
