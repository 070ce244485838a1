// Schedules fired on command: what EventBridge Scheduler and Application Auto Scaling would do at their time, by the target input in the template.
import { CloudFormationClient, ListStacksCommand, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { DescribeDBInstancesCommand, StartDBInstanceCommand, StopDBInstanceCommand } from '@aws-sdk/client-rds';
import { ACCOUNT, Aws, clientConfig, REGION } from './aws';
import { Databases } from './databases';
import { parseDocument, Role } from './permissions';
import { forService, isAllowed } from './policy';
import { Services } from './services';

/** Who calls the target of a schedule. */
const SCHEDULER = 'scheduler.amazonaws.com';
const SCALING = 'AnyScaleFrontendService';

interface Schedule {
  readonly Name: string;
  readonly GroupName: string;
  readonly State: string;
  readonly Target: { readonly Arn: string; readonly RoleArn: string; readonly Input?: string };
}

/** A schedule with its logical id, without the hash at its end. CloudFormation cuts names to 64 characters. */
interface NamedSchedule extends Schedule { readonly logicalId: string }

interface ScheduledAction {
  readonly ServiceNamespace: string;
  readonly ResourceId: string;
  readonly ScalableDimension: string;
  readonly ScheduledActionName: string;
  readonly ScalableTargetAction: { readonly MinCapacity?: number; readonly MaxCapacity?: number };
}

interface ScalableTarget {
  readonly ResourceId: string;
  readonly MinCapacity: number;
  readonly MaxCapacity: number;
}

/** The universal targets that do something here, by the last part of their ARN. */
type Action = 'rds:stopDBInstance' | 'rds:startDBInstance';

/** The schedules of an account. */
export class Schedules {
  constructor(private readonly aws: Aws, private readonly databases: Databases, private readonly services: Services) {}

  /**
   * Fire what has a name: the one schedule whose logical id ends with it, or the scheduled actions that bear it. Says what was done, once it is done.
   *
   * Fails as the call of the target would on AWS, which retries it and then sends it to the dead-letter queue.
   */
  public async fire(name: string): Promise<string[]> {
    const [schedules, actions] = await Promise.all([this.schedules(), this.actions()]);
    const named = schedules.filter(({ logicalId }) => logicalId.endsWith(name));
    const acting = actions.filter(({ ScheduledActionName }) => ScheduledActionName === name);
    if (named.length === 1) return [await this.call(named[0])];
    if (acting.length > 0) return Promise.all(acting.map((action) => this.scale(action)));
    const known = [...schedules.map(({ logicalId }) => logicalId), ...new Set(actions.map(({ ScheduledActionName }) => ScheduledActionName))];
    throw new Error(`'${name}' must name one schedule, ${named.length} are named so of: ${known.join(', ') || 'none'}`);
  }

  private async schedules(): Promise<NamedSchedule[]> {
    const logicalIds = await this.logicalIds();
    const { Schedules: found } = await this.aws.get<{ Schedules: Schedule[] }>('scheduler', '/schedules?MaxResults=100');
    return Promise.all(found.map(async ({ Name, GroupName }) => {
      const schedule = await this.aws.get<Schedule>('scheduler', `/schedules/${Name}?groupName=${GroupName}`);
      return { ...schedule, logicalId: (logicalIds.get(Name) ?? Name).replace(/[0-9A-F]{8}$/, '') };
    }));
  }

  /** By physical id. */
  private async logicalIds(): Promise<Map<string, string>> {
    const client = new CloudFormationClient(clientConfig(this.aws.endpoint));
    const { StackSummaries = [] } = await client.send(new ListStacksCommand({}));
    const living = StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
    const ids = new Map<string, string>();
    for (const { StackName } of living) {
      for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
        for (const { ResourceType, PhysicalResourceId, LogicalResourceId } of StackResourceSummaries) {
          if (ResourceType === 'AWS::Scheduler::Schedule') ids.set(PhysicalResourceId!, LogicalResourceId!);
        }
      }
    }
    return ids;
  }

  private async actions(): Promise<ScheduledAction[]> {
    const { ScheduledActions } = await this.aws.json<{ ScheduledActions: ScheduledAction[] }>(
      'application-autoscaling', `${SCALING}.DescribeScheduledActions`, { ServiceNamespace: 'ecs' });
    return ScheduledActions;
  }

  private async call({ Name, GroupName, State, Target }: Schedule): Promise<string> {
    if (State !== 'ENABLED') throw new Error(`schedule ${Name} is ${State.toLowerCase()}`);
    const action = /^arn:aws:scheduler:::aws-sdk:(\w+:\w+)$/.exec(Target.Arn)?.[1] as Action | undefined;
    if (action !== 'rds:stopDBInstance' && action !== 'rds:startDBInstance') throw new Error(`schedule ${Name} has a target that the sandbox cannot call: ${Target.Arn}`);
    const id = identifierOf(Target.Input, action);
    const resource = `arn:aws:rds:${REGION}:${ACCOUNT}:db:${id}`;
    await this.demand(Target.RoleArn, `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule-group/${GroupName}`, action, resource);
    return action === 'rds:stopDBInstance' ? this.stop(id) : this.start(id);
  }

  private async stop(id: string): Promise<string> {
    await this.expect(id, 'available');
    await this.aws.rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier: id }));
    await this.databases.stop(id);
    return `database ${id} was stopped`;
  }

  private async start(id: string): Promise<string> {
    await this.expect(id, 'stopped');
    await this.databases.start(id);
    await this.aws.rds.send(new StartDBInstanceCommand({ DBInstanceIdentifier: id }));
    return `database ${id} was started`;
  }

  /** RDS stops what runs and starts what is stopped. */
  private async expect(id: string, status: string): Promise<void> {
    const { DBInstances = [] } = await this.aws.rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
    if (DBInstances[0]?.DBInstanceStatus !== status) {
      throw new Error(`InvalidDBInstanceState: instance ${id} is not in ${status} state, it is ${DBInstances[0]?.DBInstanceStatus}`);
    }
  }

  /** The scheduler takes the role of the schedule, as far as its trust policy lets it, and has what the role has. */
  private async demand(roleArn: string, group: string, action: Action, resource: string): Promise<void> {
    const [, operation] = action.split(':');
    const request = { action: `rds:${operation[0].toUpperCase()}${operation.slice(1)}`, resource };
    const { Role: described } = await this.aws.iam.send(new GetRoleCommand({ RoleName: roleArn.split('/').pop() }));
    const assume = { action: 'sts:AssumeRole', resource: roleArn, context: { 'aws:SourceAccount': ACCOUNT, 'aws:SourceArn': group } };
    if (!isAllowed([forService(parseDocument(described?.AssumeRolePolicyDocument), SCHEDULER)], assume)) {
      throw new Error(`AccessDeniedException: role ${roleArn} does not let ${SCHEDULER} assume it for ${group}`);
    }
    const role = await Role.read(this.aws, roleArn);
    if (!role.allows(request)) throw new Error(`AccessDeniedException: ${role.refusal(request)}`);
  }

  private async scale({ ServiceNamespace, ResourceId, ScalableDimension, ScalableTargetAction }: ScheduledAction): Promise<string> {
    const { ScalableTargets } = await this.aws.json<{ ScalableTargets: ScalableTarget[] }>(
      'application-autoscaling', `${SCALING}.DescribeScalableTargets`, { ServiceNamespace, ResourceIds: [ResourceId], ScalableDimension });
    const [{ MinCapacity, MaxCapacity }] = ScalableTargets;
    // what an action leaves out stays
    const limits = { MinCapacity, MaxCapacity, ...ScalableTargetAction };
    await this.aws.json('application-autoscaling', `${SCALING}.RegisterScalableTarget`, { ServiceNamespace, ResourceId, ScalableDimension, ...limits });
    await this.services.scale(ResourceId, { min: limits.MinCapacity, max: limits.MaxCapacity });
    return `${ResourceId} has ${limits.MinCapacity} to ${limits.MaxCapacity} tasks`;
  }
}

/** The instance that a target input names. AWS takes these names of its parameters and no others. */
function identifierOf(input: string | undefined, action: Action): string {
  const parameters = JSON.parse(input ?? '{}') as Record<string, unknown>;
  const { DbInstanceIdentifier: id, ...others } = parameters;
  if (typeof id !== 'string' || Object.keys(others).length > 0) {
    throw new Error(`ValidationException: the input of ${action} must be {"DbInstanceIdentifier": …}, got ${JSON.stringify(parameters)}`);
  }
  return id;
}
