package org.kiln.streams.derive;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.identity.UnverifiedException;

/** What a stream type may ask while it looks at one event. */
public final class EventContext implements ApplyContext {
  private final StreamId stream;
  private final VerifiedEvent verified;
  private final SignatureVerifier verifier;
  private final OtherStreams others;
  private final Deadline deadline;
  private volatile NoStream none;

  /** What was asked for and is no stream. */
  private record NoStream(StreamId stream, String why) {}

  /** How other streams are read while an event is judged. */
  public interface OtherStreams {
    /**
     * @throws InvalidEventException when its first event is here and begins no stream of its type
     */
    StreamState current(StreamId stream, Deadline deadline)
        throws InvalidEventException, DependencyMissingException;

    /**
     * @throws InvalidEventException when its first event is here and begins no stream of its type
     */
    StreamState at(CommitId commit, Deadline deadline)
        throws InvalidEventException, DependencyMissingException;
  }

  EventContext(
      StreamId stream,
      VerifiedEvent verified,
      SignatureVerifier verifier,
      OtherStreams others,
      Deadline deadline) {
    this.stream = stream;
    this.verified = verified;
    this.verifier = verifier;
    this.others = others;
    this.deadline = deadline;
  }

  @Override
  public StreamId stream() {
    return stream;
  }

  @Override
  public void requireController(String controller, Optional<StreamId> model)
      throws InvalidEventException, DependencyMissingException {
    Cid cid = verified.event().event().cid();
    if (verified.signature().isEmpty()) {
      throw new InvalidEventException(refusal(cid, controller, "the event is not signed"));
    }
    Cid payload = verified.event().envelope().orElseThrow().payload().cid();
    try {
      verifier.authorize(
          verified.signature().get(), controller, stream, model, payload, verified.anchoredAt());
    } catch (UnverifiedException e) {
      throw new InvalidEventException(refusal(cid, controller, e.getMessage()), e);
    }
  }

  private String refusal(Cid cid, String controller, String cause) {
    return "Can not verify signature for commit "
        + cid
        + " to stream "
        + stream
        + " which has controller DID "
        + controller
        + ": "
        + cause;
  }

  @Override
  public StreamState load(StreamId other) throws DependencyMissingException {
    try {
      return others.current(other, deadline);
    } catch (InvalidEventException e) {
      throw missing(other, e);
    }
  }

  @Override
  public StreamState load(CommitId commit) throws DependencyMissingException {
    try {
      return others.at(commit, deadline);
    } catch (InvalidEventException e) {
      throw missing(commit.stream(), e);
    }
  }

  /** Stream types know of one way only in which a stream cannot be had. */
  private DependencyMissingException missing(StreamId other, InvalidEventException e) {
    none = new NoStream(other, e.getMessage());
    return new DependencyMissingException(Dependency.stream(other), e.getMessage());
  }

  /**
   * Refuses a client's event that names what is no stream: it would wait for ever. What came from
   * the network is kept and waits, since what is judged by today's time may be judged otherwise
   * when a time event has come.
   *
   * @param missing what the stream type said of the event
   * @param name of the type of a stream
   */
  void refuseIfNone(DependencyMissingException missing, IntFunction<String> name)
      throws InvalidEventException {
    NoStream known = none;
    if (local() && known != null && missing.missing().equals(Dependency.stream(known.stream()))) {
      throw new InvalidEventException(
          "StreamID "
              + known.stream()
              + " does not refer to a '"
              + name.apply(known.stream().type())
              + "' stream: "
              + known.why());
    }
  }

  @Override
  public Optional<Instant> anchoredAt() {
    OptionalLong seconds = verified.anchoredAt();
    return seconds.isEmpty()
        ? Optional.empty()
        : Optional.of(Instant.ofEpochSecond(seconds.getAsLong()));
  }

  @Override
  public boolean local() {
    return verified.local();
  }

  @Override
  public Deadline deadline() {
    return deadline;
  }
}
