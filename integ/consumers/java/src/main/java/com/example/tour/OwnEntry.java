package com.example.tour;

import io.github.cdkpatternbook.IWebEntry;
import io.github.cdkpatternbook.Route;
import io.github.cdkpatternbook.WebRouteProps;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationTargetGroup;
import software.amazon.awscdk.services.elasticloadbalancingv2.IApplicationListener;

/** One that adds a prefix to the ids of its routes, and leaves the rest to another. */
final class OwnEntry implements IWebEntry {
  private final IWebEntry inner;

  OwnEntry(final IWebEntry inner) {
    this.inner = inner;
  }

  @Override
  public IApplicationListener getListener() {
    return inner.getListener();
  }

  @Override
  public String getUrl() {
    return inner.getUrl();
  }

  @Override
  public String urlOf(final Route route) {
    return inner.urlOf(route);
  }

  @Override
  public ApplicationTargetGroup addRoute(final String id, final WebRouteProps props) {
    return inner.addRoute("Own" + id, props);
  }
}
