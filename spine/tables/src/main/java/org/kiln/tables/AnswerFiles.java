package org.kiln.tables;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.kiln.core.sql.SqlFile;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers that the engine writes into files, in the one directory where it may write any. What a
 * node that was killed has left there goes at the next start. Thread-safe.
 */
final class AnswerFiles {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerFiles.class);

  private final Path directory;
  private final long mostBytes;

  /**
   * A directory below that of the tables, with another name at each start: no statement can be
   * written that names a file in it.
   */
  static Path directory(Path tables) {
    return all(tables).resolve(UUID.randomUUID().toString());
  }

  private static Path all(Path tables) {
    return tables.resolve("answers").toAbsolutePath();
  }

  /**
   * Forgets those of before.
   *
   * @param tables the directory of the tables
   * @param directory the one of this start
   */
  AnswerFiles(Path tables, Path directory, long mostBytes) throws IOException {
    this.directory = directory;
    this.mostBytes = mostBytes;
    if (Files.isDirectory(all(tables))) {
      List<Path> left;
      try (Stream<Path> below = Files.walk(all(tables))) {
        left = below.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path one : left) {
        Files.delete(one);
      }
    }
    Files.createDirectories(directory);
  }

  /** Runs a statement to its end. */
  interface Run {
    void of(Planner.Plan plan, Execution.Watch watch) throws SqlRefusal;
  }

  /** Has the answer to a statement written as Parquet. */
  SqlFile parquet(Planner.Plan plan, Run run) throws SqlRefusal {
    Path file = directory.resolve(UUID.randomUUID() + ".parquet");
    boolean whole = false;
    String copy =
        "COPY ("
            + plan.syntax().text().replaceFirst("[;\\s]+$", "")
            + "\n) TO "
            + Database.quoted(file)
            + " (FORMAT parquet, COMPRESSION zstd)";
    try {
      run.of(plan.withText(copy), () -> tooLarge(file));
      One one = new One(file, Files.size(file));
      whole = true;
      return one;
    } catch (IOException e) {
      LOG.warn("The file of an answer to SQL cannot be looked at: {}", e.toString());
      throw new SqlRefusal(
          Reason.UNAVAILABLE, "The answer cannot be written; the node's log says why");
    } finally {
      if (!whole) {
        delete(file);
      }
    }
  }

  private Optional<String> tooLarge(Path file) {
    return file.toFile().length() <= mostBytes
        ? Optional.empty()
        : Optional.of(
            "The file of the answer becomes larger than "
                + mostBytes
                + " bytes; ask for fewer rows or columns at a time");
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("The file of an answer to SQL cannot be deleted: {}", e.toString());
    }
  }

  private record One(Path file, long size) implements SqlFile {
    @Override
    public void transferTo(OutputStream out) throws IOException {
      Files.copy(file, out);
    }

    @Override
    public void close() {
      delete(file);
    }
  }
}
