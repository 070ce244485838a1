// [internal] The grant to connect by IAM authentication, the same for a database made here and one that exists.
import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { admit } from './admission';

/** Never the master user: `rds_iam` would take its password away, and with it the secrets. */
export const DEFAULT_USER = 'app_iam';

/** Allow `rds-db:connect` as one user, and let the grantee's security groups through if it has any. */
export function grantConnect(
  instance: IConstruct, resourceId: string | undefined, database: ec2.IConnectable, grantee: iam.IGrantable,
  databaseUser: string = DEFAULT_USER, masterUser?: string,
): iam.Grant {
  if (!Token.isUnresolved(databaseUser) && !/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/.test(databaseUser)) {
    throw new Error(`'databaseUser' must be 1 to 63 letters, digits, underscores and hyphens, got '${databaseUser}': name one user`);
  }
  if (databaseUser === masterUser) {
    throw new Error(`'databaseUser' must not be the master user, got '${databaseUser}': rds_iam would take its password away, `
      + 'make a user for IAM authentication by SQL');
  }
  if (resourceId === undefined) {
    throw new Error("'instance' must have its instanceResourceId for grantConnect, got none: give it to fromDatabaseInstanceAttributes()");
  }
  if (isConnectable(grantee)) admit(grantee, database, 'PostgreSQL by IAM authentication');
  return iam.Grant.addToPrincipal({
    grantee,
    actions: ['rds-db:connect'],
    resourceArns: [Stack.of(instance).formatArn({
      service: 'rds-db', resource: 'dbuser', resourceName: `${resourceId}/${databaseUser}`, arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    })],
  });
}

function isConnectable(grantee: object): grantee is ec2.IConnectable {
  return 'connections' in grantee;
}
