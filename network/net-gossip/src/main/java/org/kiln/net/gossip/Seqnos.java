package org.kiln.net.gossip;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.LongSupplier;

/**
 * Sequence numbers of our own messages. They rise over restarts, even when the clock is set back:
 * Kubo remembers the highest of each author on disk and ignores, without a word, whatever is not
 * above it. The file holds a number none was above so far, written ahead of use. Thread-safe.
 */
final class Seqnos {
  static final long STEP = 1_000_000;

  private final Path file;
  private long next;
  private long mark;

  /**
   * Reads the mark.
   *
   * @param clockNanos nanoseconds since 1970
   * @throws IOException when the file cannot be read or written
   */
  Seqnos(Path file, LongSupplier clockNanos) throws IOException {
    this.file = file;
    long kept = 0;
    if (Files.exists(file)) {
      String text = Files.readString(file).strip();
      if (!text.matches("[0-9]{1,19}")) {
        throw new IOException(file + " does not hold a number");
      }
      kept = Long.parseLong(text);
    }
    next = Math.max(kept, clockNanos.getAsLong()) + 1;
    mark = next;
  }

  /**
   * The next number.
   *
   * @throws IOException when the mark cannot be written; the number is not used then
   */
  synchronized long next() throws IOException {
    if (next >= mark) {
      write(next + STEP);
      mark = next + STEP;
    }
    return next++;
  }

  private void write(long value) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel out =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer text = ByteBuffer.wrap(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
      while (text.hasRemaining()) {
        out.write(text);
      }
      out.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
