package org.kiln.core.stream;

import java.util.List;
import java.util.Optional;
import org.kiln.api.feed.Origin;
import org.kiln.api.plugin.Deadline;

/**
 * The door for events from the network and from imports. It is <em>lenient</em>: what is authentic
 * is kept, and applied as soon as it can be. Thread-safe; calls block until the events are on the
 * disk.
 */
public interface StreamArrivals {

  /**
   * Takes events, for a few hundred at once, in one write of the log. One is refused when it is not
   * authentic or not an event of that stream; never because it cannot be applied yet. How they move
   * one stream is told as one change.
   *
   * @param origin who told of them, as readers of the feed will see
   * @return for each event why it was refused, empty when it was not
   */
  List<Optional<StreamException>> receive(
      List<StreamEvent> events, Origin origin, Deadline deadline);
}
