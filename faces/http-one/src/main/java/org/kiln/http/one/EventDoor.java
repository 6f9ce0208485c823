package org.kiln.http.one;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.kiln.api.feed.Origin;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InitHeader;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.stream.StreamArrivals;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.StreamWrites;
import org.kiln.core.stream.WriteOptions;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.SignedEnvelope;

/**
 * The way of a client's event into the node. It goes through the door that every client's event
 * takes, so what does not fit the model is refused at once. What that door refuses only for its
 * place, because it stands beside the tip or its model is not here yet, ceramic-one takes: it goes
 * through the door of arrivals, once its signer has been held against the stream's controller. So
 * does what does not fit its model, where that is asked for.
 */
final class EventDoor {
  private static final int MODEL = 2;
  private static final int INSTANCE = 3;
  private static final String UNSIGNED = "Event had invalid signature: ";
  private static final String UNANCHORED = "Failed to validate time event inclusion proof: ";

  private final StreamWrites writes;
  private final StreamArrivals arrivals;
  private final EventLog log;
  private final SignatureVerifier verifier;
  private final Set<String> chains;
  private final boolean keepInvalid;
  final LongAdder taken = new LongAdder();
  final LongAdder takenBeside = new LongAdder();
  final LongAdder refused = new LongAdder();

  EventDoor(
      StreamWrites writes,
      StreamArrivals arrivals,
      EventLog log,
      SignatureVerifier verifier,
      List<String> chains,
      boolean keepInvalid) {
    this.writes = writes;
    this.arrivals = arrivals;
    this.log = log;
    this.verifier = verifier;
    this.chains = Set.copyOf(chains);
    this.keepInvalid = keepInvalid;
  }

  /** Comes back when the event is on the disk and in the feed, as it was perhaps before. */
  void take(DecodedEvent event, Deadline deadline) throws Refusal {
    try {
      Optional<Cid> init =
          switch (event.event()) {
            case Event.Init own -> Optional.empty();
            case Event.Data data -> data.id();
            case Event.Time time -> time.id();
          };
      if (init.isEmpty()) {
        begin(event, deadline);
      } else {
        goOn(event, init.get(), deadline);
      }
    } catch (DeadlineExpiredException e) {
      throw Refusal.busy("Timeout waiting for the event to be stored: " + e.getMessage());
    } catch (Refusal e) {
      refused.increment();
      throw e;
    }
  }

  private void begin(DecodedEvent event, Deadline deadline) throws Refusal {
    Event.Init init = (Event.Init) event.event();
    StreamMetadata metadata = InitHeader.of(init).metadata();
    boolean ofModels = metadata.model().filter(StreamId.MODEL::equals).isPresent();
    StreamId stream = StreamId.of(ofModels ? MODEL : INSTANCE, init.cid());
    if (!waitsForModel(metadata)) {
      try {
        writes.create(stream.type(), event, options(deadline));
        taken.increment();
        return;
      } catch (StreamException e) {
        if (!waits(e, metadata) && !keepsInvalid(e, event)) {
          throw refusal(event, e);
        }
      }
    }
    if (init.hasContent() && !init.signed()) {
      throw Refusal.invalid(UNSIGNED + "an init event with content must be signed");
    }
    try {
      metadata.onlyController();
    } catch (InvalidEventException e) {
      throw Refusal.invalid(e.getMessage());
    }
    beside(stream, event, metadata, deadline);
  }

  /**
   * Whether its model is certainly not here. The door of clients' events would ask the network for
   * it and wait some seconds with each event; what is kept has it sought in the background.
   */
  private boolean waitsForModel(StreamMetadata metadata) {
    return metadata
        .model()
        .filter(model -> !model.equals(StreamId.MODEL) && !log.contains(model.init()))
        .isPresent();
  }

  private void goOn(DecodedEvent event, Cid init, Deadline deadline) throws Refusal {
    StoredEvent first =
        log.event(init)
            .filter(found -> found.event().cid().equals(found.event().stream().init()))
            .orElseThrow(
                () ->
                    Refusal.invalid(
                        EventRoutes.UNREADABLE + "cannot find init event block " + init));
    StreamId stream = first.event().stream();
    requirePrevious(event, stream);
    StreamMetadata metadata = EventTexts.header(first);
    if (!waitsForModel(metadata)) {
      try {
        writes.apply(stream, event, options(deadline));
        taken.increment();
        return;
      } catch (StreamException e) {
        if (!waits(e, metadata) && !keepsInvalid(e, event)) {
          throw refusal(event, e);
        }
      }
    }
    if (event.event() instanceof Event.Time time) {
      requireChain(time, event);
    }
    beside(stream, event, metadata, deadline);
  }

