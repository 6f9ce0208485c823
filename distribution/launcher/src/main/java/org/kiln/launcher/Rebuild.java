package org.kiln.launcher;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.util.tracker.ServiceTracker;

/**
 * {@code kiln rebuild}: throws the derived states away and derives them anew from the event log.
 * The framework starts without the HTTP face; the work is done by the service with {@code
 * kiln.task=rebuild}.
 */
final class Rebuild {
  /** Below the HTTP face. */
  private static final int LEVEL_WITHOUT_HTTP = 40;

  private static final long SERVICE_TIMEOUT_MS = 60_000;

  private final Path home;
  private final Configuration configuration;
  private final PrintStream out;

  Rebuild(Path home, Configuration configuration, PrintStream out) {
    this.home = home;
    this.configuration = configuration;
    this.out = out;
  }

  int run() throws RefusedException, InterruptedException {
    try (DataDirectory data = DataDirectory.open(configuration.dataDirectory())) {
      data.belongTo(configuration.get("network"));
      LogConfigurator.use(data.logs(), configuration.get("log.level"));
      Platform platform = Platform.start(home, configuration, LEVEL_WITHOUT_HTTP);
      try {
        out.println(task(platform.framework().getBundleContext()).apply(new ProgressBar(out)));
        return Exit.OK;
      } catch (RuntimeException e) {
        throw new RefusedException(Exit.FAILURE, "The rebuild failed: " + e.getMessage());
      } finally {
        platform.stop(60_000);
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static Function<BiConsumer<Long, Long>, String> task(BundleContext context)
      throws RefusedException, InterruptedException {
    Filter filter;
    try {
      filter =
          FrameworkUtil.createFilter(
              "(&(objectClass=" + Function.class.getName() + ")(kiln.task=rebuild))");
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
    ServiceTracker<Object, Object> tracker = new ServiceTracker<>(context, filter, null);
    tracker.open();
    Object service = tracker.waitForService(SERVICE_TIMEOUT_MS);
    if (service == null) {
      String failure = System.getProperty(Daemon.STORAGE_FAILURE);
      throw failure != null
          ? RefusedException.storage(failure)
          : new RefusedException(
              Exit.FAILURE, "The part of the node that rebuilds did not start; see logs/kiln.log.");
    }
    return (Function<BiConsumer<Long, Long>, String>) service;
  }
}
