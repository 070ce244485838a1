// [internal] What is refused of a route that asks users to sign in, and the way from the load balancer to their provider.
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { nameOf } from './route-target';
import { WebRouteProps } from './web-route';

/** How an entry stands to identity providers. */
export interface AuthenticatingEntry {
  readonly listener: elbv2.IApplicationListener;
  /** Whether clients come by HTTPS. */
  readonly isHttps: boolean;
  /** Whether the load balancer itself reaches the internet. */
  readonly reachesInternet: boolean;
  /** Address of the route. */
  readonly url: string;
}

/**
 * Open the way to the provider of a route with authentication. Fails where the load balancer would refuse the rule, or could not do what it says.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html of the rules that ECS rewrites, which forward and do nothing else
 */
export function admitAuthentication(id: string, props: WebRouteProps, entry: AuthenticatingEntry): void {
  const { authentication, service } = props;
  if (!authentication) return;
  const name = nameOf(id, props);
  if (!entry.isHttps) {
    throw new Error(`'authentication' of route '${name}' must have HTTPS, got a listener without: Elastic Load Balancing asks users to sign in over HTTPS alone, `
      + "so give the entry a 'domain'");
  }
  if (!entry.reachesInternet) {
    throw new Error(`'authentication' of route '${name}' must have a way from the load balancer to the provider, got one inside of a network without internet: `
      + 'the load balancer exchanges codes for tokens there, so add a NAT gateway, or authenticate in the application');
  }
  if (service.deployment.alternateTargetGroup) {
    throw new Error(`'authentication' of route '${name}' must not be combined with a second target group, got ${service.deployment.strategy}: ECS rewrites the rule `
      + 'when it shifts traffic, and does so for rules that forward and nothing else; one without its authentication would let anyone in, so use Deployment.rolling()');
  }
  // on the entry's own group: rules of two services would be one rule twice
  entry.listener.connections.allowToAnyIpv4(ec2.Port.tcp(443), 'Identity providers');
  service.node.addValidation({ validate: () => authentication._refused(name, entry.url) });
}
