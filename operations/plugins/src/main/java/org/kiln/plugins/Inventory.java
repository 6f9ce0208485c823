package org.kiln.plugins;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.kiln.plugins.PluginException.Reason;
import org.kiln.plugins.Record.Kept;
import org.osgi.framework.Bundle;

/** What is known of a plugin that is there, and where the jars of its versions lie. Thread-safe. */
final class Inventory {
  private final PluginDirectory shelf;
  private final Shipped shipped;

  Inventory(PluginDirectory shelf, Shipped shipped) {
    this.shelf = shelf;
    this.shipped = shipped;
  }

  /** What is remembered of it; of a bundle nobody has touched, how it came with the node. */
  Record of(Bundle bundle) {
    String name = bundle.getSymbolicName();
    return shelf
        .find(name)
        .orElseGet(
            () ->
                new Record(
                    name,
                    Bundles.shipped(bundle),
                    false,
                    true,
                    Optional.empty(),
                    List.of(),
                    bundle.getLastModified(),
                    shipped.sha256(name)));
  }

  /** The jar of a version, which may be the one that came with the node. */
  Path jar(String name, Kept kept) throws PluginException, IOException {
    return kept.sha256().equals(Kept.SHIPPED)
        ? shipped
            .jar(name)
            .orElseThrow(
                () ->
                    new PluginException(
                        Reason.CONFLICT, name + " does not come with this release of the node."))
        : shelf.whole(kept.sha256());
  }
}
