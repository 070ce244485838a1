import { App, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { appTier, findings, serviceIn } from './app-tier';
import { ContainerCluster, ContainerClusterProps, ContainerService } from '../../src';
import { FLAG_SETS, testApp, testStack } from '../harness';

const clusterOf = (props: Partial<ContainerClusterProps> = {}, scope = 'Shop'): { template: () => Template; cluster: ContainerCluster } => {
  const stack = testStack();
  const cluster = new ContainerCluster(new Construct(stack, scope), 'Cluster', { network: appTier(stack), ...props });
  return { cluster, template: () => Template.fromStack(stack) };
};

describe.each(FLAG_SETS)('with %s', (_, flags) => {
  const stack = new Stack(new App({ context: flags }), 'Stack');
  const cluster = new ContainerCluster(stack, 'Cluster', { network: appTier(stack), dnsNamespace: 'shop.local' });
  serviceIn(stack, { cluster });
  const template = Template.fromStack(stack);

  test('tasks run on Fargate and Fargate Spot', () => {
    template.hasResourceProperties('AWS::ECS::ClusterCapacityProviderAssociations', { CapacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
  });

  test('capacity providers outlive the services, so that the stack can be deleted', () => {
    const [providers] = Object.keys(template.findResources('AWS::ECS::ClusterCapacityProviderAssociations'));
    template.hasResource('AWS::ECS::Service', { DependsOn: Match.arrayWith([providers]) });
  });

  test('tasks and containers are measured', () => {
    template.hasResourceProperties('AWS::ECS::Cluster', { ClusterName: Match.absent(), ClusterSettings: [{ Name: 'containerInsights', Value: 'enabled' }] });
  });

  test('services have names in a private namespace of the VPC', () => {
    template.hasResourceProperties('AWS::ServiceDiscovery::PrivateDnsNamespace', { Name: 'shop.local', Vpc: { Ref: Match.stringLikeRegexp('^Vpc') } });
  });

  test('its logical ids are fixed', () => {
    const ids = ['AWS::ECS::Cluster', 'AWS::ServiceDiscovery::PrivateDnsNamespace'].flatMap((type) => Object.keys(template.findResources(type)));
    expect(ids).toEqual(['ClusterC2E21B66', 'ClusterDefaultServiceDiscoveryNamespaceD29986FD']);
  });
});

test('enhanced insights are a prop', () => {
  clusterOf({ containerInsights: ecs.ContainerInsights.ENHANCED }).template()
    .hasResourceProperties('AWS::ECS::Cluster', { ClusterSettings: [{ Name: 'containerInsights', Value: 'enhanced' }] });
});

describe('the namespace', () => {
  test.each([['Shop', 'shop.local'], ['OnlineShop', 'onlineshop.local'], ['My_Shop 2', 'my-shop-2.local']])('of the scope %s is %s', (scope, name) => {
    const { cluster, template } = clusterOf({}, scope);
    expect(cluster.dnsNamespace).toBe(name);
    template().hasResourceProperties('AWS::ServiceDiscovery::PrivateDnsNamespace', { Name: name });
  });

  test.each(['Shop.local', '-shop', 'shop..local', '', `${'a'.repeat(64)}.local`])("fails as '%s'", (dnsNamespace) => {
    expect(() => clusterOf({ dnsNamespace })).toThrow(
      `'dnsNamespace' must be labels of lower-case letters, digits, hyphens and underscores joined by dots, got '${dnsNamespace}': pass a name such as 'shop.local'`,
    );
  });

  test('passes when known only at deployment', () => {
    expect(() => clusterOf({ dnsNamespace: Lazy.string({ produce: () => 'shop.local' }) })).not.toThrow();
  });

  test('by default is a DNS name whatever the id of the scope, or refused with the remedy', () => {
    fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 80 }).filter((id) => !/[/]/.test(id)), (id) => {
      try {
        expect(clusterOf({}, `S${id}`).cluster.dnsNamespace).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.local$/);
      } catch (error) {
        expect((error as Error).message).toMatch(/^'dnsNamespace' must be .*: pass a name such as 'shop.local'$/);
      }
    }), { numRuns: 60 });
  });

  test('fails if another cluster has it in the same VPC', () => {
    const stack = testStack();
    const network = appTier(stack);
    new ContainerCluster(stack, 'One', { network });
    new ContainerCluster(stack, 'Two', { network });
    expect(() => Template.fromStack(stack)).toThrow(
      "'dnsNamespace' must be its cluster's alone in a VPC, got 'stack.local' as in 'Stack/Two': give one of them another",
    );
  });
});

