import { Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as servicediscovery from 'aws-cdk-lib/aws-servicediscovery';
import { appTier, circles, clusterIn, ecrImage, findings, serviceIn } from './app-tier';
import { ContainerCluster, ContainerService, ContainerWorker, Deployment, ServiceConnectOptions } from '../../src';
import { FLAG_SETS, testApp, testStack } from '../harness';

const serviceOf = (template: Template): Record<string, any> => Object.values(template.findResources('AWS::ECS::Service'))[0].Properties;
const offerOf = (serviceConnect: ServiceConnectOptions): Record<string, any> => {
  const stack = testStack();
  serviceIn(stack, { serviceConnect });
  return serviceOf(Template.fromStack(stack)).ServiceConnectConfiguration.Services[0];
};

describe.each(FLAG_SETS)('a service with Service Connect, with %s', (_, context) => {
  const stack = new Stack(testApp(context), 'Stack');
  const api = serviceIn(stack, { cluster: clusterIn(stack), serviceConnect: {} }, 'OrderApi');
  const template = Template.fromStack(stack);

  test('is reached by the proxies of others at its private name and port, under a name of its own in Cloud Map', () => {
    expect(serviceOf(template).ServiceConnectConfiguration).toEqual({
      Enabled: true,
      Namespace: { 'Fn::GetAtt': [expect.stringMatching(/DefaultServiceDiscoveryNamespace/), 'Arn'] },
      Services: [{ PortName: 'app', DiscoveryName: 'order-api-connect', ClientAliases: [{ DnsName: 'order-api.shop.local', Port: 8000 }] }],
      LogConfiguration: {
        LogDriver: 'awslogs',
        Options: { 'awslogs-group': { Ref: stack.getLogicalId(api.logGroup.node.defaultChild as never) }, 'awslogs-stream-prefix': 'proxy', 'awslogs-region': { Ref: 'AWS::Region' } },
      },
    });
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [{ PortMappings: [{ ContainerPort: 8000, Name: 'app', Protocol: 'tcp', AppProtocol: Match.absent() }] }],
    });
  });

  test('keeps its private name for whoever has no proxy, with the ids that it has without', () => {
    const without = new Stack(testApp(context), 'Stack');
    serviceIn(without, { cluster: clusterIn(without) }, 'OrderApi');
    const ids = (of: Template): string[] => ['AWS::ServiceDiscovery::Service', 'AWS::ECS::Service', 'AWS::EC2::SecurityGroup'].flatMap((type) => Object.keys(of.findResources(type)));
    expect(ids(template)).toEqual(ids(Template.fromStack(without)));
    expect(api.privateUrl).toBe('http://order-api.shop.local:8000');
  });

  test('leaves cdk-nag nothing to say', () => {
    expect(findings(stack, api)).toEqual([]);
    expect(circles(template.toJSON().Resources)).toEqual([]);
  });
});

test('without the option nothing says anything of it', () => {
  const stack = testStack();
  serviceIn(stack);
  const template = Template.fromStack(stack);
  expect(serviceOf(template).ServiceConnectConfiguration).toBeUndefined();
  template.hasResourceProperties('AWS::ECS::TaskDefinition', { ContainerDefinitions: [{ PortMappings: [{ ContainerPort: 8000, Protocol: 'tcp', Name: Match.absent() }] }] });
});

test('a service that is used by another keeps its address, so that the proxy is used without a word about it', () => {
  const stack = testStack();
  const cluster = clusterIn(stack);
  const image = ecs.ContainerImage.fromRegistry('nginx');
  const [api, search] = ['Api', 'Search'].map((id) => new ContainerService(stack, id, { cluster, image, port: 9200, serviceConnect: {} }));
  api.useService(search);
  Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [{ Environment: Match.arrayWith([{ Name: 'SEARCH_URL', Value: 'http://search.shop.local:9200' }]) }],
  });
});

