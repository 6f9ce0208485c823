package org.kiln.net.kad;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.net.ContentRouting;

/**
 * Says again and again what this node provides: each CID when it is new and then every 22 hours. A
 * few hundred a call, so that a node with many does not do nothing else. Not thread-safe.
 */
public final class Providing {
  /** CIDs said by one call of {@link #round}. */
  public static final int A_ROUND = 200;

  private static final int MAX = 100_000;
  private static final long AGAIN_NANOS = Duration.ofHours(22).toNanos();
  private static final long RETRY_NANOS = Duration.ofMinutes(10).toNanos();
  private static final Duration EACH = Duration.ofSeconds(60);

  private final ContentRouting routing;
  private final LongSupplier clock;
  private final Map<Cid, Long> nextNanos = new HashMap<>();

  /** By that routing. */
  public Providing(ContentRouting routing) {
    this(routing, System::nanoTime);
  }

  Providing(ContentRouting routing, LongSupplier clock) {
    this.routing = routing;
    this.clock = clock;
  }

  /**
   * Says what is due.
   *
   * @param provided what this node provides now; beyond 100 000 nothing is said
   * @return how many CIDs were said to somebody
   */
  public int round(Iterable<Cid> provided) {
    Set<Cid> all = new LinkedHashSet<>();
    for (Cid cid : provided) {
      if (all.size() < MAX) {
        all.add(cid);
      }
    }
    nextNanos.keySet().retainAll(all);
    int tried = 0;
    int said = 0;
    for (Cid cid : all) {
      Long due = nextNanos.get(cid);
      if (due != null && clock.getAsLong() - due < 0) {
        continue;
      }
      if (tried++ == A_ROUND || Thread.currentThread().isInterrupted()) {
        break;
      }
      boolean heard = routing.provide(cid, Deadline.in(EACH)) > 0;
      nextNanos.put(cid, clock.getAsLong() + (heard ? AGAIN_NANOS : RETRY_NANOS));
      said += heard ? 1 : 0;
    }
    return said;
  }
}
