package org.kiln.streams.derive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InitHeader;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.stream.EventObjections;
import org.kiln.core.stream.StreamEvent;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.SignedEnvelope;

/**
 * What can be held against an event before its stream is derived. The controller its stream began
 * with is the one that counts: streams with a place in the order of EventIds keep it, and
 * ceramic-one knows no other.
 */
public final class Objections implements EventObjections {
  private static final int REMEMBERED = 20_000;

  private final EventLog log;
  private final EventVerifier eventVerifier;
  private final SignatureVerifier verifier;

  /**
   * How streams began to which nothing is to be said, for many events of one come one after the
   * other. What is refused is judged anew: a plugin that was swapped may see it otherwise.
   */
  private final Cache<Cid, Beginning> beginnings =
      Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();

  public Objections(EventLog log, EventVerifier eventVerifier, SignatureVerifier verifier) {
    this.log = log;
    this.eventVerifier = eventVerifier;
    this.verifier = verifier;
  }

  /**
   * How a stream begins.
   *
   * @param controller whose it is, if it says so
   * @param refusal why it is none
   */
  private record Beginning(
      StreamId stream,
      Optional<String> controller,
      Optional<StreamId> model,
      Optional<String> refusal) {}

  @Override
  public Optional<String> toKeeping(StreamEvent event) {
    return event.event().event() instanceof Event.Init init
        ? beginning(event.stream(), init, event.event()).refusal()
        : beginning(event.stream())
            .map(begun -> against(event.event(), begun))
            .orElseGet(() -> unsigned(event.event()));
  }

  /**
   * The same when the stream's first event is on its way into the log.
   *
   * @param init that one
   */
  public Optional<String> toPlacing(NewEvent event, NewEvent init) {
    DecodedEvent first = eventVerifier.decode(init);
    return first.event() instanceof Event.Init begun
        ? against(eventVerifier.decode(event), beginning(init.stream(), begun, first))
        : Optional.empty();
  }

  @Override
  public Optional<String> toSending(NewEvent event) {
    if (!event.authenticated()) {
      return Optional.of("The signature of event " + event.cid() + " could not be checked here");
    }
    DecodedEvent decoded;
    try {
      decoded = eventVerifier.decode(event);
    } catch (IllegalStateException e) {
      // Broken in our log: no reason to keep all others from who asks.
      return Optional.of(e.getMessage());
    }
    return toKeeping(new StreamEvent(event.stream(), decoded)).or(() -> untimed(decoded));
  }

  private Optional<String> untimed(DecodedEvent event) {
    return eventVerifier
        .known(event)
        .flatMap(
            verdict ->
                switch (verdict) {
                  case ProofTimes.Verdict.Anchored anchored -> Optional.empty();
                  case ProofTimes.Verdict.Refused refused -> Optional.of(refused.reason());
                  case ProofTimes.Verdict.NotYet notYet -> Optional.of(notYet.reason());
                });
  }

  private static Optional<String> unsigned(DecodedEvent event) {
    return event.event() instanceof Event.Data data && event.envelope().isEmpty()
        ? Optional.of("Event " + data.cid() + " changes a stream and is not signed")
        : Optional.empty();
  }

  /** Empty while the stream's first event is not here. */
  private Optional<Beginning> beginning(StreamId stream) {
    Beginning known = beginnings.getIfPresent(stream.init());
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Beginning> read = log.event(stream.init()).flatMap(this::read);
    read.filter(begun -> begun.refusal().isEmpty())
        .ifPresent(begun -> beginnings.put(stream.init(), begun));
    return read;
  }

  private Optional<Beginning> read(StoredEvent stored) {
    DecodedEvent event = eventVerifier.decode(stored.event());
    // What begins no stream here may be an event of another stream: who names it gets no state.
    return event.event() instanceof Event.Init init
        ? Optional.of(beginning(stored.event().stream(), init, event))
        : Optional.empty();
  }

  private Beginning beginning(StreamId stream, Event.Init init, DecodedEvent event) {
    StreamMetadata metadata = InitHeader.of(init).metadata();
    Beginning begun =
        new Beginning(stream, metadata.controller(), metadata.model(), Optional.empty());
    return new Beginning(stream, begun.controller(), begun.model(), bySigner(event, begun));
  }

  private Optional<String> against(DecodedEvent event, Beginning begun) {
    return begun
        .refusal()
        .or(() -> unsigned(event))
        .or(() -> event.event() instanceof Event.Data ? bySigner(event, begun) : Optional.empty());
  }

  private Optional<String> bySigner(DecodedEvent event, Beginning begun) {
    if (event.envelope().isEmpty() || begun.controller().isEmpty()) {
      return Optional.empty();
    }
    SignedEnvelope envelope = event.envelope().get();
    try {
      verifier.authorizeEver(
          verifier.trust(envelope),
          begun.controller().get(),
          begun.stream(),
          begun.model(),
          envelope.payload().cid());
      return Optional.empty();
    } catch (UnverifiedException e) {
      return Optional.of(
          "Event "
              + event.event().cid()
              + " is not signed for controller "
              + begun.controller().get()
              + " of stream "
              + begun.stream()
              + ": "
              + e.getMessage());
    } catch (DependencyMissingException e) {
      return Optional.empty();
    }
  }
}
