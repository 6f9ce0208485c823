package org.kiln.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;

/**
 * What a reader derives and its place, in one transaction: here the lock of this object. Several
 * versions of the reader share it. Notices two calls at once.
 */
final class Shelf {
  private final List<Long> taken = new ArrayList<>();
  private final List<String> by = new ArrayList<>();
  private final AtomicInteger inside = new AtomicInteger();
  private ResumeToken position;
  private volatile boolean crowded;
  private volatile boolean forgetful;

  synchronized List<Long> taken() {
    return List.copyOf(taken);
  }

  synchronized int count() {
    return taken.size();
  }

  /** Which versions took something, in the order of their first taking. */
  synchronized List<String> by() {
    return by.stream().distinct().toList();
  }

  synchronized Optional<ResumeToken> position() {
    return Optional.ofNullable(position);
  }

  boolean crowded() {
    return crowded;
  }

  /** It begins anew when its place is refused, rather than to say so. */
  Shelf forgetful() {
    forgetful = true;
    return this;
  }

  private synchronized void keep(String version, List<StreamChange> changes, ResumeToken place) {
    changes.forEach(change -> taken.add(change.token().position()));
    by.add(version);
    position = place;
  }

  private synchronized void forget() {
    taken.clear();
    position = null;
  }

  /** What happens in a call before anything is kept. */
  interface Before {
    void take() throws Exception;
  }

  ChangeReader reader(String version, Before before) {
    return new ChangeReader() {
      @Override
      public Optional<ResumeToken> position() {
        return Shelf.this.position();
      }

      @Override
      public void take(List<StreamChange> changes, ResumeToken place) throws Exception {
        crowded |= inside.incrementAndGet() > 1;
        try {
          before.take();
          keep(version, changes, place);
        } finally {
          inside.decrementAndGet();
        }
      }

      @Override
      public void refused(FeedException reason) throws FeedException {
        if (!forgetful) {
          throw reason;
        }
        forget();
      }
    };
  }
}
