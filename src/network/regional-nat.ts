// [internal] A NAT gateway of regional availability, which aws-cdk-lib has no class for at the lowest version supported.
import * as ec2 from 'aws-cdk-lib/aws-ec2';

/** One NAT gateway for the VPC rather than for a subnet. Addresses and zones are managed by AWS. */
export class RegionalNat extends ec2.NatProvider {
  private gateway?: { readonly id: string; readonly zones: string[] };

  public get configuredGateways(): ec2.GatewayConfig[] {
    return this.gateway ? this.gateway.zones.map((az) => ({ az, gatewayId: this.gateway!.id })) : [];
  }

  public configureNat(options: ec2.ConfigureNatOptions): void {
    const gateway = new ec2.CfnNatGateway(options.vpc, 'RegionalNat', { vpcId: options.vpc.vpcId, availabilityMode: 'regional', connectivityType: 'public' });
    // it is refused until the internet gateway is attached; what the VPC itself offers to wait for is the gateway alone, routes of public subnets wait for both
    gateway.node.addDependency(...options.natSubnets.map((subnet) => subnet.internetConnectivityEstablished));
    this.gateway = { id: gateway.attrNatGatewayId, zones: options.vpc.availabilityZones };
    options.privateSubnets.forEach((subnet) => this.configureSubnet(subnet));
  }

  public configureSubnet(subnet: ec2.PrivateSubnet): void {
    subnet.addRoute('DefaultRoute', { routerType: ec2.RouterType.NAT_GATEWAY, routerId: this.gateway!.id, enablesInternetConnectivity: true });
  }
}
