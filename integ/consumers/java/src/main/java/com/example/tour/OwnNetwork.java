package com.example.tour;

import io.github.cdkpatternbook.IAppNetwork;
import java.util.List;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.constructs.IConstruct;

/** A network of the user's own. */
final class OwnNetwork implements IAppNetwork {
  private final IVpc vpc;

  OwnNetwork(final IVpc vpc) {
    this.vpc = vpc;
  }

  @Override
  public IVpc getVpc() {
    return vpc;
  }

  @Override
  public SubnetSelection getPublicSubnets() {
    return SubnetSelection.builder().subnetType(SubnetType.PUBLIC).build();
  }

  @Override
  public SubnetSelection getAppSubnets() {
    return SubnetSelection.builder().subnetType(SubnetType.PRIVATE_WITH_EGRESS).build();
  }

  @Override
  public SubnetSelection getDataSubnets() {
    return SubnetSelection.builder().subnetType(SubnetType.PRIVATE_ISOLATED).build();
  }

  @Override
  public Boolean getInternetEgress() {
    return true;
  }

  @Override
  public List<String> getEndpointServices() {
    return List.of();
  }

  @Override
  public void requires(final InterfaceVpcEndpointAwsService service, final IConstruct by) { }
}
