package org.kiln.events.internal;

import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.store.StoreSpec;
import org.kiln.core.log.NodeTables;
import org.kiln.events.ClosedStore;
import org.kiln.events.copy.StoreCopy;
import org.kiln.events.guard.GuardedStore;
import org.kiln.launch.Progress;
import org.kiln.launch.StoreTasks;
import org.kiln.launch.TaskFailedException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The steps of {@code kiln migrate}, {@code kiln check} and {@code kiln rescue}. The launcher
 * decides what is done when, and remembers how far it came.
 */
@Component(service = StoreTasks.class)
public final class StoreTasksComponent implements StoreTasks {
  /** A plugin is started some time after the node's own bundles. */
  private static final long BACKEND_TIMEOUT_SECONDS = 60;

  private final BundleContext context;

  /** With the backends of that framework. */
  @Activate
  public StoreTasksComponent(BundleContext context) {
    this.context = context;
  }

  @Override
  public Summary summary(Location location, Progress progress) throws TaskFailedException {
    return or(
        () -> {
          try (Store store = open(location)) {
            StoreCopy.Summary summary = StoreCopy.summary(store, counting(progress));
            return new Summary(summary.entries(), summary.sha256(), summary.keptSha256());
          }
        });
  }

  @Override
  public void copy(Location from, Location to, Progress progress) throws TaskFailedException {
    or(
        () -> {
          try (Store source = open(from);
              Store target = open(to)) {
            StoreCopy.copy(source, target, counting(progress));
            return null;
          }
        });
  }

  @Override
  public Report check(Location location, Progress progress) throws TaskFailedException {
    return or(() -> report(closed(location).check(progress::reached)));
  }

  @Override
  public Report rescue(Location damaged, Location target, Progress progress)
      throws TaskFailedException {
    return or(() -> report(closed(damaged).rescue(spec(target), progress::reached)));
  }

  @FunctionalInterface
  private interface Step<T> {
    T run() throws TaskFailedException;
  }

  private static <T> T or(Step<T> step) throws TaskFailedException {
    try {
      return step.run();
    } catch (RuntimeException e) {
      throw failed(String.valueOf(e.getMessage()), e);
    }
  }

  private static TaskFailedException failed(String sentence, Exception cause) {
    return new TaskFailedException(TaskFailedException.Kind.STORAGE, sentence, cause);
  }

  private static LongConsumer counting(Progress progress) {
    return count -> progress.reached(count, Progress.UNKNOWN);
  }

  private static Report report(ClosedStore.Report report) {
    return new Report(
        report.events(),
        report.known(),
        report.count(),
        report.what().stream().map(line -> line.replace('\n', ' ')).toList());
  }

  private Store open(Location location) throws TaskFailedException {
    return GuardedStore.open(backend(location.backend()), spec(location));
  }

  private ClosedStore closed(Location location) throws TaskFailedException {
    return new ClosedStore(backend(location.backend()), spec(location));
  }

  private static StoreSpec spec(Location location) {
    return StoreSpec.of(location.directory(), NodeTables.ALL, location.settings());
  }

  private StoreBackend backend(String id) throws TaskFailedException {
    String filter =
        "(&(objectClass="
            + StoreBackend.class.getName()
            + ")("
            + StoreBackend.BACKEND_PROPERTY
            + "="
            + id
            + "))";
    ServiceTracker<StoreBackend, StoreBackend> tracker;
    try {
      tracker = new ServiceTracker<>(context, FrameworkUtil.createFilter(filter), null);
    } catch (InvalidSyntaxException e) {
      throw failed("No backend can be called " + id, e);
    }
    tracker.open();
    try {
      StoreBackend backend =
          tracker.waitForService(TimeUnit.SECONDS.toMillis(BACKEND_TIMEOUT_SECONDS));
      if (backend == null) {
        throw failed(
            "Nothing here offers the store "
                + id
                + ". Start the node and install the plugin that brings it.",
            null);
      }
      return backend;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("Interrupted while waiting for the store " + id, e);
    } finally {
      tracker.close();
    }
  }
}
