package org.kiln.plugins;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kiln.plugins.PluginException.Reason;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.BundleReference;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The framework, with bounds on how long foreign code may keep it busy. Foreign code runs on
 * threads of its own; one that does not come back is interrupted, and left alone if that does not
 * help: its bundle is out of reach until the node starts again.
 */
final class Bundles {
  private static final Logger LOG = LoggerFactory.getLogger(Bundles.class);
  static final String SHIPPED = "node:";
  static final String INSTALLED = "plugin:";
  private static final int START_LEVEL = 40;
  private static final long INTERRUPTED_MS = 2_000;
  private static final long REFRESH_MS = 15_000;

  private final BundleContext context;
  private final ApiVersions api;
  private final long callMs;
  private final Set<String> stuck = ConcurrentHashMap.newKeySet();

  /** Foreign code may take that many milliseconds to start or to stop. */
  Bundles(BundleContext context, ApiVersions api, long callMs) {
    this.context = context;
    this.api = api;
    this.callMs = callMs;
  }

  /** The bundle of that name which a plugin operation is about: shipped or installed. */
  Optional<Bundle> find(String symbolicName) {
    for (Bundle bundle : context.getBundles()) {
      if (symbolicName.equals(bundle.getSymbolicName()) && bundle.getBundleId() != 0) {
        return Optional.of(bundle);
      }
    }
    return Optional.empty();
  }

  List<Bundle> all() {
    List<Bundle> all = new ArrayList<>(List.of(context.getBundles()));
    all.removeIf(bundle -> bundle.getBundleId() == 0);
    return all;
  }

  static boolean shipped(Bundle bundle) {
    return bundle.getLocation().startsWith(SHIPPED);
  }

  /** Whether its code has not come back and the node must be restarted to be rid of it. */
  boolean stuck(String symbolicName) {
    return stuck.contains(symbolicName);
  }

  /** Refuses when the code of that bundle hangs. */
  void refuseStuck(String name) throws PluginException {
    if (stuck(name)) {
      throw new PluginException(
          Reason.CONFLICT, "The code of " + name + " hangs. Restart the node to be rid of it.");
    }
  }

