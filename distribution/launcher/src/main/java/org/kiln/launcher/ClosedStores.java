package org.kiln.launcher;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.kiln.launch.Launcher;
import org.kiln.launch.StoreTasks;
import org.kiln.launch.TaskFailedException;

/**
 * Does something with the node's stores while nobody has them open. The framework starts without
 * the HTTP face and without the event log; the work is done by {@link StoreTasks}.
 */
final class ClosedStores {
  private static final long STOP_TIMEOUT_MS = 60_000;

  /** What no backend is called, so that nobody opens the store but the task. */
  private static final String NO_BACKEND = "-";

  private final Path home;
  private final Configuration configuration;

  ClosedStores(Path home, Configuration configuration) {
    this.home = home;
    this.configuration = configuration;
  }

  /** What is done with the stores of a framework that runs. */
  @FunctionalInterface
  interface Work<T> {
    T with(StoreTasks tasks) throws TaskFailedException, RefusedException, InterruptedException;
  }

  /** The store that is the node's now. */
  StoreRecord record() throws RefusedException {
    Optional<StoreRecord> found = StoreRecord.read(configuration.dataDirectory());
    return found.isPresent() ? found.get() : StoreRecord.first(configuration.get("store.backend"));
  }

  /** That store for a task. */
  StoreTasks.Location location(StorePlace place) {
    return new StoreTasks.Location(
        place.backend(),
        place.in(configuration.dataDirectory()),
        Map.of("cache-mib", configuration.get("store.cache-mb")));
  }

  /** Starts a framework, works, and stops it. */
  <T> T run(Work<T> work) throws RefusedException, InterruptedException {
    Platform platform =
        Platform.start(
            home, configuration.with(Map.of("store.backend", NO_BACKEND)), Launcher.OFFLINE_LEVEL);
    try {
      return work.with(Tasks.find(platform, StoreTasks.class));
    } catch (TaskFailedException e) {
      throw RefusedException.storage(e.getMessage());
    } finally {
      platform.stop(STOP_TIMEOUT_MS);
    }
  }
}
