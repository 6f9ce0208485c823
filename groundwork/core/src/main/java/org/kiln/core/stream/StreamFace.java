package org.kiln.core.stream;

import java.util.List;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.log.EventLog;

/**
 * A face that can stand before other streams than the node's own, as {@link ScratchStreams} makes
 * them. Thread-safe.
 */
@FunctionalInterface
public interface StreamFace {
  /**
   * The same face before those streams. It is the caller who makes its routes reachable, and who
   * closes it before the streams go. Nothing of the node's own can be changed through it.
   */
  Before before(StreamService streams, EventLog log);

  /** A face before some streams. */
  interface Before extends AutoCloseable {
    /** The routes, with the patterns that the face has in the node. */
    List<HttpRoute> routes();

    @Override
    void close();
  }
}
