package org.kiln.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.kiln.launch.Progress;
import org.kiln.launch.StoreTasks;
import org.kiln.launch.TaskFailedException;

/**
 * Moves everything a node keeps to another store, with the node stopped: reads the old store,
 * copies it into a directory of its own, reads the copy, and only when both hold the same makes the
 * copy the node's store, by one rename of {@code store.properties}. The old store is never written
 * to and never deleted. Whatever is cut short goes on when it is run again, or is taken back by
 * {@link #undo}.
 */
final class Migration {
  private static final String UNIT = "entries";

  private final Configuration configuration;
  private final ClosedStores stores;
  private final Path data;
  private final PrintStream out;
  private StoreRecord record;

  Migration(Path home, Configuration configuration, StoreRecord record, PrintStream out) {
    this.configuration = configuration;
    this.stores = new ClosedStores(home, configuration);
    this.data = configuration.dataDirectory();
    this.record = record;
    this.out = out;
  }

  /** Begins, goes on, or says that it is done already. */
  void run(String from, String to) throws RefusedException, InterruptedException {
    if (record.migration().isEmpty() && isDone(from, to)) {
      out.println("The node's store is " + to + " already.");
      tellSettings();
      return;
    }
    refuseOther(from, to);
    if (record.migration().isPresent() && record.migration().get().outdated()) {
      out.println("The node has run since this migration began: it begins anew.");
      delete(record.migration().get().to());
      save(record.withoutMigration());
    }
    if (record.migration().isEmpty()) {
      begin(to);
    } else {
      out.println("Going on with the migration from " + from + " to " + to + ".");
    }
    stores.run(this::copy);
    save(record.switched());
    out.println("The node's store is " + to + " now, in " + record.current().in(data) + ".");
    record
        .previous()
        .ifPresent(
            old ->
                out.println(
                    "The old one stays in "
                        + old.in(data)
                        + ": delete it when you need it no more. 'kiln migrate --undo' goes back"
                        + " to it."));
    tellSettings();
  }

  private boolean isDone(String from, String to) {
    return record.current().backend().equals(to)
        && record.previous().map(StorePlace::backend).filter(from::equals).isPresent();
  }

  private void refuseOther(String from, String to) throws RefusedException {
    StorePlace current = record.current();
    if (record.migration().isPresent()
        && !(current.backend().equals(from)
            && record.migration().get().to().backend().equals(to))) {
      throw RefusedException.configuration(
          "A migration from "
              + current.backend()
              + " to "
              + record.migration().get().to().backend()
              + " is under way. Run it again to end it, or 'kiln migrate --undo' to give it up.");
    }
    if (!current.backend().equals(from)) {
      throw RefusedException.configuration(
          "The node's store is " + current.backend() + ", not " + from + ".");
    }
    if (!Files.isDirectory(current.in(data))) {
      throw RefusedException.configuration(
          "There is no store in " + current.in(data) + ": nothing to move.");
    }
  }

  private void begin(String to) throws RefusedException {
    int number = 2;
    while (directory(number, to) == null) {
      number++;
    }
    StorePlace target = new StorePlace(to, directory(number, to));
    save(record.with(new StoreRecord.Migration(target, Optional.empty(), false)));
  }

  /** A name that no store ever had here: {@code store-2-rocksdb}; null when one has the number. */
  private String directory(int number, String backend) throws RefusedException {
    String prefix = StorePlace.FIRST_DIRECTORY + "-" + number + "-";
    try (Stream<Path> files = Files.list(data)) {
      return files.anyMatch(file -> file.getFileName().toString().startsWith(prefix))
          ? null
          : prefix + backend;
    } catch (IOException e) {
      throw RefusedException.storage("Cannot read " + data + ": " + e);
    }
  }

  private Void copy(StoreTasks tasks) throws RefusedException {
    StorePlace from = record.current();
    StoreRecord.Migration migration = record.migration().orElseThrow();
    StoreTasks.Summary summary;
    if (migration.summary().isPresent()) {
      summary = SummaryText.parse(migration.summary().get());
    } else {
      out.println("Reading " + from.backend() + " in " + from.in(data));
      summary = read(tasks, from);
      save(
          record.with(
              new StoreRecord.Migration(
                  migration.to(), Optional.of(SummaryText.of(summary)), false)));
    }
    out.println("Copying to " + migration.to().backend() + " in " + migration.to().in(data));
    StoreTasks.Location source = stores.location(from);
    StoreTasks.Location target = stores.location(migration.to());
    counted(
        summary.entries(),
        progress -> {
          tasks.copy(source, target, progress);
          return null;
        });
    out.println("Reading the copy");
    StoreTasks.Summary copied =
        counted(summary.entries(), progress -> tasks.summary(target, progress));
    if (!copied.equals(summary)) {
      throw new RefusedException(
          Exit.FAILURE,
          "The copy is not what was copied: "
              + said(copied)
              + " instead of "
              + said(summary)
              + ". The node keeps its store "
              + from.backend()
              + "; take the copy away with 'kiln migrate --undo', and look at the disk before you"
              + " try again.");
    }
    out.println("Both hold " + said(summary));
    return null;
  }

