package org.kiln.streams;

import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.identity.UnverifiedException;

/** What a stream type may ask while it looks at one event. */
final class EventContext implements ApplyContext {
  private final StreamId stream;
  private final Judged judged;
  private final SignatureVerifier verifier;
  private final OtherStreams others;
  private final Deadline deadline;

  /** How other streams are read while an event is judged. */
  interface OtherStreams {
    StreamState current(StreamId stream, Deadline deadline) throws DependencyMissingException;

    StreamState at(CommitId commit, Deadline deadline) throws DependencyMissingException;
  }

  EventContext(
      StreamId stream,
      Judged judged,
      SignatureVerifier verifier,
      OtherStreams others,
      Deadline deadline) {
    this.stream = stream;
    this.judged = judged;
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
    Cid cid = judged.event().event().cid();
    if (judged.signature().isEmpty()) {
      throw new InvalidEventException(refusal(cid, controller, "the event is not signed"));
    }
    Cid payload = judged.event().envelope().orElseThrow().payload().cid();
    try {
      verifier.authorize(
          judged.signature().get(), controller, stream, model, payload, judged.anchoredAt());
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
    return others.current(other, deadline);
  }

  @Override
  public StreamState load(CommitId commit) throws DependencyMissingException {
    return others.at(commit, deadline);
  }

  @Override
  public OptionalLong anchoredAt() {
    return judged.anchoredAt();
  }

  @Override
  public boolean local() {
    return judged.local();
  }

  @Override
  public Deadline deadline() {
    return deadline;
  }
}
