// [internal] What RDS Proxy refuses, refused before anything is deployed. Tokens pass: they are not known yet.
import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { PrivatePostgresProps } from './private-postgres-options';
import { checkRange, checkSeconds } from '../private/validate';

/** Every proxy of PostgreSQL listens here. */
export const PROXY_PORT = 5432;

const OLDEST_MAJOR = 10;

/**
 * Fail unless RDS makes a proxy like this.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html#rds-proxy.limitations
 */
export function checkProxy({ proxy = {}, port = PROXY_PORT, version, network }: PrivatePostgresProps): void {
  checkRange('maxConnectionsPercent', proxy.maxConnectionsPercent, 1, 100, 'choose a share of the connections that the instance allows');
  checkSeconds('borrowTimeout', proxy.borrowTimeout, 0, 300);
  checkSeconds('idleClientTimeout', proxy.idleClientTimeout, 60, 28800);
  if (!Token.isUnresolved(port) && port !== PROXY_PORT) {
    throw new Error(`'port' must be ${PROXY_PORT} beside 'proxy', got ${port}: a proxy listens on no other, leave the port or the proxy out`);
  }
  if (version !== undefined && Number(version.postgresMajorVersion) < OLDEST_MAJOR) {
    throw new Error(`'version' must be PostgreSQL ${OLDEST_MAJOR} or newer beside 'proxy', got '${version.postgresFullVersion}': upgrade first, or leave the proxy out`);
  }
  // the data tier is checked for the database
  if (proxy.subnets) checkZones(network.vpc.selectSubnets(proxy.subnets));
}

function checkZones({ isPendingLookup, subnetIds }: ec2.SelectedSubnets): void {
  // by number, as the zone of a subnet imported by its id is not known
  if (isPendingLookup || Token.isUnresolved(subnetIds) || subnetIds.length > 1) return;
  throw new Error(`'subnets' of 'proxy' must be in 2 availability zones, got ${subnetIds.length} subnet: add one in another zone, or leave them out for the data tier`);
}
