// How a load balancer is asked for, and what others know of one.
import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { AppDomain } from './app-domain';
import { Route } from './route';
import { WebFirewallOptions } from './web-firewall';
import { WebRouteProps } from './web-route';
import { EnvironmentProfile } from '../environment-profile';
import { IAppNetwork } from '../network/app-network';

/** A load balancer to which routes can be added, made here or existing. */
export interface IWebEntry {
  /** The load balancer's listener for requests without a port of their own. */
  readonly listener: elbv2.IApplicationListener;
  /** Its address, such as `https://api.example.com`. */
  readonly url: string;
  /**
   * The address at which a route is reached, such as `https://api.example.com/api` for `/api/*`: of its first host and path, without wildcards and final slash.
   *
   * The route need not have been added.
   */
  urlOf(route: Route): string;
  /**
   * Send requests to a service: a target group, a listener rule and security-group rules, made under the service as `Routes/<id>`.
   *
   * The service waits for them. Fails if the route meets another one, naming both.
   */
  addRoute(id: string, props: WebRouteProps): elbv2.ApplicationTargetGroup;
}

/** Properties of `WebEntry`. */
export interface WebEntryProps {
  /** Where it stands: the public tier, the app tier if not internet-facing. */
  readonly network: IAppNetwork;
  /** Defaults that depend on the environment. @default EnvironmentProfile.of(this) */
  readonly profile?: EnvironmentProfile;
  /** Public name. With it HTTPS everywhere and a redirect from port 80. @default - HTTP under the load balancer's own name */
  readonly domain?: AppDomain;
  /** Reachable from the internet rather than from inside the network only. @default true */
  readonly internetFacing?: boolean;
  /** Who may connect. @default - anyone, or the VPC if not internet-facing */
  readonly allowedPeers?: ec2.IPeer[];
  /** Web firewall. `{}` for one at the profile's level. @default - no firewall */
  readonly firewall?: WebFirewallOptions;
  /** Keep access and connection logs for 90 days, in a bucket that stays when the stack is deleted. @default true */
  readonly accessLogs?: boolean;
  /** Refuse deletion, by CloudFormation too: it cannot take back a first deployment that fails. @default - from the profile: true in prod */
  readonly deletionProtection?: boolean;
  /** Idle connections are closed after this, 1 to 4000 s. @default Duration.seconds(60) */
  readonly idleTimeout?: Duration;
}

/** An existing listener. */
export interface ExistingListenerAttributes {
  /** The listener, imported with its security group. */
  readonly listener: elbv2.IApplicationListener;
  /** Address at which it is reached, such as `https://shop.example.com`. */
  readonly url: string;
}
