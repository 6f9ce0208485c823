package org.kiln.streams;

import java.util.List;

/** Ends subscriptions. */
final class Subscriptions {
  private Subscriptions() {}

  static void close(List<AutoCloseable> subscriptions) {
    for (AutoCloseable subscription : subscriptions) {
      try {
        subscription.close();
      } catch (Exception e) {
        throw new IllegalStateException("A subscription could not be ended", e);
      }
    }
  }
}
