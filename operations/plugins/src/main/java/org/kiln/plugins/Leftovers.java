package org.kiln.plugins;

import java.util.List;
import org.osgi.framework.Bundle;

/** What a plugin leaves behind when it ends. */
final class Leftovers {
  private Leftovers() {}

  /** Warns of what a bundle left, if it does not run any more. */
  static List<String> of(Bundle bundle) {
    return bundle.getState() == Bundle.ACTIVE ? List.of() : of(bundle.getBundleId());
  }

  /** Warns of what the bundle of that number left. */
  static List<String> of(long bundleId) {
    List<String> left = Bundles.threadsLeft(bundleId);
    return left.isEmpty()
        ? List.of()
        : List.of(
            "Threads it began still run and hold its classes: "
                + String.join(", ", left)
                + ". Its author should end them when the plugin stops.");
  }
}