describe('of its options', () => {
  test('name, port and protocol may be others', () => {
    expect(offerOf({ alias: 'api', aliasPort: 80 }).ClientAliases).toEqual([{ DnsName: 'api', Port: 80 }]);
    const stack = testStack();
    serviceIn(stack, { serviceConnect: { protocol: ecs.AppProtocol.http } });
    Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', { ContainerDefinitions: [{ PortMappings: [{ AppProtocol: 'http', Name: 'app' }] }] });
  });

  test.each<[string, (port: number) => Record<string, any>]>([
    ["'aliasPort'", (aliasPort) => offerOf({ aliasPort })],
    ["'port' of the service", (port) => {
      const stack = testStack();
      serviceIn(stack, { port, serviceConnect: {} });
      return serviceOf(Template.fromStack(stack)).ServiceConnectConfiguration.Services[0];
    }],
  ])('%s may be known only at deployment', (_, offer) => {
    expect(offer(Lazy.number({ produce: () => 9000 })).ClientAliases).toEqual([{ DnsName: expect.anything(), Port: 9000 }]);
  });

  test.each(['Api', '', 'a..b', '-a', 'a'.repeat(128), 'a b'])("'alias' fails as '%s'", (alias) => {
    expect(() => offerOf({ alias })).toThrow(
      `'alias' must be labels of lower-case letters, digits, hyphens and underscores joined by dots, 127 characters at most, got '${alias}': pass a name such as 'api'`,
    );
  });

  test.each([0, 65536, 1.5])("'aliasPort' fails as %d", (aliasPort) => {
    expect(() => offerOf({ aliasPort })).toThrow(`'aliasPort' must be 1 to 65535, got ${aliasPort}: choose a TCP port`);
  });
});

test('a worker calls others by its proxy, and nobody calls it', () => {
  const stack = testStack();
  const cluster = clusterIn(stack);
  new ContainerWorker(stack, 'Worker', { cluster, image: ecrImage(stack), serviceConnect: {} });
  expect(serviceOf(Template.fromStack(stack)).ServiceConnectConfiguration).toMatchObject({ Enabled: true, Namespace: { 'Fn::GetAtt': [expect.any(String), 'Arn'] } });
  expect(serviceOf(Template.fromStack(stack)).ServiceConnectConfiguration.Services).toBeUndefined();
  expect(() => new ContainerWorker(stack, 'Other', { cluster, image: ecs.ContainerImage.fromRegistry('nginx'), serviceConnect: { alias: 'other' } }))
    .toThrow("'serviceConnect' of 'Stack/Other' must be {}, got alias: a worker listens on no port and nobody could call it, so pass {}");
});

test('the namespace of an existing cluster is named by its ARN too, since two namespaces of an account may have one name', () => {
  const stack = testStack();
  const network = appTier(stack);
  const namespaceArn = 'arn:aws:servicediscovery:eu-west-1:111122223333:namespace/ns-1';
  const defaultCloudMapNamespace = servicediscovery.PrivateDnsNamespace.fromPrivateDnsNamespaceAttributes(stack, 'Names', { namespaceId: 'ns-1', namespaceName: 'old.local', namespaceArn });
  const cluster = ContainerCluster.fromCluster(ecs.Cluster.fromClusterAttributes(stack, 'Old', { clusterName: 'old', vpc: network.vpc, defaultCloudMapNamespace }), network);
  serviceIn(stack, { cluster, serviceConnect: {} });
  expect(serviceOf(Template.fromStack(stack)).ServiceConnectConfiguration).toMatchObject({
    Namespace: namespaceArn, Services: [{ ClientAliases: [{ DnsName: 'api.old.local' }] }],
  });
});

test('fails where the cluster has no namespace', () => {
  const stack = testStack();
  const network = appTier(stack);
  const cluster = ContainerCluster.fromCluster(ecs.Cluster.fromClusterAttributes(stack, 'Old', { clusterName: 'old', vpc: network.vpc }), network);
  expect(() => serviceIn(stack, { cluster, serviceConnect: {} })).toThrow(
    "'serviceConnect' of 'Stack/Api' must have a namespace, got a cluster without: pass 'defaultCloudMapNamespace' where the cluster is imported",
  );
});

test('its name in Cloud Map is its alone, and short enough', () => {
  const stack = testStack();
  const cluster = clusterIn(stack);
  const image = ecs.ContainerImage.fromRegistry('nginx');
  new ContainerService(stack, 'Api', { cluster, image, port: 80, serviceConnect: {} });
  new ContainerService(stack, 'ApiConnect', { cluster, image, port: 80 });
  expect(() => Template.fromStack(stack)).toThrow("'discoveryName' must be its service's alone in a namespace, got 'api' as in 'Stack/ApiConnect': give one of them another");
  expect(() => new ContainerService(stack, 'Long', { cluster, image, port: 80, serviceConnect: {}, discoveryName: 'a'.repeat(56) })).toThrow(
    `'discoveryName' must be at most 55 characters with 'serviceConnect', got '${'a'.repeat(56)}': pass a shorter one`,
  );
});

test('traffic may be shifted at the proxies, without a route', () => {
  const stack = testStack();
  serviceIn(stack, { serviceConnect: {}, deployment: Deployment.canary() });
  expect(() => Template.fromStack(stack)).not.toThrow();
});
