package com.example.tour;

import io.github.cdkpatternbook.AppNetwork;
import io.github.cdkpatternbook.Egress;
import io.github.cdkpatternbook.EnvironmentProfile;
import io.github.cdkpatternbook.ExistingVpcOptions;
import io.github.cdkpatternbook.IAppNetwork;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.NatProvider;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ec2.VpcAttributes;

/** The network: its every choice, ways out, and one that exists. */
final class NetworkTour {

  static IAppNetwork networkTour(App app, EnvironmentProfile profile) {
    Stack stack = new Stack(app, "Network");
    AppNetwork network =
        AppNetwork.Builder.create(stack, "Network")
            .profile(profile)
            .cidr("10.20.0.0/16")
            .publicCidrs(List.of("10.20.0.0/24", "10.20.1.0/24"))
            .appCidrs(List.of("10.20.16.0/20", "10.20.32.0/20"))
            .dataCidrs(List.of("10.20.2.0/24", "10.20.3.0/24"))
            .egress(Egress.natProvider(NatProvider.gateway()))
            .interfaceEndpoints(List.of(InterfaceVpcEndpointAwsService.KMS))
            .flowLogs(true)
            .restrictDefaultSecurityGroup(false)
            .build();
    network.requires(InterfaceVpcEndpointAwsService.SQS, stack);
    Readings read = new Readings(stack);
    read.text("VpcId", network.getVpc().getVpcId());
    read.text("PublicSubnet", network.getPublicSubnets().getSubnetGroupName());
    read.text("AppSubnet", network.getAppSubnets().getSubnetGroupName());
    read.text("DataSubnet", network.getDataSubnets().getSubnetGroupName());
    read.text("Endpoints", String.join(",", network.getEndpointServices()));
    read.truth("InternetEgress", network.getInternetEgress());

    // the ways out
    AppNetwork.Builder.create(stack, "PerZone").profile(profile).egress(Egress.natPerAz()).build();
    AppNetwork.Builder.create(stack, "Single")
        .profile(profile)
        .maxAzs(4)
        .egress(Egress.singleNat())
        .build();
    AppNetwork.Builder.create(stack, "Regional")
        .profile(profile)
        .egress(Egress.regionalNat())
        .build();
    AppNetwork closed =
        AppNetwork.Builder.create(stack, "Closed")
            .profile(profile)
            .egress(Egress.endpointsOnly())
            .build();
    closed.requires(InterfaceVpcEndpointAwsService.SQS, stack);
    read.truth("ClosedIsOpen", Egress.endpointsOnly().getInternet());

    // one that exists
    IVpc vpc =
        Vpc.fromVpcAttributes(
            stack,
            "ExistingVpc",
            VpcAttributes.builder()
                .vpcId("vpc-0123456789abcdef0")
                .vpcCidrBlock("10.40.0.0/16")
                .availabilityZones(List.of("eu-south-1a", "eu-south-1b"))
                .publicSubnetIds(List.of("subnet-public-a", "subnet-public-b"))
                .privateSubnetIds(List.of("subnet-app-a", "subnet-app-b"))
                .isolatedSubnetIds(List.of("subnet-data-a", "subnet-data-b"))
                .build());
    IAppNetwork existing =
        AppNetwork.fromVpc(
            vpc,
            ExistingVpcOptions.builder()
                .publicSubnets(SubnetSelection.builder().subnetType(SubnetType.PUBLIC).build())
                .appSubnets(
                    SubnetSelection.builder().subnetType(SubnetType.PRIVATE_WITH_EGRESS).build())
                .dataSubnets(
                    SubnetSelection.builder().subnetType(SubnetType.PRIVATE_ISOLATED).build())
                .internetEgress(false)
                .interfaceEndpoints(List.of(InterfaceVpcEndpointAwsService.SQS))
                .build());
    existing.requires(InterfaceVpcEndpointAwsService.SQS, stack);
    read.text("ExistingVpcId", existing.getVpc().getVpcId());
    return network;
  }

  private NetworkTour() {}
}
