package org.kiln.launcher;

import java.io.PrintStream;
import java.nio.file.Path;
import org.kiln.launch.Launcher;
import org.kiln.launch.RebuildTask;
import org.kiln.launch.TaskFailedException;

/**
 * {@code kiln rebuild}: throws the derived states away and derives them anew from the event log.
 * The framework starts without the HTTP face; the work is done by a {@link RebuildTask}.
 */
final class Rebuild {
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
      Configuration settled = StoreRecord.settle(configuration);
      LogConfigurator.use(data.logs(), configuration);
      Platform platform = Platform.start(home, settled, Launcher.OFFLINE_LEVEL);
      try {
        RebuildTask task = Tasks.find(platform, RebuildTask.class);
        RebuildTask.Report report = task.rebuild(new ProgressBar(out, "events"));
        out.println(sentence(report));
        report.left().forEach(one -> out.println("Not derived: " + one));
        return Exit.OK;
      } catch (TaskFailedException e) {
        throw new RefusedException(
            e.kind() == TaskFailedException.Kind.STORAGE ? Exit.STORAGE : Exit.FAILURE,
            "The rebuild failed: " + e.getMessage());
      } finally {
        platform.stop(60_000);
      }
    }
  }

  private static String sentence(RebuildTask.Report report) {
    return report.streams()
        + " streams derived, "
        + report.waiting()
        + " with events that wait for something missing, "
        + report.invalid()
        + " without a valid state"
        + (report.orphans() == 0
            ? ""
            : ", " + report.orphans() + " events without the init event of their stream");
  }
}
