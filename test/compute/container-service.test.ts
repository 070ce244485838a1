import { Lazy, Size, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as servicediscovery from 'aws-cdk-lib/aws-servicediscovery';
import * as fc from 'fast-check';
import { appTier, circles, clusterIn, databaseIn, serviceIn } from './app-tier';
import { ContainerCluster, ContainerService, ContainerServiceProps, Deployment, IContainerCluster } from '../../src';
import { FLAG_SETS, testApp, testStack } from '../harness';

const image = ecs.ContainerImage.fromRegistry('nginx');
const servicesIn = (stack: Stack, cluster: IContainerCluster, ...ids: string[]): ContainerService[] =>
  ids.map((id) => serviceIn(stack, { cluster, image }, id));

describe('a service', () => {
  const stack = testStack();
  const api = serviceIn(stack, { cluster: clusterIn(stack), image }, 'OrderApi');
  const template = Template.fromStack(stack);

  test('listens on its port', () => {
    template.hasResourceProperties('AWS::ECS::TaskDefinition', { ContainerDefinitions: [{ PortMappings: [{ ContainerPort: 8000, Protocol: 'tcp' }] }] });
  });

  test('has a private name, forgotten 10 s after a task is gone', () => {
    expect([api.hostName, api.port, api.privateUrl]).toEqual(['order-api.shop.local', 8000, 'http://order-api.shop.local:8000']);
    template.hasResourceProperties('AWS::ServiceDiscovery::Service', { Name: 'order-api', DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 10 }] } });
    template.hasResourceProperties('AWS::ECS::Service', {
      ServiceRegistries: [{ RegistryArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('Cloudmap'), 'Arn'] }, ContainerPort: Match.absent() }],
    });
  });

  test('has logical ids that are fixed', () => {
    const ids = ['AWS::ECS::Service', 'AWS::Logs::LogGroup'].flatMap((type) => Object.keys(template.findResources(type)));
    expect(ids).toEqual(['OrderApiService04A4E70F', 'OrderApiLogsFB1E35E5']);
  });
});

describe('the discovery name', () => {
  test.each([['Api', 'api'], ['OrderApi', 'order-api'], ['APIGateway', 'api-gateway'], ['Api_v2', 'api-v2'], ['order-api', 'order-api']])('of %s is %s', (id, name) => {
    const stack = testStack();
    expect(serviceIn(stack, { image }, id).hostName).toBe(`${name}.shop.local`);
  });

  test('may be another', () => {
    expect(serviceIn(testStack(), { image, discoveryName: 'orders' }).privateUrl).toBe('http://orders.shop.local:8000');
  });

  test.each(['Orders', 'orders.v2', '-orders', '', 'a'.repeat(64)])("fails as '%s'", (discoveryName) => {
    expect(() => serviceIn(testStack(), { image, discoveryName })).toThrow(
      `'discoveryName' must be 1 to 63 lower-case letters, digits and hyphens, none of them at an end, got '${discoveryName}': pass another`,
    );
  });

  test('passes when known only at deployment', () => {
    expect(() => serviceIn(testStack(), { image, discoveryName: Lazy.string({ produce: () => 'orders' }) })).not.toThrow();
  });

  test('is a DNS label whatever the id, or refused with the remedy', () => {
    const stack = testStack();
    const cluster = clusterIn(stack);
    const taken = new Set<string>();
    fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 70 }).map((id) => `S${id}`), (id) => {
      if (taken.has(id.replace(/\//g, '--'))) return;
      taken.add(id.replace(/\//g, '--'));
      try {
        expect(serviceIn(stack, { cluster, image }, id).hostName).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.shop\.local$/);
      } catch (error) {
        expect((error as Error).message).toMatch(/^'discoveryName' must be .*: pass another$/s);
      }
    }), { numRuns: 40 });
  });

  test('fails if another service of the cluster has it', () => {
    const stack = testStack();
    servicesIn(stack, clusterIn(stack), 'OrderApi', 'order-api');
    expect(() => Template.fromStack(stack)).toThrow(
      "'discoveryName' must be its service's alone in a namespace, got 'order-api' as in 'Stack/order-api': give one of them another",
    );
  });
});

