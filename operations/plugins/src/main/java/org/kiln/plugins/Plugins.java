package org.kiln.plugins;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.ipld.Ipld;
import org.kiln.plugins.PluginException.Reason;
import org.kiln.plugins.Record.Kept;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Version;

/**
 * Changes plugins, one operation at a time. Whatever goes wrong on the way, the plugin ends as it
 * was or as it was to be, and the history says which. Thread-safe.
 */
final class Plugins {
  private final Bundles bundles;
  private final PluginDirectory shelf;
  private final Shipped shipped;
  private final Inventory inventory;
  private final Admission admission;
  private final Swap swap;
  private final Offers offers;
  private final Gate gate;
  private final Dependants dependants;
  private final History history;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile Optional<String> underWay = Optional.empty();

  Plugins(
      Bundles bundles,
      PluginDirectory shelf,
      Shipped shipped,
      Inventory inventory,
      Admission admission,
      Swap swap,
      Offers offers,
      Gate gate,
      Dependants dependants,
      History history) {
    this.bundles = bundles;
    this.shelf = shelf;
    this.shipped = shipped;
    this.inventory = inventory;
    this.admission = admission;
    this.swap = swap;
    this.offers = offers;
    this.gate = gate;
    this.dependants = dependants;
    this.history = history;
  }

  /** What became of an operation, as a sentence, with things worth a look. */
  record Outcome(String name, String sentence, List<String> warnings) {}

  /** Part of an operation that may fail in any way. */
  private interface Work {
    Outcome run() throws PluginException, BundleException, IOException;
  }

  private Outcome inTurn(Operation operation, String name, Work work) throws PluginException {
    if (!turn.tryLock()) {
      throw new PluginException(
          Reason.BUSY, "Wait until this is done: " + underWay.orElse("another operation") + ".");
    }
    underWay = Optional.of(operation.verb() + " of " + name);
    try {
      Outcome outcome = work.run();
      history.add(operation, outcome.name(), "done", outcome.sentence());
      return outcome;
    } catch (PluginException e) {
      history.add(operation, name, e.reason().code(), e.getMessage());
      throw e;
    } catch (BundleException | RuntimeException | LinkageError e) {
      PluginException failed = new PluginException(Reason.FAILED, Bundles.rootSentence(e));
      history.add(operation, name, failed.reason().code(), failed.getMessage());
      throw failed;
    } catch (IOException e) {
      throw new PluginException(
          Reason.STORAGE, "The plugins' directory cannot be used: " + e.getMessage());
    } finally {
      underWay = Optional.empty();
      turn.unlock();
    }
  }

  /** What is being done now. */
  Optional<String> underWay() {
    return underWay;
  }

  /**
   * Installs a plugin, or upgrades the one of that name.
   *
   * @param wanted the name it must have, empty for any
   * @param sha256 the hash it must have, empty for any
   * @param how what kind of taking it is
   */
  Outcome take(Path file, String wanted, String sha256, Taking how, Operation operation)
      throws PluginException {
    Jar jar;
    try {
      jar = Jar.read(file);
    } catch (PluginException e) {
      history.add(operation, wanted, e.reason().code(), e.getMessage());
      throw e;
    }
    String name = jar.symbolicName();
    return inTurn(
        operation,
        name,
        () -> {
          if (!wanted.isEmpty() && !wanted.equals(name)) {
            throw new PluginException(
                Reason.REFUSED, "The jar is " + name + ", not " + wanted + ".");
          }
          Optional<Bundle> present = bundles.find(name);
          if (present.isPresent() && !how.upgrade()) {
            throw new PluginException(
                Reason.CONFLICT,
                name
                    + " "
                    + present.get().getVersion()
                    + " is installed already. Upgrade it instead.");
          }
          if (present.isEmpty() && how.upgrade() && !how.dropIn()) {
            throw unknown(name);
          }
          admission.checkHash(jar, sha256);
          List<PluginException> objections = objections(jar, how.drop());
          if (!objections.isEmpty()) {
            throw joined(objections);
          }
          return present.isPresent()
              ? upgrade(present.get(), jar, how.drop())
              : install(jar, how.dropIn());
        });
  }

