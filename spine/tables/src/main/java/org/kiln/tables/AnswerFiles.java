package org.kiln.tables;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** The directory below that of the tables. */
  static Path directory(Path tables) {
    return tables.resolve("answers").toAbsolutePath();
  }

  /** A directory that is made empty. */
  AnswerFiles(Path directory, long mostBytes) throws IOException {
    this.directory = directory;
    this.mostBytes = mostBytes;
    Files.createDirectories(directory);
    try (Stream<Path> left = Files.list(directory)) {
      for (Path one : left.toList()) {
        Files.delete(one);
      }
    }
  }

  /** Runs a statement. */
  interface Run {
    Execution of(Planner.Plan plan, Execution.Watch watch) throws SqlRefusal;
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
      run.of(plan.withText(copy), () -> tooLarge(file)).close();
      One one = new One(file, Files.size(file));
      whole = true;
      return one;
    } catch (IOException e) {
      throw new SqlRefusal(Reason.UNAVAILABLE, "The answer cannot be written: " + e.getMessage());
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
