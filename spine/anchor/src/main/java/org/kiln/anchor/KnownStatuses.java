package org.kiln.anchor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.StreamId;

/**
 * What the store said of late of the requests for tips: every state that is read asks, and most ask
 * again before anything has changed. Bounded: when it is full it forgets all. Thread-safe.
 */
final class KnownStatuses {
  private static final int MOST = 50_000;

  private record Known(Cid tip, AnchorStatus status) {}

  private final Map<StreamId, Known> known = new ConcurrentHashMap<>();

  /** Counts what has changed, so that an older answer is not kept over a newer one. */
  private final AtomicLong changes = new AtomicLong();

  /** The status of a tip: as it is known, else as the store says. */
  AnchorStatus of(StreamId stream, Cid tip, Supplier<AnchorStatus> store) {
    Known last = known.get(stream);
    if (last != null && last.tip.equals(tip)) {
      return last.status;
    }
    long before = changes.get();
    AnchorStatus status = store.get();
    if (changes.get() == before) {
      if (known.size() >= MOST) {
        known.clear();
      }
      Known found = new Known(tip, status);
      known.put(stream, found);
      if (changes.get() != before) {
        known.remove(stream, found);
      }
    }
    return status;
  }

  /** The request of a stream has changed, durably. */
  void changed(StreamId stream) {
    changes.incrementAndGet();
    known.remove(stream);
  }

  /** Those of many have. */
  void changed() {
    changes.incrementAndGet();
    known.clear();
  }
}
