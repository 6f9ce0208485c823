package org.kiln.plugins;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes plugins, one operation at a time. Whatever goes wrong on the way, the plugin ends as it
 * was or as it was to be, and the history says which. Thread-safe.
 */
final class Plugins {
  private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);
  private static final SortedSet<Offer> ANYTHING = new TreeSet<>();

  private final Bundles bundles;
  private final Shelf shelf;
  private final Shipped shipped;
  private final StaticChecks checks;
  private final Needs needs;
  private final Offers offers;
  private final Gate gate;
  private final InstantSource clock;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile Optional<String> underWay = Optional.empty();

  Plugins(
      Bundles bundles,
      Shelf shelf,
      Shipped shipped,
      StaticChecks checks,
      Needs needs,
      Offers offers,
      Gate gate,
      InstantSource clock) {
    this.bundles = bundles;
    this.shelf = shelf;
    this.shipped = shipped;
    this.checks = checks;
    this.needs = needs;
    this.offers = offers;
    this.gate = gate;
    this.clock = clock;
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
      record(operation, outcome.name(), "done", outcome.sentence());
      return outcome;
    } catch (PluginException e) {
      record(operation, name, e.reason().code(), e.getMessage());
      throw e;
    } catch (BundleException | RuntimeException | LinkageError e) {
      PluginException failed = new PluginException(Reason.FAILED, Bundles.rootSentence(e));
      record(operation, name, failed.reason().code(), failed.getMessage());
      throw failed;
    } catch (IOException e) {
      throw new PluginException(
          Reason.STORAGE, "The plugins' directory cannot be used: " + e.getMessage());
    } finally {
      underWay = Optional.empty();
      turn.unlock();
    }
  }

  private void record(Operation operation, String name, String outcome, String sentence) {
    LOG.info("{} of {}: {}: {}", operation.verb(), name, outcome, sentence);
    shelf.record(
        Ipld.map(
            "at", Ipld.of(clock.instant().truncatedTo(ChronoUnit.MILLIS).toString()),
            "who", Ipld.of(operation.who()),
            "operation", Ipld.of(operation.verb()),
            "name", Ipld.of(name),
            "outcome", Ipld.of(outcome),
            "message", Ipld.of(sentence)));
  }

  /** What is being done now. */
  Optional<String> underWay() {
    return underWay;
  }

  /** The reasons that speak against a jar; nothing is touched. */
  List<String> problems(Jar jar) throws PluginException {
    try {
      List<String> problems =
          new ArrayList<>(checks.problems(jar, shipped.has(jar.symbolicName())));
      shipped.fixed(jar.symbolicName()).ifPresent(problems::add);
      if (problems.isEmpty()) {
        problems.addAll(needs.missing(jar));
      }
      if (problems.isEmpty()) {
        String clash =
            offers.clash(jar.declared(), jar.symbolicName(), shipped.has(jar.symbolicName()));
        if (clash != null) {
          problems.add(clash);
        }
      }
      return problems;
    } catch (IOException e) {
      throw new PluginException(Reason.STORAGE, e.getMessage());
    }
  }

  private void check(Jar jar, String sha256) throws PluginException {
    if (!sha256.isEmpty() && !sha256.equalsIgnoreCase(jar.sha256())) {
      throw new PluginException(
          Reason.REFUSED,
          "The jar that came has the SHA-256 "
              + jar.sha256()
              + ", not the one that was named. Something changed it on the way: fetch it again.");
    }
    List<String> problems = problems(jar);
    if (!problems.isEmpty()) {
      throw new PluginException(Reason.REFUSED, String.join(" ", problems));
    }
  }

  /**
   * Installs a plugin, or upgrades the one of that name.
   *
   * @param wanted the name it must have, empty for any
   * @param sha256 the hash it must have, empty for any
   * @param upgrade whether to replace a plugin that is there
   */
  Outcome take(
      Path file, String wanted, String sha256, boolean upgrade, boolean dropIn, Operation operation)
      throws PluginException {
    Jar jar;
    try {
      jar = Jar.read(file);
    } catch (PluginException e) {
      record(operation, wanted, e.reason().code(), e.getMessage());
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
          if (present.isPresent() && !upgrade) {
            throw new PluginException(
                Reason.CONFLICT,
                name
                    + " "
                    + present.get().getVersion()
                    + " is installed already. Upgrade it instead.");
          }
          if (present.isEmpty() && upgrade && !dropIn) {
            throw unknown(name);
          }
          check(jar, sha256);
          return present.isPresent() ? upgrade(present.get(), jar) : install(jar, dropIn);
        });
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
      take(file, "", "", true, true, operation);
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
      gate.pass(bundle, ANYTHING);
    } catch (PluginException e) {
      removeQuietly(bundle);
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

  private void removeQuietly(Bundle bundle) {
    try {
      if (!bundles.stuck(bundle.getSymbolicName())) {
        bundles.uninstall(bundle);
      }
    } catch (PluginException | BundleException e) {
      LOG.warn("{} could not be removed: {}", bundle.getSymbolicName(), e.getMessage());
    }
  }

  private static Kept kept(Jar jar) {
    return new Kept(jar.sha256(), jar.version().toString());
  }

  private Record recordOf(Bundle bundle) {
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

  private Outcome upgrade(Bundle bundle, Jar jar)
      throws PluginException, BundleException, IOException {
    Record before = recordOf(bundle);
    Kept old = before.current().orElse(new Kept(Kept.SHIPPED, bundle.getVersion().toString()));
    if (old.sha256().equals(jar.sha256())) {
      throw new PluginException(
          Reason.CONFLICT, "This very jar of " + before.name() + " is installed already.");
    }
    Version from = bundle.getVersion();
    Path content = shelf.keep(jar);
    List<Kept> kept = new ArrayList<>(before.kept());
    kept.removeIf(k -> k.sha256().equals(jar.sha256()) || k.sha256().equals(old.sha256()));
    kept.add(0, old);
    List<String> warnings = swap(bundle, content, before);
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
          Record before = recordOf(bundle);
          if (before.kept().isEmpty()) {
            throw new PluginException(
                Reason.CONFLICT, "No earlier version of " + name + " is kept.");
          }
          Kept target = before.kept().get(0);
          Version from = bundle.getVersion();
          List<String> warnings = swap(bundle, content(name, target), before);
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

  private Path content(String name, Kept kept) throws PluginException {
    return kept.sha256().equals(Kept.SHIPPED)
        ? shipped
            .jar(name)
            .orElseThrow(
                () ->
                    new PluginException(
                        Reason.CONFLICT, name + " does not come with this release of the node."))
        : shelf.jar(kept.sha256());
  }

  /** Replaces the content of a bundle; when the new one is not well, the old one is put back. */
  private List<String> swap(Bundle bundle, Path content, Record before)
      throws PluginException, BundleException, IOException {
    String name = before.name();
    refuseStuck(name);
    boolean running = bundle.getState() == Bundle.ACTIVE;
    SortedSet<Offer> expected = running ? offers.of(bundle) : ANYTHING;
    Path old =
        content(
            name, before.current().orElse(new Kept(Kept.SHIPPED, bundle.getVersion().toString())));
    shelf.begin(Ipld.map("operation", Ipld.of("swap"), "name", Ipld.of(name)));
    try {
      bundles.stop(bundle);
      bundles.update(bundle, content);
      if (running) {
        bundles.start(bundle);
        gate.pass(bundle, expected);
      }
      return leftovers(bundle);
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
            gate.pass(bundle, ANYTHING);
          } catch (PluginException e) {
            if (!bundles.stuck(name)) {
              bundles.stop(bundle);
            }
            throw e;
          }
          if (Bundles.shipped(bundle)) {
            bundle.start(Bundle.START_ACTIVATION_POLICY);
          }
          shelf.put(recordOf(bundle).running(true));
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
          bundles.stopForGood(bundle);
          shelf.put(recordOf(bundle).running(false));
          return new Outcome(
              name,
              name + " is stopped. Until it is started again nothing serves " + served + ".",
              leftovers(bundle));
        });
  }

  /** Removes a plugin and all its jars. */
  Outcome uninstall(String name, Operation operation) throws PluginException {
    return inTurn(
        operation,
        name,
        () -> {
          Bundle bundle = require(name);
          if (Bundles.shipped(bundle)) {
            throw new PluginException(
                Reason.CONFLICT,
                name
                    + " comes with the node and would be back at its next start. Stop it instead.");
          }
          refuseUsed(bundle, "removed");
          long id = bundle.getBundleId();
          bundles.uninstall(bundle);
          shelf.remove(name);
          return new Outcome(name, name + " is gone.", threadWarnings(id));
        });
  }

  private Bundle require(String name) throws PluginException {
    Bundle bundle = bundles.find(name).orElseThrow(() -> unknown(name));
    Optional<String> fixed = shipped.fixed(name);
    if (fixed.isPresent()) {
      throw new PluginException(Reason.CONFLICT, fixed.get());
    }
    refuseStuck(name);
    return bundle;
  }

  private void refuseStuck(String name) throws PluginException {
    if (bundles.stuck(name)) {
      throw new PluginException(
          Reason.CONFLICT, "The code of " + name + " hangs. Restart the node to be rid of it.");
    }
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

  private static List<String> leftovers(Bundle bundle) {
    return bundle.getState() == Bundle.ACTIVE ? List.of() : threadWarnings(bundle.getBundleId());
  }

  private static List<String> threadWarnings(long bundleId) {
    List<String> left = Bundles.threadsLeft(bundleId);
    return left.isEmpty()
        ? List.of()
        : List.of(
            "Threads it began still run and hold its classes: "
                + String.join(", ", left)
                + ". Its author should end them when the plugin stops.");
  }

  /**
   * Before anything starts: brings the framework in line with what is remembered, and undoes what
   * was cut short.
   */
  void reconcile() throws IOException {
    Optional<String> cutShort = shelf.pending().flatMap(p -> p.text("name"));
    for (Bundle bundle : bundles.all()) {
      if (bundle.getLocation().startsWith(Bundles.INSTALLED)
          && shelf.find(bundle.getSymbolicName()).isEmpty()) {
        removeQuietly(bundle);
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
      String name = cutShort.get();
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
      record(
          new Operation("recovery", "node"),
          name,
          "rolled-back",
          "The node went down in the middle of a change of " + name + "; it is as it was before.");
      shelf.end();
    }
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
        record(
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
      bundle = bundles.install(name, shelf.jar(record.current().orElseThrow().sha256()));
    } else if (record.current().isPresent() && (cutShort || !ours)) {
      bundles.update(bundle, shelf.jar(record.current().get().sha256()));
    } else if (record.shipped() && cutShort) {
      bundles.update(bundle, content(name, new Kept(Kept.SHIPPED, "")));
    }
    if (!record.running() && record.shipped()) {
      bundles.stopForGood(bundle);
    }
    shelf.put(record.with(record.current(), record.kept(), bundle.getLastModified()));
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
        record(new Operation("start", "node"), record.name(), e.reason().code(), e.getMessage());
      } finally {
        turn.unlock();
      }
    }
  }
}