  /**
   * How a jar is taken.
   *
   * @param upgrade whether to replace a plugin that is there
   * @param dropIn whether it lies in the drop-in folder
   * @param drop whether what the new version does not serve any more is meant to go
   */
  record Taking(boolean upgrade, boolean dropIn, boolean drop) {
    static final Taking INSTALL = new Taking(false, false, false);
    static final Taking DROP_IN = new Taking(true, true, false);
  }

  /**
   * What speaks against a jar, before anything is touched: what a check says, and what the
   * operation itself would say.
   *
   * @param drop whether what the new version does not serve any more is meant to go
   */
  List<PluginException> objections(Jar jar, boolean drop) throws PluginException {
    List<PluginException> found = new ArrayList<>();
    for (String problem : admission.problems(jar)) {
      found.add(new PluginException(Reason.REFUSED, problem));
    }
    Bundle present = bundles.find(jar.symbolicName()).orElse(null);
    if (present == null || shipped.fixed(jar.symbolicName()).isPresent()) {
      return found;
    }
    try {
      bundles.refuseStuck(jar.symbolicName());
    } catch (PluginException e) {
      found.add(e);
    }
    if (now(inventory.of(present), present).sha256().equals(jar.sha256())) {
      found.add(
          new PluginException(
              Reason.CONFLICT,
              "This very jar of " + jar.symbolicName() + " is installed already."));
    } else if (!drop) {
      for (Offer offer : offers.of(present)) {
        if (!jar.mayServe(offer)) {
          found.add(new PluginException(Reason.CONFLICT, Gate.lost(offer)));
        }
      }
    }
    return found;
  }

  /** What serves now, and whether a jar does not say that it still will: only its run will show. */
  List<String> openQuestions(Jar jar) {
    List<String> open = new ArrayList<>();
    bundles
        .find(jar.symbolicName())
        .ifPresent(
            bundle ->
                offers.of(bundle).stream()
                    .filter(offer -> !jar.declared().contains(offer) && jar.mayServe(offer))
                    .forEach(
                        offer ->
                            open.add(
                                "Whether it still serves "
                                    + offer.words()
                                    + " shows when it runs; if not, the upgrade is taken back"
                                    + " unless that is meant (--drop).")));
    return open;
  }

  private static PluginException joined(List<PluginException> objections) {
    return objections.size() == 1
        ? objections.get(0)
        : new PluginException(
            objections.get(0).reason(),
            String.join(" ", objections.stream().map(PluginException::getMessage).toList()));
  }

  private static Kept now(Record record, Bundle bundle) {
    return record.current().orElse(new Kept(Kept.SHIPPED, bundle.getVersion().toString()));
  }

  /** Installs or upgrades what lies in the drop-in folder; the very same jar is left alone. */
  void takeDropIn(Path file, Operation operation) throws PluginException {
    Jar jar = Jar.read(file);
    boolean same =
        shelf
            .find(jar.symbolicName())
            .flatMap(Record::current)
            .filter(kept -> kept.sha256().equals(jar.sha256()))
            .isPresent();
    if (!same) {
      take(file, "", "", Taking.DROP_IN, operation);
    }
  }

