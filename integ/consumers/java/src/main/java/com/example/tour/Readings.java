package com.example.tour;

import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;

/** What a stack's blocks tell about themselves, as outputs: so that all languages are seen to read the same. */
final class Readings {
  private final Stack stack;

  Readings(final Stack stack) {
    this.stack = stack;
  }

  /** A text. */
  void text(final String name, final String value) {
    CfnOutput.Builder.create(stack, name).value(value).build();
  }

  /** A whole number. */
  void number(final String name, final Number value) {
    text(name, String.valueOf(value.longValue()));
  }

  /** Yes or no. */
  void truth(final String name, final boolean value) {
    text(name, value ? "yes" : "no");
  }
}
