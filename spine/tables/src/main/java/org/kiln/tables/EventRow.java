package org.kiln.tables;

import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Event;

/**
 * An event as both tables show it.
 *
 * @param order its place in the order of delivery, from 1; of those that are shown
 * @param stream what its init event says
 * @param event the event
 * @param before seconds before which it was there, of a time event whose proof holds
 * @param chain the chain of a time event's proof
 */
record EventRow(
    long order, StreamHead stream, Event event, OptionalLong before, Optional<String> chain) {

  Cid cid() {
    return event.cid();
  }

  Optional<Cid> previous() {
    return event.previous();
  }

  boolean isTime() {
    return event instanceof Event.Time;
  }

  /** The member {@code metadata} of the event's data: what its own header says of it. */
  Ipld.Map metadata() {
    return switch (event) {
      case Event.Init init -> Shown.metadata(init.header(), true);
      case Event.Data data -> Shown.metadata(data.header().orElse(Ipld.Map.EMPTY), false);
      case Event.Time time -> Ipld.Map.EMPTY;
    };
  }

  /** The column {@code data} of an event: null for time events. */
  String data() {
    return switch (event) {
      case Event.Init init -> Shown.json(metadata(), init.data().orElse(Ipld.NULL));
      case Event.Data data -> Shown.json(metadata(), data.data());
      case Event.Time time -> null;
    };
  }
}