  private Outcome install(Jar jar, boolean dropIn)
      throws PluginException, BundleException, IOException {
    String name = jar.symbolicName();
    Path kept = shelf.keep(jar);
    shelf.begin(Ipld.map("operation", Ipld.of("install"), "name", Ipld.of(name)));
    Bundle bundle = bundles.install(name, kept);
    try {
      bundles.start(bundle);
      gate.pass(bundle, Gate.ANYTHING);
    } catch (PluginException e) {
      bundles.removeQuietly(bundle);
      shelf.remove(name);
      throw new PluginException(
          e.reason(),
          e.getMessage() + (bundles.stuck(name) ? " That removes it." : " It was removed again."));
    }
    shelf.put(
        new Record(
            name,
            false,
            dropIn,
            true,
            Optional.of(kept(jar)),
            List.of(),
            bundle.getLastModified(),
            ""));
    return new Outcome(
        name, name + " " + jar.version() + " runs: it serves " + words(bundle) + ".", List.of());
  }

  private static Kept kept(Jar jar) {
    return new Kept(jar.sha256(), jar.version().toString());
  }

  private Outcome upgrade(Bundle bundle, Jar jar, boolean drop)
      throws PluginException, BundleException, IOException {
    Record before = inventory.of(bundle);
    Kept old = now(before, bundle);
    Version from = bundle.getVersion();
    Path content = shelf.keep(jar);
    List<Kept> kept = new ArrayList<>(before.kept());
    kept.removeIf(k -> k.sha256().equals(jar.sha256()) || k.sha256().equals(old.sha256()));
    kept.add(0, old);
    List<String> warnings = swap.to(content, bundle, before, drop);
    shelf.put(before.with(Optional.of(kept(jar)), kept, bundle.getLastModified()));
    return new Outcome(
        before.name(),
        before.name()
            + " went from "
            + from
            + " to "
            + jar.version()
            + (before.running() ? " and serves " + words(bundle) : " and stays stopped")
            + ".",
        warnings);
  }

  /** Goes back to the jar before. */
  Outcome rollBack(String name, Operation operation) throws PluginException {
    return inTurn(
        operation,
        name,
        () -> {
          Bundle bundle = require(name);
          Record before = inventory.of(bundle);
          if (before.kept().isEmpty()) {
            throw new PluginException(
                Reason.CONFLICT, "No earlier version of " + name + " is kept.");
          }
          Kept target = before.kept().get(0);
          Version from = bundle.getVersion();
          List<String> warnings = swap.to(inventory.jar(name, target), bundle, before, true);
          List<Kept> rest = new ArrayList<>(before.kept().subList(1, before.kept().size()));
          before.current().ifPresent(rest::add);
          shelf.put(
              before.with(
                  target.sha256().equals(Kept.SHIPPED) ? Optional.empty() : Optional.of(target),
                  rest,
                  bundle.getLastModified()));
          return new Outcome(
              name,
              name + " went back from " + from + " to " + bundle.getVersion() + ".",
              warnings);
        });
  }

  /** Starts a plugin that was stopped. */
  Outcome start(String name, Operation operation) throws PluginException {
    return inTurn(
        operation,
        name,
        () -> {
          Bundle bundle = require(name);
          if (bundle.getState() == Bundle.ACTIVE) {
            throw new PluginException(Reason.CONFLICT, name + " runs already.");
          }
          try {
            bundles.start(bundle);
            gate.pass(bundle, Gate.ANYTHING);
          } catch (PluginException e) {
            if (!bundles.stuck(name)) {
              bundles.stop(bundle);
            }
            throw e;
          }
          if (Bundles.shipped(bundle)) {
            bundle.start(Bundle.START_ACTIVATION_POLICY);
          }
          shelf.put(inventory.of(bundle).running(true));
          return new Outcome(name, name + " runs: it serves " + words(bundle) + ".", List.of());
        });
  }

  /** Stops a plugin until somebody starts it again. */
  Outcome stop(String name, Operation operation) throws PluginException {
    return inTurn(
        operation,
        name,
        () -> {
          Bundle bundle = require(name);
          if (bundle.getState() != Bundle.ACTIVE) {
            throw new PluginException(Reason.CONFLICT, name + " does not run.");
          }
          refuseUsed(bundle, "stopped");
          String served = words(bundle);
          List<String> warnings = new ArrayList<>(bundles.stopForGood(bundle));
          shelf.put(inventory.of(bundle).running(false));
          warnings.addAll(Leftovers.of(bundle));
          return new Outcome(
              name,
              name + " is stopped. Until it is started again nothing serves " + served + ".",
              warnings);
        });
  }

