package org.kiln.plugins;

import java.io.IOException;
import java.util.Optional;
import org.kiln.plugins.Record.Kept;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings plugins back as they were, whatever the node went down in the middle of. */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final Bundles bundles;
  private final PluginDirectory shelf;
  private final Shipped shipped;
  private final Inventory inventory;
  private final History history;

  Recovery(
      Bundles bundles,
      PluginDirectory shelf,
      Shipped shipped,
      Inventory inventory,
      History history) {
    this.bundles = bundles;
    this.shelf = shelf;
    this.shipped = shipped;
    this.inventory = inventory;
    this.history = history;
  }

  /**
   * Before anything starts: brings the framework in line with what is remembered, and undoes what
   * was cut short.
   */
  void run() throws IOException {
    Optional<String> cutShort = shelf.pending().flatMap(p -> p.text("name"));
    for (Bundle bundle : bundles.all()) {
      if (bundle.getLocation().startsWith(Bundles.INSTALLED)
          && shelf.find(bundle.getSymbolicName()).isEmpty()) {
        bundles.removeQuietly(bundle);
      }
    }
    for (Record record : shelf.all()) {
      try {
        reconcile(record, cutShort.filter(record.name()::equals).isPresent());
      } catch (PluginException | BundleException | IOException | RuntimeException e) {
        LOG.warn("{} is not as it was: {}", record.name(), e.getMessage());
      }
    }
    if (cutShort.isPresent()) {
      undo(cutShort.get());
    }
  }

  /** Ends a change that was cut short; where there is a record, it was followed already. */
  private void undo(String name) throws IOException {
    if (shelf.find(name).isEmpty()) {
      Optional<Bundle> bundle = bundles.find(name).filter(Bundles::shipped);
      if (bundle.isPresent() && shipped.jar(name).isPresent()) {
        try {
          bundles.update(bundle.get(), shipped.jar(name).get());
        } catch (BundleException e) {
          LOG.warn("{} is not as it was: {}", name, e.getMessage());
        }
      }
    }
    history.add(
        new Operation("recovery", "node"),
        name,
        "rolled-back",
        "The node went down in the middle of a change of " + name + "; it is as it was before.");
    shelf.end();
  }

  private void reconcile(Record record, boolean cutShort)
      throws PluginException, BundleException, IOException {
    String name = record.name();
    Bundle bundle = bundles.find(name).orElse(null);
    if (record.shipped()) {
      if (bundle == null) {
        shelf.remove(name);
        return;
      }
      if (record.current().isPresent() && !record.shippedSha256().equals(shipped.sha256(name))) {
        shelf.remove(name);
        history.add(
            new Operation("recovery", "node"),
            name,
            "done",
            "This release of the node brings another "
                + name
                + ", "
                + bundle.getVersion()
                + ", which takes the place of the one you installed.");
        return;
      }
    }
    boolean ours = bundle != null && bundle.getLastModified() == record.modified();
    if (bundle == null) {
      bundle = bundles.install(name, shelf.whole(record.current().orElseThrow().sha256()));
    } else if (record.current().isPresent() && (cutShort || !ours)) {
      bundles.update(bundle, shelf.whole(record.current().get().sha256()));
    } else if (record.shipped() && cutShort) {
      bundles.update(bundle, inventory.jar(name, new Kept(Kept.SHIPPED, "")));
    }
    if (!record.running() && record.shipped()) {
      bundles.stopForGood(bundle);
    }
    shelf.put(record.with(record.current(), record.kept(), bundle.getLastModified()));
  }
}