describe('the port', () => {
  test.each([0, 65536, 80.5])('fails as %d', (port) => {
    expect(() => serviceIn(testStack(), { image, port })).toThrow(`'port' must be 1 to 65535, got ${port}: choose a TCP port`);
  });

  test('may be known only at deployment', () => {
    const stack = testStack();
    const api = serviceIn(stack, { image, port: Token.asNumber({ Ref: 'Port' }) });
    expect(stack.resolve(api.privateUrl)).toEqual({ 'Fn::Join': ['', ['http://api.shop.local:', { Ref: 'Port' }]] });
  });
});

describe('in an existing cluster', () => {
  const existing = (stack: Stack, defaultCloudMapNamespace?: servicediscovery.INamespace): IContainerCluster => {
    const network = appTier(stack);
    return ContainerCluster.fromCluster(
      ecs.Cluster.fromClusterAttributes(stack, 'Existing', { clusterName: 'shop', vpc: network.vpc, defaultCloudMapNamespace }), network,
    );
  };

  test('a service is named by its default namespace', () => {
    const stack = testStack();
    const namespace = servicediscovery.PrivateDnsNamespace.fromPrivateDnsNamespaceAttributes(stack, 'Namespace', {
      namespaceName: 'old.local', namespaceId: 'ns-1', namespaceArn: 'arn:aws:servicediscovery:eu-west-1:111111111111:namespace/ns-1',
    });
    expect(serviceIn(stack, { image, cluster: existing(stack, namespace) }).privateUrl).toBe('http://api.old.local:8000');
    Template.fromStack(stack).hasResourceProperties('AWS::ServiceDiscovery::Service', { NamespaceId: 'ns-1' });
  });

  test.each<[string, (stack: Stack) => servicediscovery.INamespace | undefined]>([
    ['without a namespace', () => undefined],
    ['with one for API calls alone', (stack) => new servicediscovery.HttpNamespace(stack, 'Namespace', { name: 'shop' })],
  ])('%s it runs, and has no private name', (_, namespace) => {
    const stack = testStack();
    const api = serviceIn(stack, { image, cluster: existing(stack, namespace(stack)) });
    Template.fromStack(stack).hasResourceProperties('AWS::ECS::Service', { Cluster: 'shop', ServiceRegistries: Match.absent() });
    expect(() => api.privateUrl).toThrow(
      "'Stack/Api' has no private name: its cluster has no default Cloud Map namespace with DNS; pass 'defaultCloudMapNamespace' where the cluster is imported",
    );
  });
});

describe('using another service', () => {
  const stack = testStack();
  const [api, search] = servicesIn(stack, clusterIn(stack), 'Api', 'SearchIndex');
  api.useService(search);
  const template = Template.fromStack(stack);
  const idOf = (type: string, prefix: string): string => Object.keys(template.findResources(type)).find((id) => id.startsWith(prefix))!;

  test('sets the variable named after it', () => {
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [{ Environment: Match.arrayWith([{ Name: 'SEARCH_INDEX_URL', Value: 'http://search-index.shop.local:8000' }]) }],
    });
  });

  test('opens its port to this service alone', () => {
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^SearchIndexSecurityGroup'), 'GroupId'] },
      SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ApiSecurityGroup'), 'GroupId'] },
      FromPort: 8000,
      ToPort: 8000,
    });
  });

  test('starts after it', () => {
    const services = template.findResources('AWS::ECS::Service');
    const [apiId, searchId] = [idOf('AWS::ECS::Service', 'Api'), idOf('AWS::ECS::Service', 'Search')];
    expect(services[apiId].DependsOn).toContain(searchId);
    expect(services[searchId].DependsOn).not.toContain(apiId);
  });
});

test('two services may use each other where one does not wait', () => {
  const stack = testStack();
  const [a, b] = servicesIn(stack, clusterIn(stack), 'A', 'B');
  a.useService(b);
  expect(() => b.useService(a)).toThrow("'Stack/B' cannot start after 'Stack/A', which starts after it");
  const other = testStack();
  const [c, d] = servicesIn(other, clusterIn(other), 'C', 'D');
  c.useService(d, { variable: 'BACKEND' });
  d.useService(c, { startAfter: false });
  const { Resources } = Template.fromStack(other).toJSON();
  expect(circles(Resources)).toEqual([]);
});

