// A function behind an API: Lambda with alias, traces, logs and dead letters, and the verbs that wire it to other rooms.
import { Duration, Names, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { PrivatePostgres } from '../data/private-postgres';
import { IPrivatePostgres, UseDatabaseOptions } from '../data/private-postgres-options';
import { EnvironmentProfile } from '../environment-profile';
import { ApiFunctionProps } from './api-function-options';
import { Deployment } from './deployment';
import { FunctionCode } from './function-code';
import { FunctionMigration, FunctionMigrationOptions } from './function-migration';
import { acceptOutsideVpc, deadLetterQueue, functionLogGroup, functionRole, functionSecurityGroup } from './function-parts';
import { checkFunctionDeployment, checkRollbackAlarms, releaseInSteps } from './function-release';
import { checkMigrationHandler, checkServiceName, checkSizes, checkUnzipped, checkVariable, FunctionSizes } from './function-rules';
import { FunctionShape } from './function-shape';
import { waysFrom } from './function-ways';
import { permitQueue, QUEUE_URL, SENDING } from './queue-access';
import { onReader, ReaderSecret } from './reader-secret';
import { checkReach } from './task-reach';
import { IWorkQueue, UseQueueOptions } from './work-queue';
import { admit } from '../data/admission';
import { secretsKeyStatement } from '../data/connection-secret';
import { IAppNetwork } from '../network/app-network';
import { acknowledge } from '../private/acknowledge';
import { refuseTwice } from '../private/refuse-twice';

/** The alias that callers call. */
const LIVE = 'live';

/**
 * A Lambda function behind an API, called by its alias `live`: encrypted logs, X-Ray, a dead-letter queue, a role of its own.
 *
 * In prod a new version takes a tenth of the requests for ten minutes before it takes all. An alarm on its own runs rolls it back, and so do those of `rollbackOn()`.
 * Hand it a database by `useDatabase()`, a queue by `useQueue()`, and anything else by CDK's own grants: `table.grantReadData(fn)`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html
 */
export class ApiFunction extends Construct implements iam.IGrantable, ec2.IConnectable {
  /** The function. */
  public readonly handler: lambda.Function;
  /** What callers call: the version that is live, two of them while one takes over from the other. */
  public readonly alias: lambda.Alias;
  /** Asynchronous events that failed three times, kept for 14 days. Requests of an API are answered at once and never come here. */
  public readonly deadLetterQueue: sqs.IQueue;
  /** Where output goes, `/aws/lambda/<stack>-<environment>/<path>-<part of the stack's unique id>`. */
  public readonly logGroup: logs.ILogGroup;
  /** What the code may do, and Lambda for it. */
  public readonly role: iam.IRole;
  /** The role. */
  public readonly grantPrincipal: iam.IPrincipal;
  /** Defaults that depend on the environment. */
  public readonly profile: EnvironmentProfile;
  /** How a new version takes over. */
  public readonly deployment: Deployment;
  /** Time that a run has. */
  public readonly timeout: Duration;

  private readonly network?: IAppNetwork;
  private readonly securityGroup?: ec2.ISecurityGroup;
  private readonly shape: FunctionShape;
  private readonly migrations: Construct;
  private readonly variables = new Map<string, string>();
  private readonly deploymentGroup?: codedeploy.LambdaDeploymentGroup;
  private readonly rollbackAlarms: cloudwatch.IAlarm[] = [];

  /**
   * Fails on sizes and names that Lambda does not know, on an archive that is too large, and on a deployment that is for tasks alone.
   */
  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    super(scope, id);
    this.profile = props.profile ?? EnvironmentProfile.of(this);
    this.network = props.network;
    this.timeout = props.timeout ?? Duration.seconds(30);
    this.deployment = props.deployment ?? (this.profile.canaryFunctions ? Deployment.canary() : Deployment.rolling());
    const serviceName = props.serviceName ?? id.toLowerCase();
    const sizes: FunctionSizes = {
      memory: props.memory ?? this.profile.functionMemory,
      timeout: this.timeout,
      architecture: props.architecture ?? lambda.Architecture.ARM_64,
      concurrencyLimit: props.concurrencyLimit ?? this.profile.functionConcurrencyLimit,
    };
    checkSizes(this, sizes);
    checkServiceName(serviceName);
    checkFunctionDeployment(this, this.deployment);

    this.logGroup = functionLogGroup(this, this.profile, props.logRetention ?? this.profile.logRetention, props.encryptionKey);
    this.deadLetterQueue = deadLetterQueue(this, this.profile);
    const role = functionRole(this, this.logGroup, this.network !== undefined);
    this.role = role;
    this.grantPrincipal = role.grantPrincipal;
    this.securityGroup = this.network && functionSecurityGroup(this, this.network.vpc);
    this.shape = this.shapeOf(props.code, sizes);
    this.handler = this.define(sizes);
    checkUnzipped(this.handler);
    this.alias = new lambda.Alias(this, 'Alias', { aliasName: LIVE, version: this.handler.currentVersion });
    this.deploymentGroup = releaseInSteps(this, this.alias, this.deployment);
    this.migrations = new Construct(this, 'Migrations');
    this.acceptFindings(props);
    this.setVariables(serviceName, props.environment);
    if (this.network) this.checkReach(this.network, role);
  }

  /** Its security group, as other constructs see it. Fails with a hint outside of a VPC. */
  public get connections(): ec2.Connections {
    if (!this.securityGroup) {
      throw new Error(`'network' of '${this.node.path}' must be given for what is in a VPC, such as a database, got none: a function outside of it has no way in, so give it the network`);
    }
    return new ec2.Connections({ securityGroups: [this.securityGroup] });
  }

  /**
   * Set an environment variable of the function and its migrations. Values are readable by whoever may look at the function: secrets stay in Secrets Manager, and their ARN is handed over.
   *
   * Fails if the variable is set already, by whichever way, on names that Lambda does not take, and on those that its runtime sets.
   */
  public addEnvironment(name: string, value: string): void {
    checkVariable(name);
    if (this.variables.has(name)) throw new Error(`variable '${name}' is set already: remove one of the two, or give it another name`);
    this.variables.set(name, value);
    this.handler.addEnvironment(name, value);
    this.addedMigrations.forEach(({ handler }) => handler.addEnvironment(name, value));
  }

  /**
   * Hand over a database: the ARN of the secret with its URL as `DATABASE_SECRET_ARN`, that of a read replica as `DATABASE_READER_SECRET_ARN`, permission to read them, and
   * the way through the security groups. A `PrivatePostgres` with IAM authentication also admits the function as its user `app_iam`.
   *
   * The code reads the secret when it starts, and again when a connection is refused: it may be rotated meanwhile.
   *
   * Fails outside of a VPC, and if a variable is set already: a second database needs another.
   */
  public useDatabase(database: IPrivatePostgres, options: UseDatabaseOptions = {}): void {
    const { variable = 'DATABASE_SECRET_ARN', readerVariable } = options;
    const { connections } = this;
    this.readSecret(database.urlSecret, variable);
    admit({ connections }, database, `from ${Names.uniqueId(this)}`);
    if (database instanceof PrivatePostgres && database._iamAuthentication) database.grantConnect(this);
    if (readerVariable !== undefined) {
      const reader = new ReaderSecret(database);
      this.addEnvironment(readerVariable, reader.arn);
      reader.grantRead(this);
    }
    onReader(database, (readerUrl) => {
      this.readSecret(readerUrl, readerVariable === undefined ? readerArnVariableOf(variable) : undefined);
    });
  }

  /**
   * Hand over a queue to send to: its URL as `QUEUE_URL` and the permission to send.
   *
   * Fails if the variable is set already: a second queue needs another.
   */
  public useQueue(queue: IWorkQueue, options: UseQueueOptions = {}): void {
    this.addEnvironment(options.variable ?? QUEUE_URL, queue.queue.queueUrl);
    permitQueue({ construct: this, role: this.role, network: this.network }, queue.queue, SENDING);
  }

  /**
   * Run another handler of the same code before a new version is called, also before the first: with the same role, variables, network and memory, once for each version
   * that is deployed. Several run one after the other, in the order in which they are added.
   *
   * A run that fails fails the deployment, and the old version keeps being called. Both versions are called while one takes over from the other, and the old one remains
   * after a rollback, which undoes no migration: each must work on the schema of the other. Older code that is deployed again runs its migrations again, and they must succeed on a newer schema.
   *
   * Fails on an id that is taken, on a handler that Lambda does not take, and on a time-out that CloudFormation would not wait for.
   */
  public addMigration(id: string, options: FunctionMigrationOptions): FunctionMigration {
    checkMigrationHandler(id, options.handler);
    refuseTwice('migration', this.migrations, id);
    const earlier = this.addedMigrations;
    const migration = FunctionMigration._of(this.migrations, id, this.shape, options);
    this.variables.forEach((value, name) => migration.handler.addEnvironment(name, value));
    migration._runAfter(...earlier, ...(this.network ? [waysFrom(this.securityGroup!, this.network)] : []));
    this.alias.node.defaultChild!.node.addDependency(migration);
    return migration;
  }

  /**
   * Roll a deployment back when one of these alarms fires while requests shift to the new version, beside the alarm on its failed runs, which is always there. Of several
   * calls all alarms count.
   *
   * Under `Deployment.rolling()`, the default of dev and staging, all requests move at once, and nothing is rolled back. Fails on more than nine alarms.
   *
   * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-groups-configure-advanced-options.html
   */
  public rollbackOn(...alarms: cloudwatch.IAlarm[]): void {
    if (!this.deploymentGroup) return;
    this.rollbackAlarms.push(...alarms);
    checkRollbackAlarms(this, this.rollbackAlarms.length);
    for (const alarm of alarms) this.deploymentGroup.addAlarm(alarm);
  }

  private get addedMigrations(): FunctionMigration[] {
    return this.migrations.node.children as FunctionMigration[];
  }

  private shapeOf(code: FunctionCode, { memory, architecture }: FunctionSizes): FunctionShape {
    return {
      code,
      architecture,
      memorySize: memory.toMebibytes(),
      role: this.role,
      logGroup: this.logGroup,
      tracing: lambda.Tracing.ACTIVE,
      ...this.network && { vpc: this.network.vpc, vpcSubnets: this.network.appSubnets, securityGroups: [this.securityGroup!] },
    };
  }

  private define({ timeout, architecture, concurrencyLimit }: FunctionSizes): lambda.Function {
    return new lambda.Function(this, 'Function', {
      ...this.shape,
      ...this.shape.code._for(architecture),
      description: this.node.path.slice(0, 256),
      timeout,
      reservedConcurrentExecutions: concurrencyLimit === 0 ? undefined : concurrencyLimit,
      deadLetterQueue: this.deadLetterQueue,
    });
  }

  private setVariables(serviceName: string, environment: { readonly [name: string]: string } = {}): void {
    const ours: Record<string, string> = {
      ENVIRONMENT: this.profile.name,
      LOG_LEVEL: 'INFO',
      AWS_XRAY_TRACING_NAME: serviceName,
      POWERTOOLS_SERVICE_NAME: serviceName,
      POWERTOOLS_METRICS_NAMESPACE: serviceName,
    };
    const all: Record<string, string> = { ...ours, ...environment };
    Object.keys(all).sort().forEach((name) => this.addEnvironment(name, all[name]));
  }

  private readSecret(secret: secretsmanager.ISecret, variable?: string): void {
    if (variable !== undefined) this.addEnvironment(variable, secret.secretArn);
    this.role.addToPrincipalPolicy(new iam.PolicyStatement({
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], resources: [secret.secretArn],
    }));
    if (secret.encryptionKey) this.role.addToPrincipalPolicy(secretsKeyStatement(this, secret.encryptionKey, 'kms:Decrypt'));
    this.network?.requires(ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER, this);
  }

  /** Logs, traces and dead letters are Lambda's to deliver, from its own network. */
  private checkReach(network: IAppNetwork, role: iam.Role): void {
    const deadLetters = JSON.stringify(Stack.of(this).resolve(this.deadLetterQueue.queueArn));
    checkReach(this, network, role, {
      noun: 'role',
      isForAws: (action, { Resource }) => /^(logs|xray):/.test(action) || JSON.stringify(Resource) === deadLetters,
    });
  }

  private acceptFindings(props: ApiFunctionProps): void {
    if (props.concurrencyLimit === undefined && this.profile._doesWithout('functionConcurrencyLimit')) {
      acknowledge(this.handler.node.defaultChild!, 'LambdaConcurrency', `${this.profile.name}: nothing is reserved; an API limits the requests before they come here`);
    }
    if (!this.network) acceptOutsideVpc(this.handler);
  }
}

/** `DATABASE_SECRET_ARN` → `DATABASE_READER_SECRET_ARN`. */
function readerArnVariableOf(variable: string): string {
  return `${variable.replace(/_SECRET_ARN$/, '')}_READER_SECRET_ARN`;
}
