package org.kiln.net.recon;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.talk.Offers;

/**
 * What one peer was given of one space, and does not take. Peers differ in what they can check, and
 * ceramic-one hangs up over each value that it refuses, with all that came after it: given the same
 * again and again it would never get the rest. So what a peer lacks though it was given it thrice
 * is held back, for ever longer; and while most of what is given comes to nothing, or a
 * conversation broke off, so little is given at once that the culprit can be told from the others,
 * and the next conversation goes on behind it: so the last has its turn, even behind more bad ones
 * than are remembered. Thread-safe.
 */
final class Offered {
  /** What ceramic-one keeps at a time: behind a bad value no more than these are lost. */
  static final int CAREFUL = 100;

  /** Of some 100 bytes each; what was given longest ago is forgotten first. */
  static final int MOST_TRIES = 8_192;

  private static final int MOST_LAST = 1_024;
  private static final int FREE_TRIES = 2;
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final int LONGER = 4;
  private static final Duration LONGEST = Duration.ofHours(1);

  private record Try(int times, long untilNanos) {}

  private final LongSupplier nanos;
  private final DoubleSupplier chance;
  private final Map<Long, Try> tries =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Try> eldest) {
          return size() > MOST_TRIES;
        }
      };
  private Set<Long> last = Set.of();
  private int limit = Integer.MAX_VALUE;

  /** What was given last, where the next conversation goes on; empty where it is to begin anew. */
  private Optional<Key> behind = Optional.empty();

  /**
   * Nothing yet.
   *
   * @param nanos nanoseconds that never go back
   * @param chance from 0 to 1, so that what was held back together does not come back together
   */
  Offered(LongSupplier nanos, DoubleSupplier chance) {
    this.nanos = nanos;
    this.chance = chance;
  }

  /** A conversation begins. */
  synchronized Round begin() {
    return new Round(limit, behind);
  }

  /** The last bytes of a key are of a hash or a signature, and no two keys have the same. */
  private static long id(Key key) {
    byte[] bytes = key.bytes();
    return bytes.length < Long.BYTES
        ? key.hashCode()
        : ByteBuffer.wrap(bytes).getLong(bytes.length - Long.BYTES);
  }

  private synchronized boolean isHeldBack(long id) {
    Try known = tries.get(id);
    return known != null && known.times() > FREE_TRIES && nanos.getAsLong() < known.untilNanos();
  }

  /** How many values are remembered. */
  synchronized int size() {
    return tries.size();
  }

  private synchronized void over(Round round, boolean failed) {
    Set<Long> given = round.given;
    int count = round.count;
    long again = given.stream().filter(this::wasGiven).count();
    if (count > CAREFUL) {
      // Which of so many it was cannot be told.
      last = Set.copyOf(given);
    } else {
      last = Set.of();
      given.forEach(this::tried);
    }
    if (failed && count > 0 || 2 * again > count) {
      limit = CAREFUL;
    } else if (count > 0 && limit < Integer.MAX_VALUE) {
      limit = (int) Math.min(Integer.MAX_VALUE, 4L * limit);
    }
    if (failed ? count > 0 && count <= CAREFUL : count >= round.most) {
      behind = round.furthest;
    } else if (!failed) {
      behind = Optional.empty();
    }
  }

  private void tried(Long id) {
    Try known = tries.remove(id);
    tries.put(id, known == null ? new Try(1, 0) : next(known));
  }

  private boolean wasGiven(Long id) {
    return last.contains(id) || tries.containsKey(id);
  }

  private Try next(Try known) {
    int times = known.times() + 1;
    double pause = PAUSE.toNanos() * Math.pow(LONGER, Math.max(0, times - FREE_TRIES - 1));
    double spread = 0.5 + chance.getAsDouble();
    return new Try(times, nanos.getAsLong() + (long) (Math.min(pause, LONGEST.toNanos()) * spread));
  }

  private synchronized void clear() {
    tries.clear();
    last = Set.of();
    limit = Integer.MAX_VALUE;
    behind = Optional.empty();
  }

  /** One conversation; for the thread that writes it, and then for the one that had it. */
  final class Round implements Offers {
    private final int most;
    private final Optional<Key> behind;
    private final Set<Long> given = new HashSet<>();
    private int count;
    private Optional<Key> furthest;

    private Round(int most, Optional<Key> behind) {
      this.most = most;
      this.behind = behind;
      this.furthest = behind;
    }

    @Override
    public synchronized Answer offer(Key key) {
      long id = id(key);
      if (isAtOrBefore(key, behind) || isHeldBack(id)) {
        return Answer.HOLD_BACK;
      }
      return count >= most ? Answer.ENOUGH : Answer.SEND;
    }

    @Override
    public synchronized void sends(Key key) {
      count++;
      if (furthest.isEmpty() || !isAtOrBefore(key, furthest)) {
        furthest = Optional.of(key);
      }
      if (given.size() < MOST_LAST) {
        given.add(id(key));
      }
    }

    private static boolean isAtOrBefore(Key key, Optional<Key> place) {
      return place.isPresent() && key.compareTo(place.get()) <= 0;
    }

    /** Both had the same from the first word on: nothing is left that the peer did not take. */
    void same() {
      clear();
    }

    /**
     * It is over.
     *
     * @param failed whether the peer broke it off
     * @return whether anything was given, over which it may have
     */
    synchronized boolean over(boolean failed) {
      Offered.this.over(this, failed);
      return count > 0;
    }
  }
}
