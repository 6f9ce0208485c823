package org.kiln.core.stream;

import java.util.Optional;
import java.util.function.Predicate;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;

/** Walks the states that are kept, for those who look for streams. Thread-safe; blocks. */
public interface StreamCatalogue {

  /**
   * Walks states in the order of their StreamIDs, from after one stream on. A state that changed
   * within the last seconds may be seen as it was before.
   *
   * @param after exclusive; empty to begin
   * @param most how many states to look at, at most
   * @param deadline when to come back with what was seen so far
   * @param sink answers whether to go on
   */
  Walk walk(Optional<StreamId> after, int most, Deadline deadline, Predicate<StreamState> sink);

  /**
   * The same, over states that may have this controller or model and perhaps some others: the sink
   * looks for itself.
   *
   * @param mention a controller, or the id of a model
   */
  default Walk search(
      String mention,
      Optional<StreamId> after,
      int most,
      Deadline deadline,
      Predicate<StreamState> sink) {
    return walk(after, most, deadline, sink);
  }

  /**
   * How far a walk came.
   *
   * @param seen states looked at
   * @param last where to go on after; empty when there are no more
   * @param damage the first that was met: states that are lost in it are derived anew where their
   *     streams are known, and passed over where not
   */
  record Walk(int seen, Optional<StreamId> last, Optional<String> damage) {}
}
