// [internal] A listener that exists, behind the interface of a load balancer made here.
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { admitAuthentication } from './authentication-rules';
import { Route } from './route';
import { addressOf } from './route-address';
import { RouteTable } from './route-table';
import { defineRoute, nameOf } from './route-target';
import { ExistingListenerAttributes, IWebEntry } from './web-entry-options';
import { WebRouteProps } from './web-route';

/** What `WebEntry.fromListener()` returns. */
export class ExistingEntry extends Construct implements IWebEntry {
  public readonly listener: elbv2.IApplicationListener;
  public readonly url: string;
  private readonly routes = new RouteTable();

  constructor(scope: Construct, id: string, { listener, url }: ExistingListenerAttributes) {
    super(scope, id);
    const [securityGroup] = listener.connections.securityGroups as Array<ec2.ISecurityGroup | undefined>;
    if (securityGroup === undefined) {
      throw new Error(`'listener' must come with the security group of its load balancer, and '${listener.node.path}' has none: name it where the listener is imported`);
    }
    this.listener = listener;
    this.url = url.replace(/\/$/, '');
  }

  public urlOf(route: Route): string {
    this.refusePort(route);
    return addressOf(this.url, route.conditions);
  }

  public addRoute(id: string, props: WebRouteProps): elbv2.ApplicationTargetGroup {
    this.refusePort(props.route);
    const testPort = props.service.deployment._shift?.testPort;
    if (testPort !== undefined) {
      throw new Error(`'testPort' must not be set on services behind an existing listener, got ${testPort}: leave it out, or put '${props.service.node.path}' behind a WebEntry`);
    }
    admitAuthentication(id, props, {
      listener: this.listener, isHttps: !/^http:/i.test(this.url), reachesInternet: true, url: this.urlOf(props.route),
    });
    return defineRoute(id, props, { listener: this.listener, priority: this.routes.add(nameOf(id, props), props.route.conditions) });
  }

  private refusePort({ conditions: { port } }: Route): void {
    if (port === undefined) return;
    throw new Error(`'port' must not be set on routes of an existing listener, got ${port}: bring the listener of that port by a WebEntry.fromListener() of its own`);
  }
}
