package com.example.tour;

import io.github.cdkpatternbook.IAppNetwork;
import io.github.cdkpatternbook.IContainerCluster;
import software.amazon.awscdk.services.ecs.ICluster;

/** A cluster of the user's own. */
final class OwnCluster implements IContainerCluster {
  private final ICluster cluster;
  private final IAppNetwork network;

  OwnCluster(final ICluster cluster, final IAppNetwork network) {
    this.cluster = cluster;
    this.network = network;
  }

  @Override
  public ICluster getCluster() {
    return cluster;
  }

  @Override
  public IAppNetwork getNetwork() {
    return network;
  }
}
