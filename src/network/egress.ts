// How the app tier of a network reaches what is outside.
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { RegionalNat } from './regional-nat';

/** How the app tier reaches what is outside the VPC. */
export class Egress {
  /**
   * A NAT gateway in each availability zone: survives the loss of a zone.
   *
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
   */
  public static natPerAz(): Egress {
    return new Egress((zones) => ({ natGateways: zones, natGatewayProvider: ec2.NatProvider.gateway() }));
  }

  /** One NAT gateway for all availability zones: cheapest, but the loss of its zone cuts all of them off. */
  public static singleNat(): Egress {
    return new Egress(() => ({ natGateways: 1, natGatewayProvider: ec2.NatProvider.gateway() }));
  }

  /**
   * One regional NAT gateway, which AWS spreads over the zones in use and bills for each of them.
   *
   * Its public addresses are AWS's choice and may change in number; where others admit you by address, use `natPerAz()`.
   *
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
   */
  public static regionalNat(): Egress {
    return new Egress(() => ({ natGateways: 1, natGatewayProvider: new RegionalNat() }));
  }

  /**
   * No NAT: VPC endpoints for what the blocks in the network call, and for nothing else. S3 and DynamoDB are reached in any case.
   *
   * Tasks call ECR, CloudWatch Logs and, for secrets, Secrets Manager or Systems Manager. What your own code calls is told by `network.requires()`;
   * synthesis fails on a task role with permissions for what is not reached. Nothing else is reached, the internet included.
   * An endpoint costs about a fifth of a NAT gateway for each zone: four of them in two zones cost more than one NAT gateway.
   *
   * @see https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
   */
  public static endpointsOnly(): Egress {
    return new Egress();
  }

  /**
   * A NAT provider from elsewhere, such as NAT instances. As many as the profile has NAT gateways: one in dev and staging, one a zone in prod.
   *
   * Public subnets hand out no addresses, so instances must be given theirs: `NatProvider.instanceV2({ instanceType, associatePublicIpAddress: true })`.
   * Synthesis fails on instances without one.
   */
  public static natProvider(provider: ec2.NatProvider): Egress {
    return new Egress((zones, natPerAz) => ({ natGateways: natPerAz ? zones : 1, natGatewayProvider: provider }));
  }

  private constructor(private readonly nat?: (zones: number, natPerAz: boolean) => NatOfVpc) {}

  /** Whether the app tier reaches the internet. */
  public get internet(): boolean {
    return this.nat !== undefined;
  }

  /**
   * What the VPC is told of NAT gateways.
   * @internal
   */
  public _natOf(zones: number, natPerAz: boolean): NatOfVpc {
    return this.nat?.(zones, natPerAz) ?? { natGateways: 0 };
  }
}

type NatOfVpc = Pick<ec2.VpcProps, 'natGateways' | 'natGatewayProvider'>;
