// [internal] Service Connect: a proxy in each task, beside the private name.
import { Token } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as servicediscovery from 'aws-cdk-lib/aws-servicediscovery';
import { IConstruct } from 'constructs';
import { ServiceConnectOptions } from './service-connect-options';
import { checkRange } from '../private/validate';

/** A task that takes part. */
export interface ConnectedTask extends IConstruct {
  readonly fargateService: ecs.FargateService;
  readonly container: ecs.ContainerDefinition;
  readonly logGroup: logs.ILogGroup;
}

/** What a service offers. */
export interface ConnectedService {
  readonly port: number;
  /** Its name in the namespace. */
  readonly discoveryName: string;
}

/** Name of the port in the task definition. */
const PORT = 'app';
/** Cloud Map has one service of a name in a namespace, and the private name is one already. */
const SUFFIX = '-connect';

/** Names that a service takes in its namespace. */
export function namesTaken(discoveryName: string, options?: ServiceConnectOptions): string[] {
  return options === undefined ? [discoveryName] : [discoveryName, `${discoveryName}${SUFFIX}`];
}

/** Let a task call others through its proxy, and, if it is a service, be called. The port mapping is made here, where it has a name. */
export function connect(task: ConnectedTask, options: ServiceConnectOptions, service?: ConnectedService): void {
  const { fargateService, logGroup } = task;
  const namespace = fargateService.cluster.defaultCloudMapNamespace;
  if (namespace === undefined) {
    throw new Error(`'serviceConnect' of '${task.node.path}' must have a namespace, got a cluster without: `
      + "pass 'defaultCloudMapNamespace' where the cluster is imported");
  }
  if (service === undefined && Object.values(options).some((value) => value !== undefined)) {
    throw new Error(`'serviceConnect' of '${task.node.path}' must be {}, got ${Object.keys(options).join()}: a worker listens on no port and nobody could call it, so pass {}`);
  }
  fargateService.enableServiceConnect({
    // ECS looks names up among those of the whole account, of which two environments may have the same
    namespace: namespace.namespaceArn,
    services: service && [offerOf(task, options, service, namespace)],
    logDriver: ecs.LogDrivers.awsLogs({ logGroup, streamPrefix: 'proxy' }),
  });
  if (Token.isUnresolved(options.aliasPort)) {
    // the L2 holds what only deployment knows against its bounds, too
    (fargateService.node.defaultChild as ecs.CfnService).addPropertyOverride('ServiceConnectConfiguration.Services.0.ClientAliases.0.Port', options.aliasPort);
  }
}

function offerOf(
  task: ConnectedTask, options: ServiceConnectOptions, service: ConnectedService, namespace: servicediscovery.INamespace,
): ecs.ServiceConnectService {
  const { alias = `${service.discoveryName}.${namespace.namespaceName}`, aliasPort } = options;
  if (!Token.isUnresolved(alias) && (alias.length > 127 || !alias.split('.').every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)))) {
    throw new Error(`'alias' must be labels of lower-case letters, digits, hyphens and underscores joined by dots, 127 characters at most, got '${alias}': pass a name such as 'api'`);
  }
  checkRange('aliasPort', aliasPort, 1, 65535, 'choose a TCP port');
  const discoveryName = `${service.discoveryName}${SUFFIX}`;
  if (!Token.isUnresolved(discoveryName) && discoveryName.length > 63) {
    throw new Error(`'discoveryName' must be at most ${63 - SUFFIX.length} characters with 'serviceConnect', got '${service.discoveryName}': pass a shorter one`);
  }
  task.container.addPortMappings({ name: PORT, containerPort: service.port, appProtocol: options.protocol });
  return { portMappingName: PORT, discoveryName, dnsName: alias, port: Token.isUnresolved(aliasPort) ? undefined : aliasPort };
}
