// The way from one's own computer to a database: an instance that nobody can connect to, reached by Session Manager.
import { Names, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { forwardCommand, tunnelEnd } from './task-commands';
import { admit } from '../data/admission';
import { IPrivatePostgres } from '../data/private-postgres-options';
import { IAppNetwork } from '../network/app-network';
import { acknowledge, acknowledgeInlinePolicies } from '../private/acknowledge';

/** Properties of `SsmBastion`. */
export interface SsmBastionProps {
  /** Where it stands: the app tier. */
  readonly network: IAppNetwork;
  /** Instance type, of any processor. @default - t4g.nano */
  readonly instanceType?: ec2.InstanceType;
}

/**
 * An instance without a public address, a key or an open port. Session Manager leads a port of one's own computer through it to a database, for whoever may call
 * `ssm:StartSession` on it.
 *
 * Nothing is kept on it: a deployment that finds a newer Amazon Linux 2023 replaces it.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html#sessions-remote-port-forwarding
 */
export class SsmBastion extends Construct implements ec2.IConnectable {
  /** The instance. */
  public readonly instance: ec2.Instance;
  /** Its security group. */
  public readonly connections: ec2.Connections;

  constructor(scope: Construct, id: string, props: SsmBastionProps) {
    super(scope, id);
    const { network } = props;
    const instanceType = props.instanceType ?? ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.NANO);
    const securityGroup = this.securityGroup(network);
    this.connections = new ec2.Connections({ securityGroups: [securityGroup] });
    this.instance = new ec2.Instance(this, 'Instance', {
      vpc: network.vpc,
      // one subnet of the app tier, where none gives out public addresses, is enough, and always the same: an instance that changes its subnet is replaced
      vpcSubnets: { subnets: [network.vpc.selectSubnets(network.appSubnets).subnets[0]] },
      instanceType,
      machineImage: ec2.MachineImage.latestAmazonLinux2023({
        cpuType: instanceType.architecture === ec2.InstanceArchitecture.ARM_64 ? ec2.AmazonLinuxCpuType.ARM_64 : ec2.AmazonLinuxCpuType.X86_64,
      }),
      securityGroup,
      role: this.role(),
      // not by requireImdsv2, which defines a launch template with a name of its own
      httpTokens: ec2.HttpTokens.REQUIRED,
      httpPutResponseHopLimit: 1,
      detailedMonitoring: false,
      blockDevices: [{
        deviceName: '/dev/xvda',
        volume: ec2.BlockDeviceVolume.ebs(8, { encrypted: true, volumeType: ec2.EbsDeviceVolumeType.GP3, deleteOnTermination: true }),
      }],
    });
    this.instance.applyRemovalPolicy(RemovalPolicy.DESTROY);
    acknowledgeInstance(this.instance);
    network.requires(ec2.InterfaceVpcEndpointAwsService.SSM, this);
    network.requires(ec2.InterfaceVpcEndpointAwsService.SSM_MESSAGES, this);
  }

  /**
   * Open the way to a database, and get the command that leads a port of one's own computer there, with the AWS CLI and its Session Manager plugin.
   *
   * @param database where the tunnel ends
   * @param localPort of one's own computer, 1 to 65535; default 5432
   */
  public tunnelTo(database: IPrivatePostgres, localPort: number = 5432): string {
    admit(this, database, `from ${Names.uniqueId(this)}`);
    const { hostname, port } = tunnelEnd(database);
    return forwardCommand({ target: this.instance.instanceId, host: hostname, port, localPort });
  }

  private securityGroup({ vpc }: IAppNetwork): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'SecurityGroup', { vpc, description: 'Bastion: admits nobody', allowAllOutbound: false });
    // Session Manager is called, it does not call; databases are added one by one
    group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'Session Manager');
    return group;
  }

  /**
   * In place of the policy of AWS, which also reads every parameter of the account.
   *
   * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html#create-iam-instance-profile-ssn-only
   */
  private role(): iam.Role {
    const role = new iam.Role(this, 'Role', {
      description: 'Opens sessions of Session Manager on one instance',
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
    });
    role.addToPolicy(new iam.PolicyStatement({
      actions: [
        'ssm:UpdateInstanceInformation', 'ssmmessages:CreateControlChannel', 'ssmmessages:CreateDataChannel', 'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
      ],
      resources: ['*'],
    }));
    acknowledge(role.node.findChild('DefaultPolicy'), 'AwsSolutions-IAM5[Resource::*]',
      'the agent says of itself that it is there and opens channels, which have no resource level; who may start a session is decided on ssm:StartSession');
    acknowledgeInlinePolicies(role);
    return role;
  }
}

function acknowledgeInstance(instance: ec2.Instance): void {
  acknowledge(instance, ['AwsSolutions-EC28', 'EC2InstanceDetailedMonitoringEnabled'], 'a way in for operators, without load or data: its status is seen where it is used, detailed metrics would tell nobody anything');
  acknowledge(instance, 'AwsSolutions-EC29', 'nothing is kept on it and the code makes it anew; protection would stop the deletion of its stack');
}