describe('an existing cluster', () => {
  const vpcOf = (stack: Stack, id: string): ec2.IVpc =>
    ec2.Vpc.fromVpcAttributes(stack, id, { vpcId: id, availabilityZones: ['a'], privateSubnetIds: ['subnet-1'] });

  test('is used as it is', () => {
    const stack = testStack();
    const network = { ...appTier(stack), vpc: vpcOf(stack, 'vpc-1') };
    const cluster = ecs.Cluster.fromClusterAttributes(stack, 'Existing', { clusterName: 'shop', vpc: network.vpc });
    expect(ContainerCluster.fromCluster(cluster, network)).toEqual({ cluster, network });
  });

  test('fails beside a network in another VPC', () => {
    const stack = testStack();
    const cluster = ecs.Cluster.fromClusterAttributes(stack, 'Existing', { clusterName: 'shop', vpc: vpcOf(stack, 'vpc-1') });
    expect(() => ContainerCluster.fromCluster(cluster, { ...appTier(stack), vpc: vpcOf(stack, 'vpc-2') })).toThrow(
      "'network' must be in the VPC of the cluster, vpc-1, got vpc-2: pass AppNetwork.fromVpc(cluster.vpc)",
    );
  });

  test('passes where the VPCs are known only at deployment', () => {
    const stack = testStack();
    const cluster = ecs.Cluster.fromClusterAttributes(stack, 'Existing', { clusterName: 'shop', vpc: vpcOf(stack, 'vpc-1') });
    expect(() => ContainerCluster.fromCluster(cluster, appTier(stack))).not.toThrow();
  });
});

describe('the capacity providers of a cluster of the app', () => {
  type Beside = (stack: Stack, cluster: ecs.Cluster) => unknown;
  /** A service in a cluster that is made by hand, and what the app makes beside. */
  const served = (props: ecs.ClusterProps, spot: boolean, beside: Beside = () => undefined) => (): Template => {
    const stack = testStack();
    const network = appTier(stack);
    const cluster = new ecs.Cluster(stack, 'Own', { vpc: network.vpc, ...props });
    serviceIn(stack, { cluster: ContainerCluster.fromCluster(cluster, network), spot });
    beside(stack, cluster);
    return Template.fromStack(stack);
  };
  const association = (capacityProviders: string[], cluster?: string): Beside => (stack, { clusterName }) =>
    new ecs.CfnClusterCapacityProviderAssociations(stack, 'Providers', {
      cluster: cluster ?? clusterName, capacityProviders, defaultCapacityProviderStrategy: [],
    });
  const message = (missing: string, known: string): string =>
    `'cluster' of 'Stack/Api' must have the capacity provider ${missing}, got 'Stack/Own' with ${known}: `
      + "ECS refuses services on any other, so set 'enableFargateCapacityProviders' where the cluster is defined";

  test.each([
    ['none', served({}, false), 'FARGATE', 'none'],
    ['none, with spot', served({}, true), 'FARGATE and FARGATE_SPOT', 'none'],
    ['those of an association without the one of spot', served({}, true, association(['FARGATE'])), 'FARGATE_SPOT', 'FARGATE'],
    ['those of an association of another cluster', served({}, false, association(['FARGATE'], 'other')), 'FARGATE', 'none'],
    ['others', served({}, false, (_, cluster) => {
      (cluster.node.defaultChild as ecs.CfnCluster).capacityProviders = ['FARGATE_SPOT'];
    }), 'FARGATE', 'FARGATE_SPOT'],
  ])('fails on %s', (_, make, missing, known) => {
    expect(make).toThrow(message(missing, known));
  });

  test.each([
    ['Fargate at the cluster', served({ enableFargateCapacityProviders: true }, true)],
    ['an association by reference', served({}, true, association(['FARGATE', 'FARGATE_SPOT']))],
    ['an association by name', served({ clusterName: 'shop' }, false, association(['FARGATE'], 'shop'))],
    ['a list of the cluster itself', served({}, false, (_, cluster) => (cluster.node.defaultChild as ecs.CfnCluster).addPropertyOverride('CapacityProviders', ['FARGATE']))],
    ['a list known only at deployment', served({}, false, association(Fn.split(',', Fn.importValue('Providers'))))],
    ['a name in the list known only at deployment', served({}, false, association([Fn.importValue('Provider')]))],
    ['a service that was given another', served({}, false, (stack, cluster) => {
      association(['own'])(stack, cluster);
      ((stack.node.findChild('Api') as ContainerService).fargateService.node.defaultChild as ecs.CfnService).capacityProviderStrategy = [{ capacityProvider: 'own' }];
    })],
  ])('passes %s', (_, make) => {
    expect(make).not.toThrow();
  });

  test('of an imported cluster are known to AWS alone', () => {
    const stack = testStack();
    const network = appTier(stack);
    const cluster = ecs.Cluster.fromClusterAttributes(stack, 'Existing', { clusterName: 'shop', vpc: network.vpc });
    serviceIn(stack, { cluster: ContainerCluster.fromCluster(cluster, network) });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

test('cdk-nag finds nothing', () => {
  const stack = new Stack(testApp(), 'Stack');
  expect(findings(stack, new ContainerCluster(stack, 'Cluster', { network: appTier(stack) }))).toEqual([]);
});
