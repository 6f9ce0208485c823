package org.kiln.plugins;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.kiln.api.ipld.Ipld;
import org.kiln.plugins.PluginException.Reason;
import org.kiln.plugins.Record.Kept;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Swaps the content of bundles; when the new one is not well, the old one is put back. */
final class Swap {
  private static final Logger LOG = LoggerFactory.getLogger(Swap.class);

  private final Bundles bundles;
  private final PluginDirectory shelf;
  private final Inventory inventory;
  private final Offers offers;
  private final Gate gate;

  Swap(Bundles bundles, PluginDirectory shelf, Inventory inventory, Offers offers, Gate gate) {
    this.bundles = bundles;
    this.shelf = shelf;
    this.inventory = inventory;
    this.offers = offers;
    this.gate = gate;
  }

  /**
   * Replaces the content of a bundle that is as the record says. The new record is the caller's to
   * put down.
   *
   * @param drop whether what is not served any more is meant to go
   * @return what is worth a look
   * @throws PluginException with {@link Reason#ROLLED_BACK} when the old content runs again
   */
  List<String> to(Path content, Bundle bundle, Record before, boolean drop)
      throws PluginException, BundleException, IOException {
    String name = before.name();
    bundles.refuseStuck(name);
    boolean running = bundle.getState() == Bundle.ACTIVE;
    SortedSet<Offer> expected = running ? offers.of(bundle) : new TreeSet<>();
    Path old =
        inventory.jar(
            name, before.current().orElse(new Kept(Kept.SHIPPED, bundle.getVersion().toString())));
    shelf.begin(Ipld.map("operation", Ipld.of("swap"), "name", Ipld.of(name)));
    try {
      bundles.stop(bundle);
      bundles.update(bundle, content);
      if (running) {
        bundles.start(bundle);
        gate.pass(bundle, drop ? Gate.ANYTHING : expected);
      }
      List<String> warnings = new ArrayList<>(Leftovers.of(bundle));
      if (running) {
        expected.removeAll(offers.of(bundle));
        expected.forEach(
            offer -> warnings.add("It does not serve " + offer.words() + " any more."));
      }
      return warnings;
    } catch (PluginException | BundleException | IOException | RuntimeException e) {
      throw putBack(bundle, old, running, expected, e);
    }
  }

  private PluginException putBack(
      Bundle bundle, Path old, boolean running, SortedSet<Offer> expected, Exception cause)
      throws IOException {
    String name = bundle.getSymbolicName();
    String why =
        cause instanceof PluginException ? cause.getMessage() : Bundles.rootSentence(cause) + ".";
    if (bundles.stuck(name)) {
      return new PluginException(
          Reason.FAILED, why + " The version before it comes back with the next start.");
    }
    try {
      bundles.stop(bundle);
      bundles.update(bundle, old);
      if (running) {
        bundles.start(bundle);
        gate.pass(bundle, expected);
      }
    } catch (PluginException | BundleException e) {
      shelf.end();
      return new PluginException(
          Reason.FAILED,
          why + " The version before it was put back, but is not well either: " + e.getMessage());
    }
    shelf
        .find(name)
        .ifPresent(
            record -> {
              try {
                shelf.put(record.with(record.current(), record.kept(), bundle.getLastModified()));
              } catch (IOException e) {
                LOG.warn("What is known of {} could not be written: {}", name, e.getMessage());
              }
            });
    shelf.end();
    return new PluginException(
        Reason.ROLLED_BACK, why + " Version " + bundle.getVersion() + " is back and well.");
  }
}
