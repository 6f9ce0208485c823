package org.kiln.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps it over restarts that an index is damaged: opening it may not lead to where that was found.
 * A file in the node's directory of the index, also where the index is elsewhere; it names the
 * engine, so that one which takes the place of another is not blamed. Thread-safe.
 */
final class DamageMark {
  private static final Logger LOG = LoggerFactory.getLogger(DamageMark.class);
  private static final int MOST_CHARS = 1_000;

  private final Path file;

  /** Made when it is needed, with its directory. */
  DamageMark(Path directory, String engine) {
    file = directory.resolve("damaged-" + engine.replaceAll("[^A-Za-z0-9._-]", "_"));
  }

  /** The damage that was found; empty when none was since the index was made. */
  Optional<IndexException> read() {
    return Files.exists(file)
        ? Optional.of(new IndexException(Kind.CORRUPT, text() + " (found earlier)", null))
        : Optional.empty();
  }

  /** That there is a mark is what counts: its text may have been lost with the power. */
  private String text() {
    try {
      String text = Files.readString(file).strip();
      return text.isEmpty() ? "The index is damaged" : text;
    } catch (IOException e) {
      return "The index is damaged";
    }
  }

  /** Marks the index, unless it is; the first that was found stays. */
  void put(IndexException damage) {
    if (Files.exists(file)) {
      return;
    }
    String text = String.valueOf(damage.getMessage());
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(
          file,
          text.substring(0, Math.min(text.length(), MOST_CHARS)) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE,
          StandardOpenOption.DSYNC);
    } catch (IOException e) {
      LOG.warn("That the index is damaged is known only until the next start: {}", e.toString());
    }
  }

  /**
   * The index was made anew.
   *
   * @throws IndexException UNWRITABLE when the mark stays
   */
  void remove() throws IndexException {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new IndexException(
          Kind.UNWRITABLE, "The mark of the damaged index cannot be deleted: " + e, e);
    }
  }
}