  /** Beside the tip its chain is asked later: it must be one that this network asks at all. */
  private void requireChain(Event.Time time, DecodedEvent event) throws Refusal {
    String chain = EventTexts.chain(time, event);
    if (!chains.contains(chain)) {
      throw Refusal.invalid(
          UNANCHORED
              + "No RPC provider for chain '"
              + chain
              + "'. Transaction for event cannot be verified.");
    }
  }

  private StoredEvent requirePrevious(DecodedEvent event, StreamId stream) throws Refusal {
    return before(event.event().previous().orElseThrow(), stream);
  }

  private StoredEvent before(Cid previous, StreamId stream) throws Refusal {
    return log.event(previous)
        .filter(one -> one.event().stream().equals(stream))
        .orElseThrow(() -> Refusal.invalid("Failed to insert event as `prev` event was missing"));
  }

  /** All before it, back to the init event, must be here: else it would show nowhere. */
  private void requireWay(DecodedEvent event, StreamId stream, Deadline deadline) throws Refusal {
    if (!log.mayHold() || event.event() instanceof Event.Init) {
      return;
    }
    Optional<Cid> previous = event.event().previous();
    while (previous.isPresent() && !previous.get().equals(stream.init())) {
      deadline.throwIfExpired();
      previous = EventTexts.previous(before(previous.get(), stream), log);
    }
  }

  /**
   * Whether it is refused only for its place: beside the tip, or before its model. What waits for
   * anything else may be lost by being kept, and is sent again.
   */
  private static boolean waits(StreamException e, StreamMetadata metadata) {
    return switch (e.reason()) {
      case CONFLICT -> true;
      case NOT_FOUND ->
          e.missing().isPresent() && e.missing().equals(metadata.model().map(Dependency::stream));
      case INVALID, UNAVAILABLE, BUSY, STORAGE -> false;
    };
  }

  /** What a type says no to shows in no state; whoever reads by SQL finds it with the reason. */
  private boolean keepsInvalid(StreamException e, DecodedEvent event) {
    return keepInvalid && e.reason() == Reason.INVALID && !(event.event() instanceof Event.Time);
  }

  private void beside(
      StreamId stream, DecodedEvent event, StreamMetadata metadata, Deadline deadline)
      throws Refusal {
    if (event.envelope().isPresent()) {
      authorize(event.envelope().get(), stream, metadata, deadline);
    }
    requireWay(event, stream, deadline);
    List<Optional<StreamException>> refusals =
        arrivals.receive(List.of(new StreamEvent(stream, event)), Origin.CLIENT, deadline);
    if (refusals.get(0).isPresent()) {
      throw refusal(event, refusals.get(0).get());
    }
    takenBeside.increment();
  }

  private void authorize(
      SignedEnvelope envelope, StreamId stream, StreamMetadata metadata, Deadline deadline)
      throws Refusal {
    try {
      verifier.authorize(
          verifier.verify(envelope, deadline),
          metadata.controller().orElse(""),
          stream,
          metadata.model(),
          envelope.payload().cid(),
          OptionalLong.empty());
    } catch (UnverifiedException e) {
      throw Refusal.invalid(UNSIGNED + e.getMessage());
    } catch (DependencyMissingException e) {
      throw Refusal.of(new StreamException(Reason.UNAVAILABLE, e.getMessage(), e.missing()), "");
    }
  }

  private Refusal refusal(DecodedEvent event, StreamException e) throws Refusal {
    if (event.event() instanceof Event.Time time) {
      if (e.reason() == Reason.UNAVAILABLE) {
        requireChain(time, event);
      }
      if (e.reason() == Reason.INVALID) {
        return Refusal.invalid(UNANCHORED + e.getMessage());
      }
    }
    return Refusal.of(e, e.getMessage().startsWith("Can not verify signature") ? UNSIGNED : "");
  }

  private static WriteOptions options(Deadline deadline) {
    return new WriteOptions(true, true, true, deadline);
  }
}