test('a service whose name is known only at deployment needs a variable', () => {
  const stack = testStack();
  const cluster = clusterIn(stack);
  const [api] = servicesIn(stack, cluster, 'Api');
  const later = serviceIn(stack, { cluster, image, discoveryName: Lazy.string({ produce: () => 'later' }) }, 'Later');
  expect(() => api.useService(later)).toThrow("'variable' must be given for 'Stack/Later', got none: its discovery name is not known before deployment, so name one");
  expect(() => api.useService(later, { variable: 'LATER_URL' })).not.toThrow();
});

describe.each(FLAG_SETS)('split over stacks, with %s', (_, flags) => {
  test.each(['strong', 'weak'])('references point one way, with %s references', (strength) => {
    const app = testApp({ ...flags, '@aws-cdk/core:defaultCrossStackReferences': strength });
    const data = new Stack(app, 'Data');
    const base = new Stack(app, 'Base');
    const stack = new Stack(app, 'Services');
    const more = new Stack(app, 'More');
    const network = appTier(data);
    const cluster = clusterIn(base, network);
    const [search] = servicesIn(stack, cluster, 'Search');
    const [api] = servicesIn(more, cluster, 'Api');
    api.useDatabase(databaseIn(data, network, true));
    api.addMigration('Migrate', { command: ['true'] });
    api.useService(search);
    const assembly = app.synth();
    const dependenciesOf = (name: string): string[] => assembly.getStackByName(name).dependencies.map(({ id }) => id).filter((id) => !id.includes('.assets')).sort();
    expect(dependenciesOf('Data')).toEqual([]);
    expect(dependenciesOf('Base')).toEqual(['Data']);
    expect(dependenciesOf('More')).toEqual(['Base', 'Data', 'Services']);
    // the rules that admit the service stand beside it
    Template.fromStack(more).resourceCountIs('AWS::EC2::SecurityGroupIngress', 2);
    Template.fromStack(data).resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    const { Resources } = assembly.getStackByName('More').template;
    const [service] = Object.values<{ Type: string; DependsOn: string[] }>(Resources).filter(({ Type }) => Type === 'AWS::ECS::Service');
    expect(service.DependsOn.filter((id) => Resources[id].Type === 'AWS::EC2::SecurityGroupIngress')).toHaveLength(2);
  });
});

test('another service, or another order, changes nothing of a service', () => {
  const templateOf = (...ids: string[]): Record<string, unknown> => {
    const stack = testStack();
    servicesIn(stack, clusterIn(stack), ...ids);
    return Object.fromEntries(Object.entries(Template.fromStack(stack).toJSON().Resources).filter(([id]) => id.startsWith('Api')));
  };
  expect(templateOf('Web', 'Api', 'Search')).toEqual(templateOf('Api'));
});

test.each<[keyof ContainerServiceProps, Partial<ContainerServiceProps>]>([
  ['port', { port: 9000 }], ['scaling', { scaling: { maxTasks: 9 } }], ['spot', { spot: true }], ['cpu', { cpu: 1024, memory: Size.gibibytes(2) }],
  ['enableExecuteCommand', { enableExecuteCommand: true }], ['discoveryName', { discoveryName: 'other' }], ['deployment', { deployment: Deployment.blueGreen() }],
])('a change of %s keeps the identity of service and log group', (_, change) => {
  const identity = (props: Partial<ContainerServiceProps>): unknown => {
    const stack = testStack();
    serviceIn(stack, { image, ...props });
    const template = Template.fromStack(stack);
    const [[id, { Properties: { LaunchType, ServiceName, Cluster, DeploymentController } }]] = Object.entries(template.findResources('AWS::ECS::Service'));
    const logGroups = Object.entries(template.findResources('AWS::Logs::LogGroup')).filter(([logical]) => logical.startsWith('Api'));
    return [id, LaunchType, ServiceName, Cluster, DeploymentController, logGroups];
  };
  expect(identity(change)).toEqual(identity({}));
});
