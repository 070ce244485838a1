// The parts of a stack, and which part each resource belongs to.
import { kindOf, tierOfSubnet, timeOf } from './kinds';
import { Floor, Part } from './model';
import { at, listAt, member, TemplateView, textOf } from './template-view';
import { StackResource } from '../made';

/** Resources that belong to whoever refers to them. */
const OF_THEIR_USERS = new Set([
  'AWS::EC2::SecurityGroup', 'AWS::IAM::Role', 'AWS::ECS::TaskDefinition', 'AWS::ElasticLoadBalancingV2::TargetGroup', 'AWS::RDS::DBSubnetGroup',
]);

/** Resources that belong to one that they name, with the property in which they do. */
const OF_WHAT_THEY_NAME: Readonly<Record<string, string>> = {
  'AWS::ElasticLoadBalancingV2::Listener': 'LoadBalancerArn',
  'AWS::ApplicationAutoScaling::ScalableTarget': 'ResourceId',
  'AWS::SecretsManager::SecretTargetAttachment': 'SecretId',
  'AWS::EFS::MountTarget': 'FileSystemId',
  'AWS::ApiGateway::Stage': 'RestApiId',
  'AWS::Lambda::Alias': 'FunctionName',
  'AWS::Lambda::Version': 'FunctionName',
};

/** What belongs to the network, and to no tier of it. */
const OF_THE_VPC = new Set(['AWS::EC2::FlowLog', 'AWS::EC2::VPCEndpoint']);

/** Of several users, those whose own the resource is: a listener rule refers to a target group, and does not have it. */
const OWNERS = new Set([
  'AWS::ECS::Service', 'AWS::ECS::TaskDefinition', 'AWS::RDS::DBInstance', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::EC2::VPCEndpoint',
  'AWS::CodeDeploy::DeploymentGroup', 'AWS::Lambda::Function', 'AWS::SecretsManager::RotationSchedule', 'AWS::StepFunctions::StateMachine', 'AWS::Scheduler::Schedule', 'AWS::EFS::MountTarget',
]);

/** A part that is no resource, but stands in one. */
export interface InnerPart {
  /** The part. */
  readonly part: Part;
  /** Id of the resource in which it stands. */
  readonly of: string;
  /** What it does to the part that the resource belongs to. */
  readonly label: string;
}

/** The parts of a stack. */
export class Parts {
  private readonly byId = new Map<string, Part>();
  private readonly resourcesOf = new Map<string, StackResource[]>();

  constructor(public readonly view: TemplateView) {
    for (const resource of view.resources) {
      const kind = kindOf(resource);
      if (!kind) continue;
      const id = kind.together?.(resource, view) ?? resource.id;
      this.resourcesOf.set(id, [...this.resourcesOf.get(id) ?? [], resource]);
    }
    for (const [id, resources] of this.resourcesOf) {
      const [first] = resources;
      const { floor, rank, title, details } = kindOf(first)!;
      this.byId.set(id, {
        id,
        floor: floor === 'nearest' ? this.nearestFloor(first) : floor,
        rank: typeof rank === 'number' ? rank : rank(first),
        title: title(first, resources.length, view),
        details: (details?.(first, view, resources) ?? []).filter((line): line is string => line !== undefined && line !== ''),
        tier: this.tierOf(first),
      });
    }
    for (const { part } of [...this.migrations, ...this.scalings]) this.byId.set(part.id, part);
  }

  /** All of them. */
  public get all(): Part[] {
    return [...this.byId.values()];
  }

  /** Ids of the parts that a resource belongs to: its own, or those that use it. */
  public of(resourceId: string, seen: readonly string[] = []): string[] {
    const resource = this.view.find(resourceId);
    if (resource === undefined || seen.includes(resourceId)) return [];
    const kind = kindOf(resource);
    if (kind) return [kind.together?.(resource, this.view) ?? resource.id];
    const named = OF_WHAT_THEY_NAME[resource.type];
    if (named) return this.view.refsIn(at(resource, named)).flatMap((id) => this.of(id, [...seen, resourceId])).slice(-1);
    if (!OF_THEIR_USERS.has(resource.type)) return [];
    const provider = this.view.refsIn(at(resource, 'AssumeRolePolicyDocument')).filter((id) => this.view.find(id)!.type === 'AWS::IAM::OIDCProvider');
    if (provider.length > 0) return provider;
    const users = this.view.usersOf(resourceId).filter(({ type }) => OWNERS.has(type));
    return [...new Set(users.flatMap(({ id }) => this.of(id, [...seen, resourceId])))];
  }

  /** Containers that run before the application's own, in the same task. */
  public get migrations(): InnerPart[] {
    return this.view.ofType('AWS::ECS::TaskDefinition').flatMap((task) => listAt(task, 'ContainerDefinitions')
      .filter((container) => member(container, 'Essential') === false)
      .map((container) => {
        const name = textOf(member(container, 'Name'));
        const command = ((member(container, 'Command') ?? []) as unknown[]).map(textOf).join(' ');
        const tier = this.of(task.id).map((id) => this.byId.get(id)?.tier)[0];
        const part = { id: `${task.id} ${name}`, floor: 'compute' as const, rank: 5, title: name, details: [command, 'first container of each task'], tier };
        return { part, of: task.id, label: 'exit code 0 starts it' };
      }));
  }

  /** What changes the number of tasks at certain times. */
  public get scalings(): InnerPart[] {
    return this.view.ofType('AWS::ApplicationAutoScaling::ScalableTarget').filter((target) => listAt(target, 'ScheduledActions').length > 0).map((target) => {
      const details = listAt(target, 'ScheduledActions').map((action) => {
        const [least, most] = ['MinCapacity', 'MaxCapacity'].map((limit) => textOf(member(member(action, 'ScalableTargetAction'), limit)));
        return `${timeOf(textOf(member(action, 'Schedule')))} ${least === most ? least : `${least} to ${most}`} tasks`;
      });
      return { part: { id: `${target.id} actions`, floor: 'operations' as const, rank: 3, title: 'Scheduled scaling', details }, of: target.id, label: 'scales' };
    });
  }

  /** The floor of the main thing that stands nearest in the construct tree. */
  private nearestFloor(resource: StackResource): Floor {
    const way = resource.path.split('/');
    const shared = (other: StackResource): number => other.path.split('/').findIndex((segment, index) => segment !== way[index]);
    const main = this.view.resources.filter((other) => kindOf(other)?.rank === 1 && kindOf(other)!.floor !== 'nearest');
    const [nearest] = main.sort((a, b) => shared(b) - shared(a));
    return nearest === undefined ? 'data' : kindOf(nearest)!.floor as Floor;
  }

  private tierOf(resource: StackResource): string | undefined {
    if (resource.type === 'AWS::EC2::Subnet') return tierOfSubnet(resource);
    const near = this.view.refsIn(resource.definition.Properties).map((id) => this.view.find(id)!);
    const through = near.filter(({ type }) => type === 'AWS::RDS::DBSubnetGroup').flatMap(({ definition }) => this.view.refsIn(definition.Properties))
      .map((id) => this.view.find(id)!);
    const subnet = [...near, ...through].find(({ type }) => type === 'AWS::EC2::Subnet');
    return subnet ? tierOfSubnet(subnet) : near.some(({ type }) => type === 'AWS::EC2::VPC') && OF_THE_VPC.has(resource.type) ? 'VPC' : undefined;
  }
}