  Bundle install(String symbolicName, Path jar) throws BundleException, IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(jar))) {
      Bundle bundle = context.installBundle(INSTALLED + symbolicName, in);
      bundle.adapt(BundleStartLevel.class).setStartLevel(START_LEVEL);
      return bundle;
    }
  }

  /** Gives a stopped bundle other content. */
  void update(Bundle bundle, Path jar) throws BundleException, IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(jar))) {
      bundle.update(in);
    }
    refresh(bundle);
  }

  /**
   * Starts it, not persistently: what hangs at its start shall not hang the node's. What was let in
   * by an earlier release of the node, and was built for that one's API, is not started.
   */
  void start(Bundle bundle) throws PluginException {
    Optional<String> objection = api.objection(bundle);
    if (objection.isPresent()) {
      throw new PluginException(Reason.REFUSED, objection.get());
    }
    call(
        bundle,
        "start",
        () -> {
          bundle.start(Bundle.START_TRANSIENT);
          return null;
        });
  }

  /** Why a bundle that does not run is not started, if it was built for another API. */
  Optional<String> unfit(Bundle bundle) {
    return bundle.getState() == Bundle.ACTIVE ? Optional.empty() : api.objection(bundle);
  }

  void stop(Bundle bundle) throws PluginException {
    if (bundle.getState() != Bundle.ACTIVE && bundle.getState() != Bundle.STARTING) {
      return;
    }
    try {
      call(
          bundle,
          "stop",
          () -> {
            bundle.stop(Bundle.STOP_TRANSIENT);
            return null;
          });
    } catch (PluginException e) {
      // A component that was interrupted while it hung leaves its bundle stopped all the same.
      if (bundle.getState() != Bundle.RESOLVED) {
        throw e;
      }
      LOG.warn("{}", e.getMessage());
    }
  }

  /**
   * Also keeps the node's next start from starting it. Code that hangs while it should end cannot
   * prevent that: its services are gone by then.
   *
   * @return what did not end as it should
   */
  List<String> stopForGood(Bundle bundle) throws PluginException {
    try {
      call(
          bundle,
          "stop",
          () -> {
            bundle.stop();
            return null;
          });
      return List.of();
    } catch (PluginException e) {
      if (bundle.getState() == Bundle.ACTIVE) {
        throw e;
      }
      LOG.warn("{}", e.getMessage());
      return List.of(e.getMessage());
    }
  }

  /**
   * Removes a bundle. One whose code hangs is out of reach, and removed when the node starts next.
   *
   * @return what did not end as it should
   */
  List<String> uninstall(Bundle bundle) throws PluginException, BundleException {
    String name = bundle.getSymbolicName();
    try {
      if (!stuck(name)) {
        stop(bundle);
        call(
            bundle,
            "go",
            () -> {
              bundle.uninstall();
              return null;
            });
        refresh(bundle);
        return List.of();
      }
    } catch (PluginException e) {
      if (!stuck(name) || bundle.getState() == Bundle.ACTIVE) {
        throw e;
      }
      LOG.warn("{}", e.getMessage());
    }
    return List.of(
        "Its code hangs while it should end: the rest of it goes when the node starts next.");
  }

  /** Removes a bundle unless its code hangs; a failure is only logged. */
  void removeQuietly(Bundle bundle) {
    try {
      if (!stuck(bundle.getSymbolicName())) {
        uninstall(bundle);
      }
    } catch (PluginException | BundleException e) {
      LOG.warn("{} could not be removed: {}", bundle.getSymbolicName(), e.getMessage());
    }
  }

  private void call(Bundle bundle, String what, java.util.concurrent.Callable<Void> work)
      throws PluginException {
    String name = bundle.getSymbolicName();
    FutureTask<Void> task = new FutureTask<>(work);
    Thread thread = Thread.ofPlatform().daemon().name("kiln-plugin-" + what).start(task);
    try {
      task.get(callMs, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new PluginException(
          Reason.FAILED, name + " did not " + what + ": " + rootSentence(e.getCause()));
    } catch (TimeoutException e) {
      thread.interrupt();
      try {
        thread.join(INTERRUPTED_MS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
      boolean alive = thread.isAlive();
      if (alive) {
        stuck.add(name);
      }
      throw new PluginException(
          Reason.FAILED,
          name
              + " did not "
              + what
              + " within "
              + callMs / 1000
              + " s"
              + (alive
                  ? " and cannot be interrupted; it stays as it is until the node is restarted."
                  : " and was interrupted. Its activator must come back at once: do long work on a"
                      + " thread of your own."));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PluginException(Reason.FAILED, "Interrupted while " + name + " should " + what);
    }
  }

  /** What went wrong at the bottom, in one line. */
  static String rootSentence(Throwable problem) {
    Throwable root = problem;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message = root.getMessage() == null ? "" : ": " + root.getMessage().strip();
    String line = root.getClass().getSimpleName() + message;
    StackTraceElement[] trace = root.getStackTrace();
    String at = trace.length == 0 ? "" : " (at " + trace[0] + ")";
    return line.lines().findFirst().orElse(line) + at;
  }

  /** Lets the framework forget old content of the bundle, and wire its users anew. */
  void refresh(Bundle bundle) {
    CountDownLatch done = new CountDownLatch(1);
    context
        .getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
        .adapt(FrameworkWiring.class)
        .refreshBundles(
            List.of(bundle),
            event -> {
              if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                done.countDown();
              }
            });
    try {
      done.await(REFRESH_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The bundles whose classes this one uses, by name. */
  static Set<String> providers(Bundle bundle) {
    BundleWiring wiring = bundle.adapt(BundleWiring.class);
    return wiring == null ? Set.of() : names(wiring.getRequiredWires(null), true);
  }

  /** The bundles that use classes of this one, by name. */
  static Set<String> users(Bundle bundle) {
    BundleWiring wiring = bundle.adapt(BundleWiring.class);
    return wiring == null ? Set.of() : names(wiring.getProvidedWires(null), false);
  }

  private static Set<String> names(Collection<BundleWire> wires, boolean providers) {
    Set<String> names = new TreeSet<>();
    if (wires != null) {
      for (BundleWire wire : wires) {
        Bundle other = providers ? wire.getProvider().getBundle() : wire.getRequirer().getBundle();
        if (other.getBundleId() != 0) {
          names.add(other.getSymbolicName());
        }
      }
    }
    return names;
  }

  /** Threads that a bundle which should stand still has left behind. */
  static List<String> threadsLeft(long bundleId) {
    List<String> left = new ArrayList<>();
    for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
      Thread thread = entry.getKey();
      if (thread.isAlive()
          && (of(thread.getClass().getClassLoader(), bundleId)
              || of(thread.getContextClassLoader(), bundleId))) {
        left.add(thread.getName());
      }
    }
    return left;
  }

  private static boolean of(ClassLoader loader, long bundleId) {
    return loader instanceof BundleReference reference
        && reference.getBundle().getBundleId() == bundleId;
  }
}
