// [internal] What rule packs find on a load balancer and the library accepts.
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { WebFirewallOptions } from './web-firewall';
import { EnvironmentProfile } from '../environment-profile';
import { acknowledge } from '../private/acknowledge';

/** What the user said of it. */
export interface EntryChoices {
  readonly deletionProtection?: boolean;
  readonly firewall?: WebFirewallOptions;
}

/** Requests without TLS are not among them: without a domain the findings on the listener stay, as nothing stands in for it. */
export function acceptFindings(loadBalancer: elbv2.ApplicationLoadBalancer, choices: EntryChoices, profile: EnvironmentProfile): void {
  const resource = loadBalancer.node.defaultChild!;
  if (choices.deletionProtection === undefined && profile._doesWithout('deletionProtection')) {
    acknowledge(resource, 'ELBDeletionProtectionEnabled', `${profile.name}: deletion is allowed; a load balancer holds no data, and the code makes it anew`);
  }
  if (choices.firewall === undefined) {
    acknowledge(resource, 'ALBWAFEnabled', "a firewall is billed by rule and request, and comes with the prop 'firewall'; without one, invalid headers are dropped, "
      + 'ambiguous requests are defused, and what no route takes is answered with 404');
  } else if (choices.firewall.level === undefined && profile._doesWithout('firewall')) {
    acknowledge(resource, 'ALBWAFEnabled', `${profile.name}: no firewall; invalid headers are dropped, and ambiguous requests are defused`);
  }
}
