package org.kiln.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.kiln.launch.StoreTasks;

/**
 * {@code kiln rescue}: saves every event of a damaged store that can still be read into a new one,
 * which is the node's from then on. The damaged store stays as it is.
 */
final class RescueCommand {
  private static final String REPORT = "rescue.txt";

  private final Path home;
  private final Configuration configuration;
  private final PrintStream out;

  RescueCommand(Path home, Configuration configuration, PrintStream out) {
    this.home = home;
    this.configuration = configuration;
    this.out = out;
  }

  int run() throws RefusedException, InterruptedException {
    try (DataDirectory data = DataDirectory.open(configuration.dataDirectory())) {
      LogConfigurator.use(data.logs(), configuration);
      ClosedStores stores = new ClosedStores(home, configuration);
      StorePlace damaged = stores.record().current();
      StorePlace target = new StorePlace(damaged.backend(), free(data.path(), damaged.backend()));
      out.println("Saving what can be read of " + damaged.in(data.path()));
      StoreTasks.Location from = stores.location(damaged);
      StoreTasks.Location to = stores.location(target);
      StoreTasks.Report report =
          stores.run(tasks -> tasks.rescue(from, to, new ProgressBar(out, "events")));
      tell(report, data.path());
      new StoreRecord(target, Optional.empty(), Optional.of(damaged)).write(data.path());
      out.println(
          "The node's store is "
              + target.in(data.path())
              + " now; the damaged one stays in "
              + damaged.in(data.path())
              + ".");
      out.println(
          "Pins and requests to anchor are not in it. What is lost comes back from peers that have"
              + " it, when the streams are loaded.");
      return Exit.OK;
    }
  }

  private void tell(StoreTasks.Report report, Path data) throws RefusedException {
    Path file = data.resolve(REPORT);
    try {
      Files.write(file, report.found());
    } catch (IOException e) {
      throw RefusedException.storage("Cannot write " + file + ": " + e.getMessage());
    }
    report.found().stream().limit(20).forEach(line -> out.println("  " + line));
    if (report.found().size() > 20) {
      out.println("  and more, in " + file);
    }
    long missing = report.known() - report.events();
    out.printf(
        "Saved %,d events%s.%n",
        report.events(),
        report.known() == 0
            ? ""
            : missing > 0
                ? String.format("; %,d of %,d are lost", missing, report.known())
                : String.format("; there were %,d", report.known()));
  }

  /** A name that no store ever had here: {@code store-2-xodus}. */
  private static String free(Path data, String backend) throws RefusedException {
    int number = 2;
    while (isTaken(data, StorePlace.FIRST_DIRECTORY + "-" + number + "-")) {
      number++;
    }
    return StorePlace.FIRST_DIRECTORY + "-" + number + "-" + backend;
  }

  private static boolean isTaken(Path data, String prefix) throws RefusedException {
    try (Stream<Path> files = Files.list(data)) {
      return files.anyMatch(file -> file.getFileName().toString().startsWith(prefix));
    } catch (IOException e) {
      throw RefusedException.storage("Cannot read " + data + ": " + e);
    }
  }
}
