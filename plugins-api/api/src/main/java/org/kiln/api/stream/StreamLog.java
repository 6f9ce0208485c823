package org.kiln.api.stream;

import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import org.kiln.api.ipld.Cid;

/**
 * The canonical log of a stream, init event first. Immutable and safe for use by many threads;
 * versions share their storage but for what they differ in, so a log of n events is built in time
 * linear in n, time events included.
 */
public final class StreamLog extends AbstractList<LogEntry> {
  private static final int CHUNK_BITS = 8;
  private static final int CHUNK = 1 << CHUNK_BITS;
  private static final int SMALLEST = 4;

  private final Storage storage;
  private final int size;

  /**
   * Entries shared by several versions: a version sees the first so many of them. Full chunks never
   * change and are shared with other storages.
   */
  private static final class Storage {
    private LogEntry[][] chunks;
    private int used;

    private Storage(LogEntry[][] chunks, int used) {
      this.chunks = chunks;
      this.used = used;
    }

    private LogEntry get(int index) {
      return chunks[index >> CHUNK_BITS][index & CHUNK - 1];
    }

    private void add(LogEntry entry) {
      int chunk = used >> CHUNK_BITS;
      int place = used & CHUNK - 1;
      LogEntry[][] all = chunks;
      if (chunk == all.length) {
        all = Arrays.copyOf(all, Math.max(1, chunk * 2));
      }
      LogEntry[] last = all[chunk];
      if (last == null) {
        last = new LogEntry[chunk == 0 ? SMALLEST : CHUNK];
      } else if (place == last.length) {
        last = Arrays.copyOf(last, Math.min(CHUNK, Math.max(SMALLEST, place * 2)));
      }
      last[place] = entry;
      // Older versions may be read by others meanwhile, who must see what was copied.
      VarHandle.storeStoreFence();
      all[chunk] = last;
      VarHandle.storeStoreFence();
      chunks = all;
      used++;
    }

    /** The first so many entries in a storage where those from one on may be changed. */
    private Storage copy(int count, int from) {
      LogEntry[][] copies = Arrays.copyOf(chunks, (count >> CHUNK_BITS) + 1);
      for (int i = from >> CHUNK_BITS; i < copies.length; i++) {
        copies[i] = i << CHUNK_BITS < count ? copies[i].clone() : null;
      }
      return new Storage(copies, count);
    }
  }

  private StreamLog(Storage storage, int size) {
    this.storage = storage;
    this.size = size;
  }

  /** The log of these entries. */
  public static StreamLog of(List<LogEntry> entries) {
    Storage storage = new Storage(new LogEntry[1][], 0);
    entries.forEach(storage::add);
    return new StreamLog(storage, entries.size());
  }

  @Override
  public LogEntry get(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException(index);
    }
    // Entries below size never change, and were published with this object.
    return storage.get(index);
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
        storage.add(entry);
        return new StreamLog(storage, size + 1);
      }
      return new StreamLog(storage.copy(size, size), size).append(entry);
    }
  }

  /**
   * The log with a time event more, whose time is also given to every entry before it back to the
   * time event before.
   */
  public StreamLog appendTime(Cid event, Instant time) {
    int first = size;
    while (first > 0 && get(first - 1).kind() != LogEntry.Kind.TIME) {
      first--;
    }
    Storage copy;
    synchronized (storage) {
      copy = storage.copy(size, first);
    }
    for (int i = first; i < size; i++) {
      copy.chunks[i >> CHUNK_BITS][i & CHUNK - 1] = get(i).at(time);
    }
    return new StreamLog(copy, size).append(LogEntry.of(event, LogEntry.Kind.TIME).at(time));
  }
}
