// Every kind of resource that has alarms.
import { CfnResource } from 'aws-cdk-lib';
import { DATABASE } from './database-rules';
import { FILE_SYSTEM_KIND } from './file-system-rules';
import { LOAD_BALANCER_KIND, TARGET_GROUP_KIND } from './load-balancer-rules';
import { QUEUE } from './queue-rules';
import { MonitoredKind } from './rule';
import { SERVICE } from './service-rules';
import { TABLE_KIND } from './table-rules';

export const KINDS: MonitoredKind[] = [LOAD_BALANCER_KIND, TARGET_GROUP_KIND, SERVICE, DATABASE, QUEUE, FILE_SYSTEM_KIND, TABLE_KIND];

/** The kind of a resource, undefined for what has no alarms. */
export function kindOf(resource: CfnResource): MonitoredKind | undefined {
  return KINDS.find(({ type, sameAs, includes }) => [type, sameAs].includes(resource.cfnResourceType) && (includes?.(resource) ?? true));
}
