package org.kiln.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.kiln.launch.ImportTask;
import org.kiln.launch.Launcher;
import org.kiln.launch.TaskFailedException;

/**
 * {@code kiln import}: takes over what another node has kept, with both stopped. The framework
 * starts without the HTTP face and without the network; the work is done by an {@link ImportTask}.
 */
final class ImportCommand {
  static final String NAME = "import";
  static final String FLAG = "--from-ceramic-one";

  private static final String REPORT = "import.txt";
  private static final String USAGE =
      "Say 'kiln import " + FLAG + " DIR', where DIR is the store directory of a ceramic-one.";
  private static final long STOP_TIMEOUT_MS = 60_000;
  private static final int SHOWN = 20;

  private final Path home;
  private final Configuration configuration;
  private final PrintStream out;

  ImportCommand(Path home, Configuration configuration, PrintStream out) {
    this.home = home;
    this.configuration = configuration;
    this.out = out;
  }

  int run(List<String> words) throws RefusedException, InterruptedException {
    Path source = source(words);
    if (configuration.get("store.backend").equals(StoreRecord.MEMORY)) {
      throw RefusedException.configuration(
          "The store memory keeps nothing: there is nothing to import into.");
    }
    try (DataDirectory data = DataDirectory.open(configuration.dataDirectory())) {
      data.refuseOther(configuration.get("network"));
      Configuration settled = StoreRecord.settle(configuration);
      LogConfigurator.use(data.logs(), configuration);
      FirstOperator operator = FirstOperator.of(data);
      Platform platform = Platform.start(home, settled, Launcher.OFFLINE_LEVEL);
      try {
        ImportTask task = Tasks.find(platform, ImportTask.class);
        operator.show(platform, out);
        tell(take(task, source, data, settled), data.path());
        return Exit.OK;
      } catch (TaskFailedException e) {
        throw new RefusedException(
            e.kind() == TaskFailedException.Kind.STORAGE ? Exit.STORAGE : Exit.FAILURE,
            e.getMessage());
      } finally {
        platform.stop(STOP_TIMEOUT_MS);
      }
    }
  }

  /**
   * Has the work done. A store that cannot be taken over leaves the directory nobody's; one that
   * was taken over in part leaves the mark of it.
   */
  ImportTask.Report take(ImportTask task, Path source, DataDirectory data, Configuration settled)
      throws RefusedException, TaskFailedException {
    task.check(source);
    data.belongTo(settled.get("network"));
    UnfinishedImport.begin(data.path(), source);
    StoreRecord.remember(settled);
    out.println("Taking over " + source + " into " + data.path());
    ImportTask.Report report = task.importOne(source, new ProgressBar(out, "events"));
    UnfinishedImport.end(data.path());
    return report;
  }

  private static Path source(List<String> words) throws RefusedException {
    String first = words.isEmpty() ? "" : words.get(0);
    if (first.startsWith(FLAG + "=") && words.size() == 1) {
      return Configuration.expand(first.substring(FLAG.length() + 1));
    }
    if (first.equals(FLAG) && words.size() == 2) {
      return Configuration.expand(words.get(1));
    }
    throw RefusedException.configuration(USAGE);
  }

  private void tell(ImportTask.Report report, Path data) throws RefusedException {
    out.printf("%,d events taken over", report.events());
    out.printf(report.present() == 0 ? "%n" : "; %,d were here before%n", report.present());
    if (report.interests() > 0) {
      out.printf("%,d interests%n", report.interests());
    }
    if (report.refused() > 0) {
      out.printf("%,d were not taken: damaged, or not authentic%n", report.refused());
    }
    if (report.unverified() > 0) {
      out.printf(
          "%,d cannot be verified yet, for want of a DID method: they are kept, and verified when"
              + " it is installed%n",
          report.unverified());
    }
    if (report.waiting() > 0) {
      out.printf(
          "%,d events wait for something missing, such as their model or a chain%n",
          report.waiting());
    }
    list(report.found(), data.resolve(REPORT));
  }

  private void list(List<String> found, Path file) throws RefusedException {
    try {
      if (found.isEmpty()) {
        Files.deleteIfExists(file);
        return;
      }
      Files.write(file, found);
    } catch (IOException e) {
      throw RefusedException.storage("Cannot write " + file + ": " + e.getMessage());
    }
    found.stream().limit(SHOWN).forEach(line -> out.println("  " + line));
    if (found.size() > SHOWN) {
      out.println("  and more, in " + file);
    }
  }
}
