package org.kiln.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is being served right now, as lines of a file in memory that outlives the process: who
 * starts after a node that was killed, or had no memory left to say anything, can read what it was
 * doing. A line costs no system call. Thread-safe.
 */
public final class ServingRecord implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServingRecord.class);
  private static final int MOST_TOLD = 5;
  private static final int SLOTS = 1024;
  private static final int SLOT_BYTES = 160;
  private static final byte[] BLANK = blank();

  /** No record. */
  public static final ServingRecord NONE = new ServingRecord(null, ByteBuffer.allocate(0), 0);

  private final Path file;
  private final ByteBuffer lines;
  private final AtomicIntegerArray used;
  private final AtomicInteger next = new AtomicInteger();
  private volatile Second now = new Second(0);

  /** The beginning of the lines of one second: to write a time costs more than all the rest. */
  private static final class Second {
    private final long unix;
    private final byte[] line = BLANK.clone();
    private final int length;

    Second(long unix) {
      this.unix = unix;
      this.length = put(Instant.ofEpochSecond(unix).toString(), line, 0);
    }
  }

  private ServingRecord(Path file, ByteBuffer lines, int slots) {
    this.file = file;
    this.lines = lines;
    this.used = new AtomicIntegerArray(slots);
  }

  /**
   * An empty record in that file; what a process before has left there is told to the log. Where
   * there can be no file there is no record.
   */
  public static ServingRecord open(Path file) {
    try {
      List<String> left = left(file);
      if (!left.isEmpty()) {
        LOG.info(
            "The node before this one ended without a word, killed or out of memory, while it"
                + " served {} requests; the oldest (since, method, client, path): {}",
            left.size(),
            String.join("; ", left.subList(0, Math.min(MOST_TOLD, left.size()))));
      }
      return empty(file);
    } catch (IOException e) {
      LOG.info("What is being served is not written down: {}", e.toString());
      return NONE;
    }
  }

  /** What the process before was serving when it ended without a word, the oldest first. */
  static List<String> left(Path file) throws IOException {
    return Files.exists(file)
        ? Files.readString(file, StandardCharsets.ISO_8859_1)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && line.indexOf('\0') < 0)
            .sorted()
            .toList()
        : List.of();
  }

  private static ServingRecord empty(Path file) throws IOException {
    Files.deleteIfExists(file);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      MappedByteBuffer lines =
          channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) SLOTS * SLOT_BYTES);
      for (int slot = 0; slot < SLOTS; slot++) {
        lines.put(slot * SLOT_BYTES, BLANK);
      }
      return new ServingRecord(file, lines, SLOTS);
    }
  }

  private static byte[] blank() {
    byte[] blank = new byte[SLOT_BYTES];
    Arrays.fill(blank, (byte) ' ');
    blank[SLOT_BYTES - 1] = '\n';
    return blank;
  }

  /** Writes a line down, without the query; answers where, or −1 when there is no room. */
  int begin(String method, String path, String client) {
    int slots = used.length();
    int slot = -1;
    for (int tries = 0; tries < Math.min(slots, 16) && slot < 0; tries++) {
      int candidate = (next.getAndIncrement() & Integer.MAX_VALUE) % slots;
      if (used.compareAndSet(candidate, 0, 1)) {
        slot = candidate;
      }
    }
    if (slot >= 0) {
      lines.put(slot * SLOT_BYTES, line(method, path, client));
    }
    return slot;
  }

  private byte[] line(String method, String path, String client) {
    long unix = System.currentTimeMillis() / 1000;
    Second second = now;
    if (second.unix != unix) {
      second = new Second(unix);
      now = second;
    }
    byte[] line = second.line.clone();
    int at = put(method, line, second.length + 1);
    at = put(client, line, at + 1);
    put(path, line, at + 1);
    return line;
  }

  private static int put(String text, byte[] line, int from) {
    int at = from;
    for (int i = 0; i < text.length() && at < line.length - 1; i++) {
      char c = text.charAt(i);
      line[at++] = (byte) (c > ' ' && c < 0x7f ? c : '?');
    }
    return at;
  }

  /** Takes a line out. */
  void end(int slot) {
    if (slot >= 0) {
      lines.put(slot * SLOT_BYTES, BLANK);
      used.set(slot, 0);
    }
  }

  /** The process ends in order: there is nothing to tell the next one. */
  @Override
  public void close() throws IOException {
    if (file != null) {
      Files.deleteIfExists(file);
    }
  }
}
