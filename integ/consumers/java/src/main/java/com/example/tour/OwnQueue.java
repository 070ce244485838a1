package com.example.tour;

import io.github.cdkpatternbook.IWorkQueue;
import software.amazon.awscdk.services.sqs.IQueue;

/** A queue of the user's own. */
final class OwnQueue implements IWorkQueue {
  private final IQueue queue;

  OwnQueue(final IQueue queue) {
    this.queue = queue;
  }

  @Override
  public IQueue getQueue() {
    return queue;
  }
}
