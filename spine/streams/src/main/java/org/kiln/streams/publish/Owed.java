package org.kiln.streams.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.kiln.api.stream.StreamId;

/**
 * Streams that are to be compared: at once, and those that could not be derived after a pause that
 * is longer each time. Whoever asks for such a one meanwhile does not make it shorter: a stream
 * that nobody can derive is not to keep the node at work. For one thread at a time.
 */
final class Owed {
  static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  private final int most;
  private final LongSupplier nanoTime;
  private final Map<StreamId, One> streams = new LinkedHashMap<>();

  /** Those that are compared just now, with the pause before that. */
  private final Map<StreamId, Duration> trying = new HashMap<>();

  /** None, and never more than so many. */
  Owed(int most, LongSupplier nanoTime) {
    this.most = most;
    this.nanoTime = nanoTime;
  }

  /**
   * One stream.
   *
   * @param settled events of which nothing more is to come once it is compared
   * @param pause before that
   * @param dueNanos when the pause is over
   */
  private record One(List<Long> settled, Duration pause, long dueNanos) {
    private One with(One later) {
      List<Long> both = new ArrayList<>(settled);
      both.addAll(later.settled);
      return new One(both, pause, dueNanos);
    }
  }

  /** Twice that, from one second up to ten minutes. */
  static Duration longer(Duration pause) {
    Duration longer = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
    return longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
  }

  /**
   * Adds a stream.
   *
   * @return false when there are too many
   */
  boolean add(StreamId stream, List<Long> settled) {
    if (streams.size() >= most && !streams.containsKey(stream)) {
      return false;
    }
    Duration before = trying.get(stream);
    Duration pause = before == null ? Duration.ZERO : longer(before);
    streams.merge(
        stream, new One(settled, pause, nanoTime.getAsLong() + pause.toNanos()), One::with);
    return true;
  }

  /**
   * Adds a stream that has just been derived: what made it pause is over, also that of an earlier
   * time.
   *
   * @return false when there are too many
   */
  boolean addDerived(StreamId stream) {
    One before = streams.get(stream);
    if (before == null && streams.size() >= most) {
      return false;
    }
    List<Long> settled = before == null ? List.of() : before.settled();
    streams.put(stream, new One(settled, Duration.ZERO, nanoTime.getAsLong()));
    return true;
  }

  /** Takes those that are due, so many at most, to be tried now. */
  Map<StreamId, List<Long>> takeDue(int atMost) {
    long now = nanoTime.getAsLong();
    Map<StreamId, List<Long>> due = new HashMap<>();
    Iterator<Map.Entry<StreamId, One>> all = streams.entrySet().iterator();
    while (all.hasNext() && due.size() < atMost) {
      Map.Entry<StreamId, One> one = all.next();
      if (one.getValue().dueNanos() - now <= 0) {
        due.put(one.getKey(), one.getValue().settled());
        trying.put(one.getKey(), one.getValue().pause());
        all.remove();
      }
    }
    return due;
  }

  /** All that was taken was tried; what was added again meanwhile could not be derived. */
  void tried() {
    trying.clear();
  }

  /** Nanoseconds until the next is due; {@link Long#MAX_VALUE} when there is none. */
  long nextNanos() {
    long now = nanoTime.getAsLong();
    long next = Long.MAX_VALUE;
    Iterator<One> all = streams.values().iterator();
    while (next > 0 && all.hasNext()) {
      next = Math.min(next, all.next().dueNanos() - now);
    }
    return next;
  }
}
