package org.kiln.core.extension;

import java.util.List;

/** Ends subscriptions. */
public final class Subscriptions {
  private Subscriptions() {}

  /** Ends all of them. */
  public static void close(List<AutoCloseable> subscriptions) {
    for (AutoCloseable subscription : subscriptions) {
      try {
        subscription.close();
      } catch (Exception e) {
        throw new IllegalStateException("A subscription could not be ended", e);
      }
    }
  }
}
