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
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InitHeader;
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
 * through the door of arrivals, once its signer has been held against the stream's controller.
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
  final LongAdder taken = new LongAdder();
  final LongAdder takenBeside = new LongAdder();
  final LongAdder refused = new LongAdder();

  EventDoor(
      StreamWrites writes,
      StreamArrivals arrivals,
      EventLog log,
      SignatureVerifier verifier,
      List<String> chains) {
    this.writes = writes;
    this.arrivals = arrivals;
    this.log = log;
    this.verifier = verifier;
    this.chains = Set.copyOf(chains);
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
    try {
      writes.create(stream.type(), event, options(deadline));
      taken.increment();
    } catch (StreamException e) {
      if (!waits(e)) {
        throw refusal(event, e);
      }
      if (init.hasContent() && !init.signed()) {
        throw Refusal.invalid(UNSIGNED + "an init event with content must be signed");
      }
      beside(stream, event, metadata, deadline);
    }
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
    requirePrevious(event, stream, deadline);
    try {
      writes.apply(stream, event, options(deadline));
      taken.increment();
    } catch (StreamException e) {
      if (!waits(e) || event.event() instanceof Event.Time && e.reason() == Reason.UNAVAILABLE) {
        throw refusal(event, e);
      }
      if (event.event() instanceof Event.Time time) {
        requireChain(time, event);
      }
      beside(stream, event, EventTexts.header(first), deadline);
    }
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

  /** The events before it, back to the init event, must be here: else it would show nowhere. */
  private void requirePrevious(DecodedEvent event, StreamId stream, Deadline deadline)
      throws Refusal {
    Cid previous = event.event().previous().orElseThrow();
    while (true) {
      Optional<StoredEvent> found =
          log.event(previous).filter(one -> one.event().stream().equals(stream));
      if (found.isEmpty()) {
        throw Refusal.invalid("Failed to insert event as `prev` event was missing");
      }
      if (!log.mayHold() || previous.equals(stream.init())) {
        return;
      }
      deadline.throwIfExpired();
      Optional<Cid> before = EventTexts.previous(found.get(), log);
      if (before.isEmpty()) {
        return;
      }
      previous = before.get();
    }
  }

  /** Whether it is right in itself, and refused only where it stands or for what is not here. */
  private static boolean waits(StreamException e) {
    return switch (e.reason()) {
      case CONFLICT, NOT_FOUND, UNAVAILABLE -> true;
      case INVALID, BUSY, STORAGE -> false;
    };
  }

  private void beside(
      StreamId stream, DecodedEvent event, StreamMetadata metadata, Deadline deadline)
      throws Refusal {
    if (event.envelope().isPresent()) {
      authorize(event.envelope().get(), stream, metadata, deadline);
    }
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
    } catch (UnverifiedException | DependencyMissingException e) {
      throw Refusal.invalid(UNSIGNED + e.getMessage());
    }
  }

  private static Refusal refusal(DecodedEvent event, StreamException e) {
    boolean atFault = e.reason() == Reason.INVALID || e.reason() == Reason.UNAVAILABLE;
    if (event.event() instanceof Event.Time && atFault) {
      return Refusal.invalid(UNANCHORED + e.getMessage());
    }
    return Refusal.of(e, e.getMessage().startsWith("Can not verify signature") ? UNSIGNED : "");
  }

  private static WriteOptions options(Deadline deadline) {
    return new WriteOptions(true, true, true, deadline);
  }
}
