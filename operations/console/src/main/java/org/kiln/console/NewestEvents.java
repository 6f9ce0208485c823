package org.kiln.console;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.StoredEvent;

/**
 * The newest events of a stream, as many as a page can show, without reading all of a long one: the
 * log is walked forwards only, so the place to begin at is searched for.
 *
 * @param events the first one and the newest, in the order they came; none when the log has none
 * @param total how many the stream has; empty when they were not counted
 * @param cut whether there are more than these
 * @param damage what was met in the store; what lies before it is shown
 */
record NewestEvents(
    List<StoredEvent> events, OptionalLong total, boolean cut, Optional<String> damage) {
  static final int MOST = 1_000;
  static final long MOST_BYTES = 16 << 20;

  /** More than this is not read at once. */
  static final int MOST_READ = 4 * MOST;

  /** Whether the time that may be spent on this is over. */
  @FunctionalInterface
  interface Late {
    boolean isOver();
  }

  /** Looks for them. */
  static NewestEvents of(EventLog log, StreamId stream, Late late) {
    Walk all = Walk.after(0, log, stream, late);
    if (!all.tooMany) {
      OptionalLong total = all.late ? OptionalLong.empty() : OptionalLong.of(all.read);
      return all.shown(all.first, total);
    }
    long last = log.lastSequence();
    long tooMany = 0;
    long tooFew = last;
    Walk newest = new Walk();
    long from = Math.max(1, last - MOST);
    while (from > tooMany && from < tooFew) {
      Walk walk = Walk.after(from, log, stream, late);
      if (walk.late || walk.damage.isPresent() && newest.read > 0) {
        break;
      }
      if (walk.tooMany) {
        tooMany = from;
        from += (tooFew - from) / 2;
      } else {
        newest = walk;
        if (walk.isFull() || walk.damage.isPresent()) {
          break;
        }
        tooFew = from;
        from = tooMany > 0 ? from - (from - tooMany) / 2 : Math.max(1, last - 8 * (last - from));
      }
    }
    return newest.shown(all.first, OptionalLong.empty());
  }

  /** One walk through a part of the log. */
  private static final class Walk {
    private final Deque<StoredEvent> newest = new ArrayDeque<>();
    private StoredEvent first;
    private int read;
    private long bytes;
    private boolean tooMany;
    private boolean late;
    private Optional<String> damage = Optional.empty();

    private static Walk after(long sequence, EventLog log, StreamId stream, Late late) {
      Walk walk = new Walk();
      try {
        log.scanStream(
            stream,
            sequence,
            stored -> {
              walk.add(stored);
              walk.late = late.isOver();
              walk.tooMany = walk.read > MOST_READ;
              return !walk.late && !walk.tooMany;
            });
      } catch (StoreException e) {
        walk.damage = Optional.of(e.getMessage());
      }
      return walk;
    }

    private void add(StoredEvent stored) {
      read++;
      first = first == null ? stored : first;
      newest.addLast(stored);
      bytes += bytes(stored);
      while (newest.size() > 1 && isOverfull()) {
        bytes -= bytes(newest.removeFirst());
      }
    }

    private boolean isOverfull() {
      return newest.size() > MOST || bytes > MOST_BYTES;
    }

    private boolean isFull() {
      return read >= MOST || newest.size() < read;
    }

    private static long bytes(StoredEvent stored) {
      return stored.event().blocks().stream().mapToLong(block -> block.size()).sum();
    }

    private NewestEvents shown(StoredEvent begin, OptionalLong total) {
      boolean missesFirst =
          begin != null && (newest.isEmpty() || newest.getFirst().sequence() != begin.sequence());
      List<StoredEvent> events =
          Stream.concat(missesFirst ? Stream.of(begin) : Stream.empty(), newest.stream()).toList();
      boolean whole = total.isPresent() && total.getAsLong() == events.size();
      return new NewestEvents(events, total, !whole, damage);
    }
  }
}
