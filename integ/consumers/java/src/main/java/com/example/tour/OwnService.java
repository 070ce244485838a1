package com.example.tour;

import io.github.cdkpatternbook.IPrivateService;
import java.util.List;
import software.amazon.awscdk.services.ec2.Connections;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.constructs.Construct;

/** A service of the user's own. */
final class OwnService extends Construct implements IPrivateService {
  private final Connections connections;

  OwnService(final Construct scope, final String id, final IVpc vpc) {
    super(scope, id);
    connections = Connections.Builder.create()
        .securityGroups(List.of(SecurityGroup.Builder.create(this, "SecurityGroup").vpc(vpc).build()))
        .defaultPort(Port.tcp(9000))
        .build();
  }

  @Override
  public Connections getConnections() {
    return connections;
  }

  @Override
  public String getHostName() {
    return "own.internal";
  }

  @Override
  public Number getPort() {
    return 9000;
  }

  @Override
  public String getPrivateUrl() {
    return "http://own.internal:9000";
  }
}
