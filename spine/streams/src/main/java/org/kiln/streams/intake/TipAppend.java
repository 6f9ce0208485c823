package org.kiln.streams.intake;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange.Kind;
import org.kiln.api.ipld.Cid;
import org.kiln.api.store.Batch;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.anchor.AnchorRequests;
import org.kiln.core.log.NewEvent;
import org.kiln.core.stream.RemoteCalls;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamWrites.Written;
import org.kiln.core.stream.WriteOptions;
import org.kiln.streams.derive.VerifiedEvent;
import org.kiln.streams.publish.Publisher;
import org.kiln.streams.read.Anchoring;
import org.kiln.streams.read.Refusals;
import org.kiln.streams.state.Applied;
import org.kiln.streams.state.DerivedState;
import org.kiln.streams.state.StreamCache;

/**
 * Appends an event that is its stream's tip then: the event, its move, its pin and its request for
 * a time event are one write of the log, and whoever hears of it reads a state that has it. For who
 * holds the stream's lock.
 */
final class TipAppend {
  private final LogWriter writer;
  private final StreamCache cache;
  private final Anchoring anchoring;
  private final Publisher publisher;

  TipAppend(LogWriter writer, StreamCache cache, Anchoring anchoring, Publisher publisher) {
    this.writer = writer;
    this.cache = cache;
    this.anchoring = anchoring;
    this.publisher = publisher;
  }

  /**
   * Appends an event that applies, and makes it visible.
   *
   * @param applied the state with it
   * @param order any of its stream's keys in the Recon order, if the stream has one
   * @param storedBefore how many events of the stream were looked at before it
   * @param also what else belongs into the write
   */
  Written keep(
      Applied applied,
      Kind move,
      VerifiedEvent verified,
      Optional<EventId> order,
      int storedBefore,
      Consumer<Batch> also,
      WriteOptions options)
      throws StreamException {
    StreamId stream = applied.state().id();
    if (RemoteCalls.wanted() > 0) {
      throw Refusals.notInLane(stream);
    }
    Cid tip = applied.state().tip();
    Optional<AnchorRequests.Request> request =
        options.anchor() && !Anchoring.anchored(applied.state())
            ? anchoring.prepare(stream, tip)
            : Optional.empty();
    NewEvent event = writer.event(stream, verified.event(), order, true);
    try (StreamCache.Moving moving = cache.moving(List.of(stream))) {
      long sequence =
          writer
              .append(
                  List.of(LogWriter.moving(event, verified.event(), Origin.CLIENT, move)),
                  batch -> {
                    also.accept(batch);
                    request.ifPresent(r -> r.write().accept(batch));
                  },
                  options.deadline())
              .get(0);
      request.ifPresent(r -> r.committed().run());
      publisher.show(DerivedState.of(applied, sequence, storedBefore + 1, order, Optional.empty()));
    }
    return new Written(anchoring.status(applied.state()), true);
  }
}
