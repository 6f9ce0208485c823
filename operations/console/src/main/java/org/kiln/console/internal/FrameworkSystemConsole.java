package org.kiln.console.internal;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.kiln.console.SystemConsole;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.startlevel.FrameworkStartLevel;

/**
 * Apache Felix's Web Console. Its bundles have a start level of their own above the node's, so that
 * they cost neither time nor memory before the framework is raised to it.
 */
final class FrameworkSystemConsole implements SystemConsole {
  private static final String BUNDLE = "org.apache.felix.webconsole";
  private static final String ADDRESS = "/console/system";
  private static final int LEVEL = 70;
  private static final int PATIENCE_SECONDS = 20;

  private final BundleContext context;

  FrameworkSystemConsole(BundleContext context) {
    this.context = context;
  }

  @Override
  public Optional<String> address() {
    return bundle().map(bundle -> ADDRESS);
  }

  private Optional<Bundle> bundle() {
    return Stream.of(context.getBundles())
        .filter(bundle -> BUNDLE.equals(bundle.getSymbolicName()))
        .findFirst();
  }

  @Override
  public synchronized boolean start() {
    FrameworkStartLevel levels =
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkStartLevel.class);
    if (levels.getStartLevel() < LEVEL) {
      CountDownLatch raised = new CountDownLatch(1);
      levels.setStartLevel(
          LEVEL,
          event -> {
            if (event.getType() == FrameworkEvent.STARTLEVEL_CHANGED) {
              raised.countDown();
            }
          });
      try {
        if (!raised.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          return false;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return bundle().filter(bundle -> bundle.getState() == Bundle.ACTIVE).isPresent();
  }
}
