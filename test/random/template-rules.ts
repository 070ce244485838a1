// What must hold of every template, beside the schema: all it refers to is there, nothing goes round in a circle, nothing is made twice that there can only be one of.

/** A template, as far as it is looked at. */
export interface Template {
  readonly Parameters?: Record<string, unknown>;
  readonly Conditions?: Record<string, unknown>;
  readonly Resources?: Record<string, Resource>;
  readonly Outputs?: Record<string, unknown>;
}
interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly DependsOn?: string | string[];
  readonly Condition?: string;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_RESOURCES = 500;

/** Properties that together name a thing: AWS refuses a second of the same. Nothing is asked of resources that do not have all of them, which get generated names. */
const ONE_OF_A_KIND: Record<string, readonly string[]> = {
  'AWS::ApplicationAutoScaling::ScalableTarget': ['ResourceId', 'ScalableDimension', 'ServiceNamespace'],
  'AWS::ApplicationAutoScaling::ScalingPolicy': ['PolicyName', 'ScalingTargetId'],
  'AWS::CloudWatch::Alarm': ['AlarmName'],
  'AWS::EC2::Route': ['RouteTableId', 'DestinationCidrBlock'],
  'AWS::EC2::SecurityGroupEgress': ['GroupId', 'IpProtocol', 'FromPort', 'ToPort', 'DestinationSecurityGroupId'],
  'AWS::EC2::SecurityGroupIngress': ['GroupId', 'IpProtocol', 'FromPort', 'ToPort', 'SourceSecurityGroupId'],
  'AWS::EC2::Subnet': ['VpcId', 'CidrBlock'],
  'AWS::EC2::VPCEndpoint': ['VpcId', 'ServiceName'],
  'AWS::ElasticLoadBalancingV2::Listener': ['LoadBalancerArn', 'Port'],
  'AWS::ElasticLoadBalancingV2::ListenerRule': ['ListenerArn', 'Priority'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::RDS::DBInstance': ['DBInstanceIdentifier'],
  'AWS::Route53::RecordSet': ['HostedZoneId', 'Name', 'Type'],
  'AWS::SNS::Subscription': ['TopicArn', 'Protocol', 'Endpoint'],
  'AWS::ServiceDiscovery::PrivateDnsNamespace': ['Vpc', 'Name'],
  'AWS::ServiceDiscovery::Service': ['NamespaceId', 'Name'],
};

/** What is wrong with a template, one line each. */
export function faultsOf(template: Template): string[] {
  const { Resources: resources = {} } = template;
  const count = Object.keys(resources).length;
  return [
    ...(count > MOST_RESOURCES ? [`${count} resources, CloudFormation takes ${MOST_RESOURCES}`] : []),
    ...danglingReferences(template),
    ...circles(resources),
    ...leftovers(template),
    ...twins(resources),
  ];
}

/** Names that a value refers to. */
function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Sub': substitution, ...rest } = value as Record<string, unknown>;
  const [text, variables] = Array.isArray(substitution) ? substitution as [string, object] : [substitution, {}];
  const substituted = typeof text === 'string' ? [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name]) => name.split('.')[0]).filter((name) => !(name in variables)) : [];
  return [
    ...(typeof ref === 'string' ? [ref] : []),
    ...(attribute === undefined ? [] : [String(Array.isArray(attribute) ? attribute[0] : attribute).split('.')[0]]),
    ...substituted,
    ...(Array.isArray(substitution) ? referencesIn(variables) : []),
    ...Object.values(rest).flatMap(referencesIn),
  ];
}

const dependenciesOf = ({ DependsOn: dependsOn = [] }: Resource): string[] => [dependsOn].flat();

function danglingReferences(template: Template): string[] {
  const { Resources: resources = {}, Parameters: parameters = {}, Conditions: conditions = {} } = template;
  const known = (name: string): boolean => name.startsWith('AWS::') || name in resources || name in parameters;
  const { Resources: _, ...rest } = template;
  return [
    ...Object.entries(resources).flatMap(([id, resource]) => [
      ...referencesIn(resource.Properties).filter((name) => !known(name)).map((name) => `${id} refers to '${name}', which is not in the template`),
      ...dependenciesOf(resource).filter((name) => !(name in resources)).map((name) => `${id} depends on '${name}', which is not in the template`),
      ...(resource.Condition !== undefined && !(resource.Condition in conditions) ? [`${id} has the condition '${resource.Condition}', which is not in the template`] : []),
    ]),
    ...referencesIn(rest).filter((name) => !known(name)).map((name) => `an output or mapping refers to '${name}', which is not in the template`),
  ];
}

function circles(resources: Record<string, Resource>): string[] {
  const edges = new Map(Object.entries(resources).map(([id, resource]) =>
    [id, [...new Set([...referencesIn(resource.Properties), ...dependenciesOf(resource)])].filter((name) => name in resources)]));
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (id: string): string | undefined => {
    if (done.has(id)) return undefined;
    const at = way.indexOf(id);
    if (at >= 0) return `circle: ${[...way.slice(at), id].join(' -> ')}`;
    way.push(id);
    const found = edges.get(id)!.map(visit).find((circle) => circle !== undefined);
    way.pop();
    done.add(id);
    return found;
  };
  return [...edges.keys()].map(visit).filter((circle) => circle !== undefined).slice(0, 1);
}

/** Values that were never resolved, or were written into a text as the number or object they are encoded by. */
function leftovers(template: Template): string[] {
  const wrong = /(\$\{|#\{)Token\[|-?1\.888154589\d*e\+\d+|\[object Object\]|\bNaN\b|\bundefined\b/;
  const found: string[] = [];
  const visit = (value: unknown, where: string): void => {
    if (typeof value === 'string' && wrong.test(value)) found.push(`${where}: '${value.slice(0, 200)}'`);
    if (typeof value === 'number' && !(Math.abs(value) < 1e15)) found.push(`${where}: ${value}`);
    if (value === null) found.push(`${where}: null`);
    if (typeof value === 'object' && value !== null) Object.entries(value).forEach(([key, part]) => visit(part, `${where}/${key}`));
  };
  Object.entries(template.Resources ?? {}).forEach(([id, resource]) => visit(resource.Properties ?? {}, id));
  // commands for operators are there alone
  visit(template.Outputs ?? {}, 'Outputs');
  return found;
}

/** Things that there can only be one of. */
function twins(resources: Record<string, Resource>): string[] {
  const seen = new Map<string, string>();
  return Object.entries(resources).flatMap(([id, { Type: type, Properties: properties = {} }]) => {
    const names = ONE_OF_A_KIND[type];
    if (names === undefined || names.some((name) => properties[name] === undefined)) return [];
    const identity = JSON.stringify([type, names.map((name) => properties[name])]);
    const other = seen.get(identity);
    seen.set(identity, id);
    return other === undefined ? [] : [`${id} and ${other} are the same ${type}: ${identity.slice(0, 300)}`];
  });
}
