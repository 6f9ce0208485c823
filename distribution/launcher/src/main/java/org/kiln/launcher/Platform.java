package org.kiln.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The OSGi framework with the node's bundles in it. Not reusable after {@link #stop}. */
final class Platform {
  private static final Logger LOG = LoggerFactory.getLogger(Platform.class);

  private final Framework framework;

  private Platform(Framework framework) {
    this.framework = framework;
  }

  /**
   * Starts the bundles of the lock list.
   *
   * @param upToLevel bundles of a higher start level stay stopped
   */
  static Platform start(Path home, Configuration configuration, int upToLevel)
      throws RefusedException {
    Path data = configuration.dataDirectory();
    try {
      Map<String, String> properties = FrameworkProperties.of(home, configuration);
      properties.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, "1");
      Framework framework = new FrameworkFactory().newFramework(properties);
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
      Platform platform = new Platform(framework);
      new Reconciler(home.resolve("bundles"), data.resolve("framework.lock"))
          .reconcile(
              framework.getBundleContext(),
              LockList.read(home.resolve("lib").resolve("bundles.lock")));
      framework.start();
      platform.raiseTo(upToLevel);
      platform.refuseUnresolved(upToLevel);
      return platform;
    } catch (IOException e) {
      throw new RefusedException(Exit.STORAGE, "Cannot set the bundles up: " + e);
    } catch (BundleException e) {
      throw new RefusedException(Exit.UNRESOLVED, "Cannot set the bundles up: " + e.getMessage());
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

  private void refuseUnresolved(int level) throws RefusedException {
    List<String> lines = new ArrayList<>();
    for (Bundle bundle : framework.getBundleContext().getBundles()) {
      int bundleLevel =
          bundle.adapt(org.osgi.framework.startlevel.BundleStartLevel.class).getStartLevel();
      if (bundle.getState() == Bundle.INSTALLED
          && bundleLevel <= level
          && bundle.getLocation().startsWith("node:")) {
        lines.add("  " + bundle.getSymbolicName() + ": " + whyUnresolved(bundle));
      }
    }
    if (!lines.isEmpty()) {
      stop(5_000);
      throw new RefusedException(
          Exit.UNRESOLVED,
          lines.size() + " of the node's bundles cannot be resolved:\n" + String.join("\n", lines));
    }
  }

  private static String whyUnresolved(Bundle bundle) {
    try {
      bundle.start(Bundle.START_TRANSIENT);
      return "resolved late";
    } catch (BundleException e) {
      String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
      int requirement = message.lastIndexOf("missing requirement");
      return requirement < 0 ? message : message.substring(requirement);
    }
  }

  Framework framework() {
    return framework;
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
