package org.kiln.http.sql;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.kiln.core.sql.SqlRows;

/**
 * The feeds that are being pushed. They have no end by themselves, so they are ended before the
 * face goes; their readers come again. Thread-safe.
 */
final class OpenFeeds implements AutoCloseable {
  private final Set<SqlRows> feeds = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** One more; closing what is given closes it. */
  AutoCloseable add(SqlRows feed) {
    feeds.add(feed);
    if (closed) {
      feed.close();
    }
    return () -> {
      feeds.remove(feed);
      feed.close();
    };
  }

  /** Ends all, and those that come now. */
  @Override
  public void close() {
    closed = true;
    feeds.forEach(SqlRows::close);
  }
}