  /**
   * Removes a plugin and all its jars.
   *
   * @param known whether it is known that streams may depend on it
   * @throws PluginException HAS_STREAMS when some do and it is not
   */
  Outcome uninstall(String name, boolean known, Operation operation) throws PluginException {
    return inTurn(
        operation,
        name,
        () -> {
          Bundle bundle = known(name);
          if (Bundles.shipped(bundle)) {
            throw new PluginException(
                Reason.CONFLICT,
                name
                    + " comes with the node and would be back at its next start. Stop it instead.");
          }
          refuseUsed(bundle, "removed");
          if (!known) {
            dependants.refuse(name, served(bundle), "removed");
          }
          long id = bundle.getBundleId();
          List<String> warnings = new ArrayList<>(bundles.uninstall(bundle));
          shelf.remove(name);
          warnings.addAll(Leftovers.of(id));
          return new Outcome(name, name + " is gone.", warnings);
        });
  }

  /** What it serves, or would serve if it ran, as far as its jar tells. */
  private SortedSet<Offer> served(Bundle bundle) throws PluginException {
    SortedSet<Offer> served = new TreeSet<>(offers.of(bundle));
    Record record = inventory.of(bundle);
    if (record.current().isPresent()) {
      served.addAll(Jar.read(shelf.jar(record.current().get().sha256())).declared());
    }
    return served;
  }

  private Bundle require(String name) throws PluginException {
    Bundle bundle = known(name);
    bundles.refuseStuck(name);
    return bundle;
  }

  private Bundle known(String name) throws PluginException {
    Bundle bundle = bundles.find(name).orElseThrow(() -> unknown(name));
    Optional<String> fixed = shipped.fixed(name);
    if (fixed.isPresent()) {
      throw new PluginException(Reason.CONFLICT, fixed.get());
    }
    return bundle;
  }

  private static PluginException unknown(String name) {
    return new PluginException(Reason.UNKNOWN, "There is no plugin called " + name + ".");
  }

  private void refuseUsed(Bundle bundle, String done) throws PluginException {
    Set<String> users = new TreeSet<>();
    for (String user : Bundles.users(bundle)) {
      if (bundles.find(user).filter(b -> b.getState() == Bundle.ACTIVE).isPresent()) {
        users.add(user);
      }
    }
    users.remove(bundle.getSymbolicName());
    if (!users.isEmpty()) {
      throw new PluginException(
          Reason.CONFLICT,
          bundle.getSymbolicName()
              + " cannot be "
              + done
              + " while its classes are used by "
              + String.join(", ", users)
              + ". Stop these first.");
    }
  }

  private String words(Bundle bundle) {
    List<String> words = offers.of(bundle).stream().map(Offer::words).toList();
    return switch (words.size()) {
      case 0 -> "nothing the node knows by name";
      case 1, 2, 3 -> String.join(", ", words);
      default -> words.get(0) + " and " + (words.size() - 1) + " more";
    };
  }

  /** When the node is up: starts the plugins, each within bounds. */
  void startAll() {
    List<Record> waiting =
        new ArrayList<>(shelf.all().stream().filter(r -> !r.shipped() && r.running()).toList());
    for (Record record : waiting) {
      Bundle bundle = bundles.find(record.name()).orElse(null);
      if (bundle == null || bundle.getState() == Bundle.ACTIVE) {
        continue;
      }
      turn.lock();
      try {
        bundles.start(bundle);
      } catch (PluginException e) {
        history.add(
            new Operation("start", "node"), record.name(), e.reason().code(), e.getMessage());
      } finally {
        turn.unlock();
      }
    }
  }
}
