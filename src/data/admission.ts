// [internal] The way from a user to a database, opened on the user's side, so that references point from users to databases.
import * as ec2 from 'aws-cdk-lib/aws-ec2';

/**
 * Let a user's security groups through to the default port of a database.
 *
 * Like `user.connections.allowToDefaultPort(database)`, without its warning where a group lets everything out anyway. The rules stand in the
 * user's stack: CDK puts a rule there when it is asked for as the remote end of another.
 */
export function admit(user: ec2.IConnectable, database: ec2.IConnectable, description: string): void {
  const { defaultPort, securityGroups } = database.connections;
  if (defaultPort === undefined) throw new Error("'instance' must have a default port, got connections without one: give its port");
  for (const databaseGroup of securityGroups) {
    for (const userGroup of user.connections.securityGroups) {
      databaseGroup.addIngressRule(userGroup, defaultPort, description, true);
      if (!userGroup.allowAllOutbound) userGroup.addEgressRule(databaseGroup, defaultPort, description);
    }
  }
}
