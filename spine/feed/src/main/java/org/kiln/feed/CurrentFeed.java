package org.kiln.feed;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.kiln.api.feed.Feed;

/** The feed there is at the moment, if any. Thread-safe. */
public final class CurrentFeed {
  private final AtomicReference<Feed> current = new AtomicReference<>();

  /** A feed has come; it is the one from now on. */
  public void set(Feed feed) {
    current.set(feed);
  }

  /** A feed has gone. */
  public void unset(Feed feed) {
    current.compareAndSet(feed, null);
  }

  Optional<Feed> get() {
    return Optional.ofNullable(current.get());
  }

  boolean is(Feed feed) {
    return current.get() == feed;
  }
}
