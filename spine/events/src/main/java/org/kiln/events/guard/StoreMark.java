package org.kiln.events.guard;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the log was on the disk, in a small file beside the store: a store that is emptied, gone
 * or cut short cannot tell so itself. Written after each write that was synced, in place and
 * without a sync of its own: it may lag behind after a power cut, and never claims too much.
 *
 * <pre>
 * two slots of 512 bytes, written in turn:
 * "KILNMARK" ‖ counter (8) ‖ newest sequence (8) ‖ what the store calls that place (8) ‖ CRC32C (4)
 * </pre>
 *
 * For one thread at a time.
 */
public final class StoreMark implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreMark.class);
  private static final long MAGIC = 0x4b494c4e4d41524bL;
  private static final int SLOT = 512;
  private static final int CHECKED = 32;

  private final Path file;
  private RandomAccessFile open;
  private long counter;
  private boolean failed;

  /**
   * What was on the disk.
   *
   * @param sequence the newest event's number
   * @param syncedTo {@link org.kiln.api.store.Store#syncedTo} of the store
   */
  public record Reached(long sequence, long syncedTo) {}

  private record Slot(long counter, Reached reached) {}

  private StoreMark(Path file) {
    this.file = file;
  }

  /** Of a store whose end nobody needs to remember. */
  public static StoreMark none() {
    return new StoreMark(null);
  }

  /** The mark in that file, which is made when there is something to remember. */
  public static StoreMark in(Path file) {
    StoreMark mark = new StoreMark(file);
    mark.counter = newest(file).map(Slot::counter).orElse(0L);
    return mark;
  }

  /** The file beside a store's directory. */
  public static Path besides(Path directory) {
    return directory.resolveSibling(directory.getFileName() + ".mark");
  }

  /** What was remembered last; empty when nothing was. */
  public static Optional<Reached> read(Path file) {
    return newest(file).map(Slot::reached);
  }

  private static Optional<Slot> newest(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
    Optional<Slot> first = slot(bytes, 0);
    Optional<Slot> second = slot(bytes, SLOT);
    if (first.isEmpty() && second.isEmpty()) {
      LOG.warn("{} is damaged; it is made anew, and the store is taken as it is", file);
    }
    return first.isEmpty() || second.isPresent() && second.get().counter > first.get().counter
        ? second
        : first;
  }

  private static Optional<Slot> slot(byte[] bytes, int at) {
    if (bytes.length - at < SLOT) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, at, SLOT);
    if (in.getLong() != MAGIC) {
      return Optional.empty();
    }
    Slot slot = new Slot(in.getLong(), new Reached(in.getLong(), in.getLong()));
    return in.getInt() == sum(bytes, at) ? Optional.of(slot) : Optional.empty();
  }

  private static int sum(byte[] bytes, int at) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, at, CHECKED);
    return (int) crc.getValue();
  }

  /** Everything up to there is on the disk. */
  public void reached(long sequence, long syncedTo) {
    if (file == null) {
      return;
    }
    counter++;
    byte[] slot = new byte[SLOT];
    ByteBuffer out = ByteBuffer.wrap(slot);
    out.putLong(MAGIC).putLong(counter).putLong(sequence).putLong(syncedTo);
    out.putInt(sum(slot, 0));
    try {
      if (open == null) {
        open = new RandomAccessFile(file.toFile(), "rw");
        if (open.length() < 2 * SLOT) {
          open.setLength(2 * SLOT);
        }
      }
      open.seek(counter % 2 * SLOT);
      open.write(slot);
      failed = false;
    } catch (IOException e) {
      // The events are safe. A mark that lags is still true.
      if (!failed) {
        LOG.warn(
            "Cannot write {}, which says how far the log is on the disk: {}", file, e.toString());
      }
      failed = true;
    }
  }

  @Override
  public void close() {
    if (open == null) {
      return;
    }
    try {
      open.getFD().sync();
      open.close();
    } catch (IOException e) {
      LOG.warn("{} was not closed cleanly: {}", file, e.toString());
    }
    open = null;
  }
}
