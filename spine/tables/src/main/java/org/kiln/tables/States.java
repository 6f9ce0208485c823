package org.kiln.tables;

import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.kit.stream.JsonPatch;

/**
 * What an event makes of the state before it. Invalid events have states as well, and so have those
 * that come after them.
 */
final class States {
  private static final String NO_CONTENT = "cannot validate null instance document";

  private final Verdicts verdicts;

  States(Verdicts verdicts) {
    this.verdicts = verdicts;
  }

  /**
   * The state.
   *
   * @param before that of its {@code prev}; empty of an init event, and where that has none
   */
  EventState after(Optional<EventState> before, EventRow row) {
    return switch (row.event()) {
      case Event.Init init ->
          new EventState(
              row.cid(),
              0L,
              row.metadata(),
              Optional.of(init.data().orElse(Ipld.NULL)),
              verdicts.ofInit(row.stream(), init));
      case Event.Time time -> before.map(state -> anchored(state, row)).orElse(unknown(row));
      case Event.Data data -> before.map(state -> patched(state, data, row)).orElse(unknown(row));
    };
  }

  private static EventState anchored(EventState before, EventRow row) {
    return new EventState(
        row.cid(), next(before), before.metadata(), before.content(), before.errors());
  }

  private EventState patched(EventState before, Event.Data event, EventRow row) {
    Ipld.Map metadata = merged(before.metadata(), row.metadata());
    if (before.content().isEmpty()) {
      return new EventState(row.cid(), null, metadata, Optional.empty(), List.of(NO_CONTENT));
    }
    Ipld from = before.content().get();
    List<String> errors = verdicts.ofData(row.stream(), before.metadata(), from, event);
    Optional<Ipld> content;
    try {
      content =
          Optional.of(
              JsonPatch.apply(from instanceof Ipld.Null ? Ipld.Map.EMPTY : from, event.data()));
    } catch (InvalidEventException e) {
      content = Optional.empty();
      errors = errors.isEmpty() ? List.of(e.getMessage()) : errors;
    }
    return new EventState(row.cid(), next(before), metadata, content, errors);
  }

  private static EventState unknown(EventRow row) {
    return new EventState(row.cid(), null, row.metadata(), Optional.empty(), List.of(NO_CONTENT));
  }

  private static Long next(EventState before) {
    return before.height() == null ? null : Long.valueOf(before.height() + 1);
  }

  private static Ipld.Map merged(Ipld.Map before, Ipld.Map own) {
    Ipld.Map all = before;
    for (var entry : own.entries().entrySet()) {
      all = all.with(entry.getKey(), entry.getValue());
    }
    return all;
  }
}
