// [internal] The URL of a read replica as a variable of a task, whichever comes first: the variable or the replica.
import { Lazy } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { PrivatePostgres } from '../data/private-postgres';
import { IPrivatePostgres } from '../data/private-postgres-options';

/** `DATABASE_URL` → `DATABASE_READER_URL`, `ORDERS` → `ORDERS_READER_URL`. */
export function readerVariableOf(variable: string): string {
  return `${variable.replace(/_URL$/, '')}_READER_URL`;
}

/** Tell the reader URL of a database as soon as it has a replica; never, if it gets none. */
export function onReader(database: IPrivatePostgres, tell: (readerUrl: secretsmanager.ISecret) => void): void {
  if (database instanceof PrivatePostgres) {
    let told = false;
    database._onReadReplica(() => {
      if (!told) tell(database.readerUrlSecret);
      told = true;
    });
  } else if (database.readerUrlSecret.secretArn !== database.urlSecret.secretArn) {
    tell(database.readerUrlSecret);
  }
}

/** The reader URL as it is when the app is complete: that of the primary where no replica has come. */
export class ReaderSecret extends ecs.Secret {
  public readonly arn: string;
  public readonly hasField = false;

  constructor(database: IPrivatePostgres) {
    super();
    this.arn = Lazy.string({ produce: () => database.readerUrlSecret.secretArn });
  }

  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      resourceArns: [this.arn],
    });
  }
}
