package org.kiln.launcher;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Does something with the node's store while nobody has it open. The framework starts without the
 * HTTP face and without the event log; the work is done by the service with that {@code kiln.task}.
 */
final class ClosedStores {
  /** Below the HTTP face; stores and plugins run. */
  private static final int LEVEL_WITHOUT_HTTP = 40;

  private static final String PID = "plugin.org.kiln.events.migration.";
  private static final long STOP_TIMEOUT_MS = 60_000;

  /** What no backend is called, so that nobody opens the store but the task. */
  private static final String NO_BACKEND = "-";

  private final Path home;
  private final Configuration configuration;
  private final PrintStream out;

  ClosedStores(Path home, Configuration configuration, PrintStream out) {
    this.home = home;
    this.configuration = configuration;
    this.out = out;
  }

  /**
   * What the task answered.
   *
   * @param events that are well or were saved; −1 when they could not be looked at
   * @param known how many there should be; 0 when nobody knows
   * @param count of what is damaged or lost
   * @param lines the first of it
   */
  record Report(long events, long known, long count, List<String> lines) {
    static Report parse(String text) {
      String[] lines = text.split("\n");
      String[] numbers = lines[0].split(" ");
      return new Report(
          Long.parseLong(numbers[0]),
          Long.parseLong(numbers[1]),
          Long.parseLong(numbers[2]),
          Arrays.asList(lines).subList(1, lines.length));
    }
  }

  /** The store that is the node's now. */
  StoreRecord record() throws RefusedException {
    Optional<StoreRecord> found = StoreRecord.read(configuration.dataDirectory());
    return found.isPresent() ? found.get() : StoreRecord.first(configuration.get("store.backend"));
  }

  /**
   * Runs a task.
   *
   * @param unit of what the task counts
   * @param target the store it makes; null when it makes none
   */
  Report run(String task, String unit, StorePlace target)
      throws RefusedException, InterruptedException {
    Path data = configuration.dataDirectory();
    StorePlace current = record().current();
    StorePlace to = target == null ? current : target;
    Map<String, String> settings = new HashMap<>();
    settings.put("store.backend", NO_BACKEND);
    settings.put(PID + "fromBackend", current.backend());
    settings.put(PID + "fromDirectory", current.in(data).toString());
    settings.put(PID + "toBackend", to.backend());
    settings.put(PID + "toDirectory", to.in(data).toString());
    settings.put(
        PID + "backendSettings", "[cache-mib=" + configuration.get("store.cache-mb") + "]");
    Platform platform = Platform.start(home, configuration.with(settings), LEVEL_WITHOUT_HTTP);
    try {
      return Report.parse(Tasks.find(platform, task).apply(new ProgressBar(out, unit)));
    } catch (RuntimeException e) {
      throw RefusedException.storage(String.valueOf(e.getMessage()));
    } finally {
      platform.stop(STOP_TIMEOUT_MS);
    }
  }
}
