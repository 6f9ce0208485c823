package org.kiln.api.stream;

import java.util.Optional;
import java.util.function.Predicate;
import org.kiln.api.plugin.Deadline;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Lists the streams of this node for extensions that look for some. For what has changed since, the
 * {@linkplain org.kiln.api.feed.Feed feed} is cheaper. The node publishes it as a service.
 * Thread-safe; calls block until the deadline and hold one state in memory at a time.
 */
@ProviderType
public interface StreamList {

  /**
   * Walks states in the order of their StreamIDs' bytes. A state that changed within the last
   * seconds may be seen as it was before, and a stream of the last seconds not at all; one that is
   * lost in damage is passed over.
   *
   * @param after exclusive; empty to begin
   * @param most how many states to look at, at most; 1 to 100 000
   * @param deadline when to come back with what was seen so far
   * @param sink is given each state on the caller's thread, and answers whether to go on
   * @return after which to go on; empty when there are no more
   * @throws IllegalArgumentException when {@code most} is out of its range
   */
  Optional<StreamId> walk(
      Optional<StreamId> after, int most, Deadline deadline, Predicate<StreamState> sink);
}
