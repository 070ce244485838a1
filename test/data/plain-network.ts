// A network of plain CDK parts, so that the tests of the data floor hold whatever the network floor does.
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import { IAppNetwork, PrivatePostgres, PrivatePostgresOptions } from '../../src';
import { inProfile, testApp } from '../harness';

/** A VPC of three tiers in two zones, and a record of who asked for which service. */
export class PlainNetwork implements IAppNetwork {
  public readonly vpc: ec2.Vpc;
  public readonly publicSubnets = { subnetGroupName: 'Public' };
  public readonly appSubnets = { subnetGroupName: 'App' };
  public readonly dataSubnets: ec2.SubnetSelection = { subnetGroupName: 'Data' };
  public readonly internetEgress = true;
  public readonly endpointServices: string[] = [];
  public readonly required: string[] = [];

  constructor(stack: Stack) {
    this.vpc = new ec2.Vpc(stack, 'Vpc', {
      maxAzs: 2,
      natGateways: 1,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC },
        { name: 'App', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
        { name: 'Data', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      ],
    });
  }

  public requires(service: ec2.InterfaceVpcEndpointAwsService, by: IConstruct): void {
    this.required.push(`${service.shortName} by ${by.node.path}`);
  }
}

/** A stack with a database in a network of its own. */
export function databaseStack(options: PrivatePostgresOptions = {}, profile: 'dev' | 'staging' | 'prod' = 'prod', app: App = testApp(inProfile(profile))) {
  const stack = new Stack(app, 'Stack');
  const network = new PlainNetwork(stack);
  return { app, stack, network, database: new PrivatePostgres(stack, 'Database', { network, ...options }) };
}
