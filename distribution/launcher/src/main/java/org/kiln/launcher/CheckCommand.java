package org.kiln.launcher;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.kiln.launch.Progress;
import org.kiln.launch.StoreTasks;

/**
 * {@code kiln check}: looks through the whole store. The node does it beside its work when it runs;
 * else the files are looked at here, and, if the store can be opened, every event.
 */
final class CheckCommand {
  private static final long ASK_AGAIN_MS = 500;

  private final Path home;
  private final Configuration configuration;
  private final PrintStream out;

  CheckCommand(Path home, Configuration configuration, PrintStream out) {
    this.home = home;
    this.configuration = configuration;
    this.out = out;
  }

  /** Exit code 0 when all is well, 3 when something is damaged. */
  int run() throws RefusedException, InterruptedException {
    return nodeRuns() ? online() : offline();
  }

  private boolean nodeRuns() {
    return DataDirectory.readState(configuration.dataDirectory())
        .map(state -> Long.parseLong(state.getProperty("pid")))
        .flatMap(ProcessHandle::of)
        .filter(ProcessHandle::isAlive)
        .isPresent();
  }

  private int online() throws RefusedException, InterruptedException {
    AdminConnection node = AdminConnection.to(configuration);
    out.println("The node runs and looks through its store beside its work.");
    ProgressBar bar = new ProgressBar(out, "events");
    Map<String, String> state = node.ask("POST", "/admin/store/check");
    while (state.get("running").equals("true")) {
      TimeUnit.MILLISECONDS.sleep(ASK_AGAIN_MS);
      state = node.ask("GET", "/admin/store/check");
      long of = Long.parseLong(state.get("of"));
      bar.reached(Long.parseLong(state.get("events")), of == 0 ? Progress.UNKNOWN : of);
    }
    for (int i = 0; state.containsKey("first." + i); i++) {
      out.println("Damaged  " + state.get("first." + i));
    }
    return verdict(Long.parseLong(state.get("of")), Long.parseLong(state.get("damages")));
  }

  private int offline() throws RefusedException, InterruptedException {
    try (DataDirectory data = DataDirectory.open(configuration.dataDirectory())) {
      LogConfigurator.use(data.logs(), configuration);
      ClosedStores stores = new ClosedStores(home, configuration);
      StoreTasks.Location store = stores.location(stores.record().current());
      StoreTasks.Report report =
          stores.run(tasks -> tasks.check(store, new ProgressBar(out, "events")));
      report.found().forEach(line -> out.println("Damaged  " + line));
      return verdict(Math.max(report.events(), 0), report.count());
    }
  }

  private int verdict(long events, long damages) {
    if (damages == 0) {
      out.printf("All is well: %,d events.%n", events);
      return Exit.OK;
    }
    out.printf(
        "%,d damages. Stop the node and run 'kiln rescue': it saves what can be read into a new"
            + " store and leaves this one as it is.%n",
        damages);
    return Exit.STORAGE;
  }
}
