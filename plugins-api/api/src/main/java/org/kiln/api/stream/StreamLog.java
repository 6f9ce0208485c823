package org.kiln.api.stream;

import java.util.AbstractList;
import java.util.List;
import java.util.OptionalLong;
import org.kiln.api.ipld.Cid;

/**
 * The canonical log of a stream, init event first. Immutable and safe for use by many threads;
 * appending to the newest version shares its storage, so a log of n events is built in time linear
 * in n.
 */
public final class StreamLog extends AbstractList<LogEntry> {
  private final Storage storage;
  private final int size;

  /** Entries shared by several versions: a version sees the first {@code size} of them. */
  private static final class Storage {
    private LogEntry[] entries;
    private int used;

    private Storage(LogEntry[] entries, int used) {
      this.entries = entries;
      this.used = used;
    }
  }

  private StreamLog(Storage storage, int size) {
    this.storage = storage;
    this.size = size;
  }

  /** The log of these entries. */
  public static StreamLog of(List<LogEntry> entries) {
    LogEntry[] copy = entries.toArray(LogEntry[]::new);
    return new StreamLog(new Storage(copy, copy.length), copy.length);
  }

  @Override
  public LogEntry get(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException(index);
    }
    // Entries below size never change, and were published with this object.
    return storage.entries[index];
  }

  @Override
  public int size() {
    return size;
  }

  /** The last entry. */
  public LogEntry tip() {
    return get(size - 1);
  }

  /** Position of an event, −1 when it is not in the log. Searches from the tip. */
  public int indexOf(Cid event) {
    for (int i = size - 1; i >= 0; i--) {
      if (get(i).cid().equals(event)) {
        return i;
      }
    }
    return -1;
  }

  /** The first {@code count} entries. */
  public StreamLog prefix(int count) {
    if (count < 1 || count > size) {
      throw new IndexOutOfBoundsException(count);
    }
    return new StreamLog(storage, count);
  }

  /** The log with one entry more. */
  public StreamLog append(LogEntry entry) {
    synchronized (storage) {
      if (storage.used == size) {
        if (storage.entries.length == size) {
          storage.entries = java.util.Arrays.copyOf(storage.entries, Math.max(4, size * 2));
        }
        storage.entries[size] = entry;
        storage.used = size + 1;
        return new StreamLog(storage, size + 1);
      }
    }
    LogEntry[] copy = java.util.Arrays.copyOf(toArray(new LogEntry[0]), Math.max(4, size + 2));
    copy[size] = entry;
    return new StreamLog(new Storage(copy, size + 1), size + 1);
  }

  /**
   * The log with a time event more, whose time is also given to every entry before it back to the
   * time event before.
   */
  public StreamLog appendTime(Cid event, long seconds) {
    LogEntry[] copy = java.util.Arrays.copyOf(toArray(new LogEntry[0]), size + 4);
    OptionalLong time = OptionalLong.of(seconds);
    for (int i = size - 1; i >= 0 && copy[i].kind() != LogEntry.Kind.TIME; i--) {
      copy[i] = copy[i].at(time);
    }
    copy[size] = new LogEntry(event, LogEntry.Kind.TIME, time, OptionalLong.empty());
    return new StreamLog(new Storage(copy, size + 1), size + 1);
  }
}