  /** Takes back what was begun or done. */
  void undo() throws RefusedException, InterruptedException {
    if (record.migration().isPresent()) {
      StorePlace target = record.migration().get().to();
      delete(target);
      save(record.withoutMigration());
      out.println(
          "The migration to "
              + target.backend()
              + " is given up, and its copy gone. The node's store is "
              + record.current().backend()
              + ", as before.");
      return;
    }
    StorePlace old =
        record
            .previous()
            .orElseThrow(
                () -> RefusedException.configuration("There is no migration to take back."));
    StorePlace current = record.current();
    if (!Files.isDirectory(old.in(data))) {
      throw RefusedException.configuration(
          "The old store " + old.in(data) + " is gone. " + moveBack(current, old));
    }
    boolean same =
        stores.run(
            tasks -> {
              out.println("Reading both stores");
              return read(tasks, current).keptSha256().equals(read(tasks, old).keptSha256());
            });
    if (!same) {
      throw RefusedException.configuration(
          "The node has written to "
              + current.backend()
              + " since it was moved, and going back would lose that. "
              + moveBack(current, old));
    }
    save(record.back());
    out.println(
        "The node's store is "
            + old.backend()
            + " again, in "
            + old.in(data)
            + ". You may delete "
            + current.in(data)
            + ".");
    tellSettings();
  }

  private static String moveBack(StorePlace current, StorePlace old) {
    return "'kiln migrate --from "
        + current.backend()
        + " --to "
        + old.backend()
        + "' moves everything back.";
  }

  private StoreTasks.Summary read(StoreTasks tasks, StorePlace place) throws RefusedException {
    return step(() -> tasks.summary(stores.location(place), new ProgressBar(out, UNIT)));
  }

  /** A step whose end is known beforehand; it is shown when the task has come back, not before. */
  private <T> T counted(long total, CountedStep<T> step) throws RefusedException {
    ProgressBar bar = new ProgressBar(out, UNIT);
    Progress below =
        (done, unknown) -> {
          if (done < total) {
            bar.reached(done, total);
          }
        };
    T result = step(() -> step.run(below));
    bar.reached(total, total);
    return result;
  }

  @FunctionalInterface
  private interface Step<T> {
    T run() throws TaskFailedException;
  }

  @FunctionalInterface
  private interface CountedStep<T> {
    T run(Progress progress) throws TaskFailedException;
  }

  private static <T> T step(Step<T> step) throws RefusedException {
    try {
      return step.run();
    } catch (TaskFailedException e) {
      throw RefusedException.storage(
          "The migration stopped: "
              + e.getMessage().replaceFirst("\\.$", "")
              + ". Run it again to go on, or 'kiln migrate --undo' to give it up.");
    }
  }

  private void save(StoreRecord next) throws RefusedException {
    next.write(data);
    record = next;
  }

  private void delete(StorePlace place) throws RefusedException {
    Path directory = place.in(data);
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> found = Files.walk(directory)) {
      List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw RefusedException.storage("Cannot delete " + directory + ": " + e);
    }
  }

  /** A setting that names another store would keep the node from starting. */
  private void tellSettings() {
    String backend = record.current().backend();
    if (!configuration.isGiven("store.backend")
        || configuration.get("store.backend").equals(backend)) {
      return;
    }
    Optional<Path> file = configuration.settingsFile();
    try {
      if (file.isPresent() && SettingsFile.replace(file.get(), "store.backend", backend)) {
        out.println("store.backend in " + file.get() + " is " + backend + " now.");
        return;
      }
    } catch (IOException e) {
      out.println("Cannot change " + file.get() + ": " + e);
    }
    out.println("Set store.backend to " + backend + " before you start the node.");
  }

  private static String said(StoreTasks.Summary summary) {
    return summary.entries() + " entries, SHA-256 " + summary.sha256();
  }
}
