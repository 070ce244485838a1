package com.example.tour;

import io.github.cdkpatternbook.IAlertTopic;
import software.amazon.awscdk.services.sns.ITopic;

/** Whoever the user tells about alarms. */
final class OwnTopic implements IAlertTopic {
  private final ITopic topic;

  OwnTopic(final ITopic topic) {
    this.topic = topic;
  }

  @Override
  public ITopic getTopic() {
    return topic;
  }
}
