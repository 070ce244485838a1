// What the two ways out of a VPC cost, endpoints or NAT, for what the tasks of some templates call.
import { UsageAssumptions } from './bill';
import { DEFAULT_USAGE } from './monthly-cost';
import { HOURS_PER_MONTH, PRICES } from './prices';
import { property, Resource, resourcesOf, Template } from './template';

/** Both ways, in US dollars a month. */
export interface EgressComparison {
  /** Interface endpoints that are there, else those that the tasks would need. */
  readonly endpoints: number;
  /** Zones that tasks run in. */
  readonly zones: number;
  /** All of the endpoints in all of the zones, and the data through them. */
  readonly endpointsCost: number;
  /** One NAT gateway with its address, and the data through it. */
  readonly singleNatCost: number;
  /** One in each zone. */
  readonly natPerAzCost: number;
  /** Which is cheaper, in words. */
  readonly verdict: string;
}

/** Compare them. Undefined for templates without tasks. */
export function compareEgress(templates: readonly Template[], usage: UsageAssumptions = {}): EgressComparison | undefined {
  const resources = resourcesOf(templates);
  const services = resources.filter(({ type }) => type === 'AWS::ECS::Service');
  if (services.length === 0) return undefined;
  const made = resources.filter((resource) => resource.type === 'AWS::EC2::VPCEndpoint' && resource.value('VpcEndpointType') === 'Interface');
  const endpoints = made.length || calledBy(resources).size;
  const zones = Math.max(...services.map((service) => service.list('NetworkConfiguration', 'AwsvpcConfiguration', 'Subnets')?.length ?? 2));
  const { endpointGb, natGb } = { ...DEFAULT_USAGE, ...usage };
  const nat = (gateways: number): number => gateways * HOURS_PER_MONTH * (PRICES.natGateway.usd + PRICES.publicIpv4.usd) + natGb * PRICES.natData.usd;
  const costs = {
    endpointsCost: endpoints * zones * HOURS_PER_MONTH * PRICES.interfaceEndpoint.usd + endpointGb * PRICES.interfaceEndpointData.usd,
    singleNatCost: nat(1),
    natPerAzCost: nat(zones),
  };
  return { endpoints, zones, ...costs, verdict: verdictOf(endpoints, zones, costs) };
}

/** Services of AWS that tasks call before their own code runs. What that code calls is not in a template. */
function calledBy(resources: readonly Resource[]): Set<string> {
  const containers = resources.filter(({ type }) => type === 'AWS::ECS::TaskDefinition').flatMap((definition) => definition.list('ContainerDefinitions') ?? []);
  return new Set(containers.flatMap((container) => {
    const sources = (property(container, 'Secrets') as unknown[] | undefined ?? []).map((secret) => JSON.stringify(property(secret, 'ValueFrom')));
    return [
      ...typeof property(container, 'Image') !== 'string' || /\.dkr\.ecr\./.test(String(property(container, 'Image'))) ? ['ecr.api', 'ecr.dkr'] : [],
      ...property(property(container, 'LogConfiguration'), 'LogDriver') === 'awslogs' ? ['logs'] : [],
      ...sources.map((source) => (source.includes(':ssm:') ? 'ssm' : 'secretsmanager')),
    ];
  }));
}

function verdictOf(endpoints: number, zones: number, costs: Pick<EgressComparison, 'endpointsCost' | 'singleNatCost' | 'natPerAzCost'>): string {
  const { endpointsCost, singleNatCost, natPerAzCost } = costs;
  const than = (other: number): string => {
    const difference = endpointsCost - other;
    return `${dollars(Math.abs(difference))} ${difference > 0 ? 'more' : 'less'}`;
  };
  const cheapest = endpointsCost <= singleNatCost ? 'endpoints are cheaper' : 'one NAT gateway is cheaper';
  return `${endpoints} interface endpoints in ${zones} zones cost ${dollars(endpointsCost)} a month, ${than(singleNatCost)} than one NAT gateway `
    + `(${dollars(singleNatCost)}), ${than(natPerAzCost)} than one in each zone (${dollars(natPerAzCost)}): ${cheapest}`;
}

function dollars(amount: number): string {
  // half a cent up, whatever is left of it in binary
  return `$${(Math.round(amount * 100 + 1e-6) / 100).toFixed(2)}`;
}
