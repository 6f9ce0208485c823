package org.kiln.launcher;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.kiln.launch.IndexTask;
import org.kiln.launch.Launcher;
import org.kiln.launch.RebuildTask;
import org.kiln.launch.TaskFailedException;

/**
 * {@code kiln rebuild}: throws the derived states away and derives them anew from the event log, or
 * with {@value #INDEX} the index of documents from the streams. The framework starts without the
 * HTTP face; the work is done by a {@link RebuildTask} or an {@link IndexTask}.
 */
final class Rebuild {
  static final String NAME = "rebuild";
  static final String INDEX = "--index";

  private final Path home;
  private final Configuration configuration;
  private final PrintStream out;

  Rebuild(Path home, Configuration configuration, PrintStream out) {
    this.home = home;
    this.configuration = configuration;
    this.out = out;
  }

  int run(List<String> words) throws RefusedException, InterruptedException {
    boolean index = words.equals(List.of(INDEX));
    try (DataDirectory data = DataDirectory.open(configuration.dataDirectory())) {
      data.belongTo(configuration.get("network"));
      Configuration settled = StoreRecord.settle(configuration);
      LogConfigurator.use(data.logs(), configuration);
      int level = index ? Launcher.INDEX_LEVEL : Launcher.OFFLINE_LEVEL;
      Platform platform = Platform.start(home, settled, level);
      try {
        out.println(index ? index(platform) : states(platform));
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

  private String states(Platform platform)
      throws RefusedException, InterruptedException, TaskFailedException {
    RebuildTask task = Tasks.find(platform, RebuildTask.class);
    RebuildTask.Report report = task.rebuild(new ProgressBar(out, "events"));
    StringBuilder lines = new StringBuilder(sentence(report));
    report
        .left()
        .forEach(one -> lines.append(System.lineSeparator()).append("Not derived: ").append(one));
    return lines.toString();
  }

  private String index(Platform platform)
      throws RefusedException, InterruptedException, TaskFailedException {
    IndexTask task = Tasks.find(platform, IndexTask.class);
    IndexTask.Report report = task.rebuildIndex(new ProgressBar(out, "changes"));
    return report.documents()
        + " documents of "
        + report.models()
        + " models"
        + (report.owed() == 0
            ? ""
            : ", " + report.owed() + " streams that cannot be read now and are tried again");
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
