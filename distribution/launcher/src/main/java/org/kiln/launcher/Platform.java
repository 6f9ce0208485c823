package org.kiln.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.kiln.launch.Launcher;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The OSGi framework with the node's bundles in it. Not reusable after {@link #stop}. */
final class Platform {
  private static final Logger LOG = LoggerFactory.getLogger(Platform.class);

  private static final long ABANDON_MS = 5_000;

  private final Framework framework;
  private final Launched launched;

  private Platform(Framework framework, Launched launched) {
    this.framework = framework;
    this.launched = launched;
  }

  /**
   * Starts the bundles of the lock list.
   *
   * @param upToLevel bundles of a higher start level stay stopped; plugins start when it is
   *     reached: one may bring the store
   */
  static Platform start(Path home, Configuration configuration, int upToLevel)
      throws RefusedException {
    Path storage = configuration.dataDirectory().resolve("framework");
    boolean old = Files.exists(storage.resolve("bundle0"));
    try {
      return startOnce(home, configuration, upToLevel);
    } catch (RefusedException e) {
      if (!old || e.exitCode() == Exit.CONFIGURATION) {
        throw e;
      }
      // It holds copies and nothing else, and the node knows how to make them.
      LOG.warn(
          "The platform does not start from its copies in {}; they are made anew: {}",
          storage,
          e.getMessage());
    }
    try {
      Directories.delete(storage);
    } catch (IOException e) {
      throw RefusedException.storage("Cannot delete " + storage + ": " + e);
    }
    return startOnce(home, configuration, upToLevel);
  }

  private static Platform startOnce(Path home, Configuration configuration, int upToLevel)
      throws RefusedException {
    Path data = configuration.dataDirectory();
    Framework framework = null;
    try {
      Map<String, String> properties = FrameworkProperties.of(home, configuration);
      properties.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, "1");
      framework = new FrameworkFactory().newFramework(properties);
      framework.init(
          event -> {
            if (event.getType() == FrameworkEvent.ERROR) {
              LOG.error(
                  "{}: {}",
                  event.getBundle(),
                  event.getThrowable().getMessage(),
                  event.getThrowable());
            }
          });
      Launched launched = new Launched(upToLevel);
      framework.getBundleContext().registerService(Launcher.class, launched, null);
      Platform platform = new Platform(framework, launched);
      new Reconciler(
              home.resolve("bundles"), data.resolve("framework.lock"), data.resolve("framework"))
          .reconcile(
              framework.getBundleContext(),
              LockList.read(home.resolve("lib").resolve("bundles.lock"))
                  .wanted(configuration.all()));
      StoredConfigurations.forget(framework.getBundleContext());
      framework.start();
      platform.refuseUnresolved(upToLevel);
      platform.raiseTo(upToLevel);
      return platform;
    } catch (IllegalArgumentException e) {
      abandon(framework);
      throw RefusedException.configuration(e.getMessage());
    } catch (IOException e) {
      abandon(framework);
      throw new RefusedException(Exit.STORAGE, "Cannot set the bundles up: " + e);
    } catch (BundleException e) {
      abandon(framework);
      throw new RefusedException(Exit.UNRESOLVED, "Cannot set the bundles up: " + e.getMessage());
    }
  }

  /** So that another can take its place. */
  private static void abandon(Framework framework) {
    if (framework != null) {
      new Platform(framework, new Launched(0)).stop(ABANDON_MS);
    }
  }

  private void raiseTo(int level) {
    Object started = new Object();
    boolean[] done = {false};
    framework
        .adapt(FrameworkStartLevel.class)
        .setStartLevel(
            level,
            event -> {
              if (event.getType() == FrameworkEvent.STARTLEVEL_CHANGED) {
                synchronized (started) {
                  done[0] = true;
                  started.notifyAll();
                }
              }
            });
    synchronized (started) {
      while (!done[0]) {
        try {
          started.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  /**
   * Before anything of ours starts, so that the sentence is not lost among the failures that
   * follow.
   */
  private void refuseUnresolved(int level) throws RefusedException {
    List<Bundle> ours =
        Stream.of(framework.getBundleContext().getBundles())
            .filter(bundle -> bundle.getLocation().startsWith("node:"))
            .filter(bundle -> bundle.adapt(BundleStartLevel.class).getStartLevel() <= level)
            .toList();
    if (framework.adapt(FrameworkWiring.class).resolveBundles(ours)) {
      return;
    }
    Map<String, List<String>> affectedByCause = new LinkedHashMap<>();
    for (Bundle bundle : ours) {
      if (bundle.getState() == Bundle.INSTALLED) {
        affectedByCause
            .computeIfAbsent(whyUnresolved(bundle), cause -> new ArrayList<>())
            .add(bundle.getSymbolicName());
      }
    }
    stop(5_000);
    StringBuilder text = new StringBuilder("The node's bundles do not fit together:");
    affectedByCause.forEach(
        (cause, affected) ->
            text.append("\n  ")
                .append(cause)
                .append("; stops ")
                .append(String.join(", ", affected)));
    throw new RefusedException(Exit.UNRESOLVED, text.toString());
  }

  /** Felix says why only to whoever starts the bundle, and only at a start level it has reached. */
  private static String whyUnresolved(Bundle bundle) {
    try {
      bundle.stop(); // else the next line starts it behind our back, and Felix prints its stack
      bundle.adapt(BundleStartLevel.class).setStartLevel(1);
      bundle.start(Bundle.START_TRANSIENT);
      return bundle.getSymbolicName() + " was not resolved at first";
    } catch (BundleException e) {
      String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
      int root = message.lastIndexOf("missing requirement [");
      int end = message.indexOf(" Unresolved requirements");
      return root < 0
          ? message
          : message.substring(root, end < root ? message.length() : end).replaceAll("\\]+$", "");
    }
  }

  Framework framework() {
    return framework;
  }

  /** What the bundles have told the launcher. */
  Launched launched() {
    return launched;
  }

  /** Waits until the framework has stopped, by whomever. */
  void awaitStop() throws InterruptedException {
    framework.waitForStop(0);
  }

  /** Stops all bundles, waits at most that long, and says whether it was enough. */
  boolean stop(long timeoutMs) {
    try {
      framework.stop();
      return framework.waitForStop(timeoutMs).getType() != FrameworkEvent.WAIT_TIMEDOUT;
    } catch (BundleException e) {
      LOG.error("The framework did not stop cleanly", e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
