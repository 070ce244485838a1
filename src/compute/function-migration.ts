// Database migrations of a function: a run before a new version is called.
import { CfnResource, Duration, Lazy } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Trigger } from 'aws-cdk-lib/triggers';
import { Construct, IDependable } from 'constructs';
import { acceptOutsideVpc } from './function-parts';
import { FunctionShape } from './function-shape';
import { acknowledge } from '../private/acknowledge';
import { checkSeconds } from '../private/validate';

/** The CDK's function that calls has 15 minutes, of which it may wait one for its own permission, and another begins and ends it. */
const LONGEST = Duration.minutes(13);
/** Longer than any run: a call that is given up is made again, and there would be two runs at once. */
const ANSWER = LONGEST.plus(Duration.seconds(30));

/** Options of database migrations that run before a new version of a function is called. */
export interface FunctionMigrationOptions {
  /** What is called: another handler of the same archive, such as `migrations.handler`; for an image the command in place of its own. */
  readonly handler: string;
  /**
   * Time that the run has, 1 s to 13 minutes: CloudFormation calls it by a function of the CDK, which has 15 minutes itself.
   *
   * The default is enough to build an index, and ends what waits for a lock in vain while somebody still watches the deployment. What takes longer runs apart from it.
   *
   * @default Duration.minutes(5)
   */
  readonly timeout?: Duration;
}

/**
 * A run of database migrations before a new version of a function is called. Made by `addMigration()`.
 *
 * A run that ends well lets the alias move to the new version. One that throws, or takes too long, fails the deployment, and the old version keeps being called.
 */
export class FunctionMigration extends Construct {
  /**
   * Define the function, and its run.
   *
   * @internal
   */
  public static _of(scope: Construct, id: string, shape: FunctionShape, options: FunctionMigrationOptions): FunctionMigration {
    return new FunctionMigration(scope, id, shape, options);
  }

  /** The function that runs them. */
  public readonly handler: lambda.Function;
  /** Where its output goes: the log group of the function that is migrated for. */
  public readonly logGroup: logs.ILogGroup;
  /** Time that a run has. */
  public readonly timeout: Duration;

  private readonly run: Trigger;

  private constructor(scope: Construct, id: string, shape: FunctionShape, options: FunctionMigrationOptions) {
    super(scope, id);
    this.timeout = options.timeout ?? Duration.minutes(5);
    checkSeconds('timeout', this.timeout, 1, LONGEST.toSeconds());
    this.logGroup = shape.logGroup;
    this.handler = new lambda.Function(this, 'Function', {
      ...shape,
      ...shape.code._for(shape.architecture, options.handler),
      description: this.node.path.slice(0, 256),
      timeout: this.timeout,
    });
    this.acceptFindings(shape);
    this.run = new Trigger(this, 'Run', { handler: this.handler, timeout: ANSWER });
    runOnceAVersion(this.run, this.handler.currentVersion);
  }

  /**
   * Run after others are deployed.
   *
   * @internal
   */
  public _runAfter(...others: IDependable[]): void {
    this.run.node.addDependency(...others);
  }

  private acceptFindings({ vpc }: FunctionShape): void {
    const resource = this.handler.node.defaultChild!;
    acknowledge(resource, 'LambdaConcurrency', 'called once for each version that is deployed, by CloudFormation alone');
    acknowledge(resource, ['LambdaDLQ', 'Serverless-LambdaDLQ'], 'CloudFormation waits for its answer, and a run that fails fails the deployment');
    if (!vpc) acceptOutsideVpc(this.handler);
  }
}

/**
 * A resource for each version, by the hash in the version's own logical id, rather than one that changes with it: a rollback deletes it and calls nothing. One that changed would be
 * changed back, and call the old version on a schema that it does not know, or when it has been idle for so long that Lambda refuses the first call; the rollback would fail with it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
 */
function runOnceAVersion(run: Trigger, version: lambda.Version): void {
  const resource = run.node.findChild('Default').node.defaultChild as CfnResource;
  const { stack } = resource;
  const hashOf = ({ logicalId }: CfnResource): string => (stack.resolve(logicalId) as string).slice(-32);
  resource.overrideLogicalId(Lazy.uncachedString({ produce: () => `${stack.getLogicalId(resource)}${hashOf(version.node.defaultChild as CfnResource)}` }));
}
