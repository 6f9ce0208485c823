package org.kiln.core.stream;

import java.util.List;
import java.util.Optional;
import org.kiln.api.plugin.Deadline;

/** The door for this node's own time events. Thread-safe; calls block. */
public interface TimeEventWrites {

  /**
   * Takes time events of this node's own, which nobody knows yet, in one write of the log. On an
   * older event one would win against what came after it, so each is taken only when it is certain
   * that it stands on its stream's tip and becomes it; of others nothing is kept.
   *
   * @return for each event why it was refused, empty when it was not; CONFLICT when its stream has
   *     gone on, UNAVAILABLE when that cannot be known now, or its proof not be judged
   */
  List<Optional<StreamException>> continueAll(List<StreamEvent> events, Deadline deadline);
}
