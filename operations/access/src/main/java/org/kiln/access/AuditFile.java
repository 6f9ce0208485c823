package org.kiln.access;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.access.AuditLog;
import org.kiln.ipld.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of one JSON object a line that only grows, until it is full: then it makes room for a new
 * one, and the oldest of five is let go. Thread-safe.
 */
final class AuditFile implements AuditLog, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);
  private static final int KEPT = 4;
  private static final int REFUSALS_PER_MINUTE = 60;
  private static final int MAX_TEXT_CHARS = 500;
  private static final int TAIL_BYTES = 1 << 20;

  private final Path file;
  private final long maxBytes;
  private final InstantSource clock;
  private FileChannel channel;
  private long refusalMinute;
  private int refusals;

  AuditFile(Path file, long maxBytes, InstantSource clock) throws IOException {
    this.file = file;
    this.maxBytes = maxBytes;
    this.clock = clock;
    Files.createDirectories(file.getParent());
    this.channel = append();
  }

  private FileChannel append() throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
        PrivateFile.ownersOnly());
  }

  @Override
  public void record(String who, String from, String action, String outcome, String detail) {
    if (outcome.startsWith("4") && tooMany()) {
      return;
    }
    Ipld.Map.Builder line =
        Ipld.Map.builder()
            .with("at", Ipld.of(clock.instant().truncatedTo(ChronoUnit.MILLIS).toString()))
            .with("who", text(who))
            .with("from", text(from))
            .with("action", text(action))
            .with("outcome", text(outcome));
    if (!detail.isEmpty()) {
      line.put("detail", text(detail));
    }
    byte[] json = Json.write(line.build());
    byte[] bytes = Arrays.copyOf(json, json.length + 1);
    bytes[json.length] = '\n';
    try {
      write(bytes);
    } catch (IOException e) {
      // A change is not undone because the record of it failed; the log has it at least.
      LOG.error("The audit log cannot be written: {}; lost: {} {} {}", e, who, action, outcome);
    }
  }

  /** Refusals cost a stranger nothing: they must not push what was done out of the file. */
  private synchronized boolean tooMany() {
    long minute = clock.instant().getEpochSecond() / 60;
    if (minute != refusalMinute) {
      refusalMinute = minute;
      refusals = 0;
    }
    return ++refusals > REFUSALS_PER_MINUTE;
  }

  private static Ipld text(String text) {
    return Ipld.of(text.substring(0, Math.min(MAX_TEXT_CHARS, text.length())));
  }

  private synchronized void write(byte[] line) throws IOException {
    if (channel.size() + line.length > maxBytes) {
      turnOver();
    }
    ByteBuffer bytes = ByteBuffer.wrap(line);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private void turnOver() throws IOException {
    channel.close();
    for (int i = KEPT; i > 0; i--) {
      Path from = i == 1 ? file : numbered(i - 1);
      if (Files.exists(from)) {
        Files.move(from, numbered(i), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    channel = append();
  }

  private Path numbered(int i) {
    return file.resolveSibling(file.getFileName() + "." + i);
  }

  /** The newest lines of the file that is written now, newest first. */
  synchronized List<Ipld> newest(int limit) throws IOException {
    byte[] tail;
    try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
      long start = Math.max(0, reader.length() - TAIL_BYTES);
      reader.seek(start);
      tail = new byte[(int) (reader.length() - start)];
      reader.readFully(tail);
    }
    List<String> lines = new ArrayList<>(new String(tail, StandardCharsets.UTF_8).lines().toList());
    Collections.reverse(lines);
    List<Ipld> entries = new ArrayList<>();
    for (String line : lines) {
      if (entries.size() >= limit) {
        break;
      }
      try {
        entries.add(Json.parseMap(line.getBytes(StandardCharsets.UTF_8)));
      } catch (CodecException e) {
        LOG.debug("A line of the audit log was cut short: {}", e.getMessage());
      }
    }
    return entries;
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }
}
