// Every kind of resource that has alarms.
import { CfnResource } from 'aws-cdk-lib';
import { HTTP_API_KIND, REST_API_KIND, WEBSOCKET_API_KIND } from './api-rules';
import { DATABASE } from './database-rules';
import { DISTRIBUTION_KIND } from './distribution-rules';
import { FILE_SYSTEM_KIND } from './file-system-rules';
import { FUNCTION_KIND } from './function-rules';
import { LOAD_BALANCER_KIND, TARGET_GROUP_KIND } from './load-balancer-rules';
import { NAT_GATEWAY_KIND } from './nat-gateway-rules';
import { QUEUE } from './queue-rules';
import { MonitoredKind } from './rule';
import { SERVICE } from './service-rules';
import { STATE_MACHINE_KIND } from './state-machine-rules';
import { TABLE_KIND } from './table-rules';

export const KINDS: MonitoredKind[] = [
  DISTRIBUTION_KIND, LOAD_BALANCER_KIND, TARGET_GROUP_KIND, REST_API_KIND, HTTP_API_KIND, WEBSOCKET_API_KIND, SERVICE, FUNCTION_KIND, DATABASE, QUEUE,
  FILE_SYSTEM_KIND, TABLE_KIND, NAT_GATEWAY_KIND, STATE_MACHINE_KIND,
];

/** The kind of a resource, undefined for what has no alarms. */
export function kindOf(resource: CfnResource): MonitoredKind | undefined {
  return KINDS.find(({ type, sameAs, includes }) => [type, sameAs].includes(resource.cfnResourceType) && (includes?.(resource) ?? true));
}
