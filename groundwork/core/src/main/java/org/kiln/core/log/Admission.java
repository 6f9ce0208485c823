package org.kiln.core.log;

import java.util.Optional;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Cid;

/**
 * An event to keep, with what the journal says of it.
 *
 * @param event the event
 * @param previous the event it builds on; empty for an init event
 * @param origin where it came from
 * @param moves how it moves its stream, whose tip it becomes with this write; empty when that is
 *     found out afterwards and said by {@link Journal#note}
 */
public record Admission(
    NewEvent event, Optional<Cid> previous, Origin origin, Optional<StreamChange.Kind> moves) {

  /** One of which nothing else is known. */
  public static Admission of(NewEvent event) {
    return new Admission(event, Optional.empty(), Origin.UNKNOWN, Optional.empty());
  }
}
