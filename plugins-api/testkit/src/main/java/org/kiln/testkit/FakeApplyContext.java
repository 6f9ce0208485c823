package org.kiln.testkit;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;

/**
 * What a stream type may ask of the node, answered from what a test puts in. Set it up, then use
 * it; the answers themselves are thread-safe.
 */
public final class FakeApplyContext implements ApplyContext {
  private final StreamId stream;
  private final Map<StreamId, StreamState> streams = new HashMap<>();
  private final Map<CommitId, StreamState> commits = new HashMap<>();
  private final Set<String> loaded = new ConcurrentSkipListSet<>();
  private Optional<String> signer = Optional.empty();
  private Optional<Instant> anchoredAt = Optional.empty();
  private boolean local = true;
  private Deadline deadline = Deadline.NONE;

  /** For an event of that stream; unsigned until {@link #signedBy} is called. */
  public FakeApplyContext(StreamId stream) {
    this.stream = stream;
  }

  /** Says who stands behind the event. */
  public FakeApplyContext signedBy(String did) {
    signer = Optional.of(did);
    return this;
  }

  /** Makes a stream known, as it is now and at its tip. */
  public FakeApplyContext knows(StreamState state) {
    streams.put(state.id(), state);
    commits.put(state.commitId(), state);
    return this;
  }

  /** Says when the event was anchored. */
  public FakeApplyContext anchoredAt(Instant time) {
    anchoredAt = Optional.of(time);
    return this;
  }

  /** Says that the event comes from the network. */
  public FakeApplyContext fromNetwork() {
    local = false;
    return this;
  }

  /** Says when the call must come back. */
  public FakeApplyContext until(Deadline end) {
    deadline = end;
    return this;
  }

  /** The texts of all StreamIDs and CommitIDs that were asked for. */
  public Set<String> loaded() {
    return Set.copyOf(loaded);
  }

  @Override
  public StreamId stream() {
    return stream;
  }

  @Override
  public void requireController(String controller, Optional<StreamId> model)
      throws InvalidEventException {
    if (!signer.equals(Optional.of(controller))) {
      throw new InvalidEventException(
          "Can not verify signature for stream "
              + stream
              + " which has controller DID "
              + controller
              + ": signed by "
              + signer.orElse("nobody"));
    }
  }

  @Override
  public StreamState load(StreamId wanted) throws DependencyMissingException {
    loaded.add(wanted.toString());
    return known(streams.get(wanted), wanted, wanted.toString());
  }

  @Override
  public StreamState load(CommitId wanted) throws DependencyMissingException {
    loaded.add(wanted.toString());
    return known(commits.get(wanted), wanted.stream(), wanted.toString());
  }

  @Override
  public Optional<Instant> anchoredAt() {
    return anchoredAt;
  }

  @Override
  public boolean local() {
    return local;
  }

  @Override
  public Deadline deadline() {
    return deadline;
  }

  private static StreamState known(StreamState state, StreamId stream, String wanted)
      throws DependencyMissingException {
    if (state == null) {
      throw new DependencyMissingException(
          Dependency.stream(stream), "Stream " + wanted + " is not known here");
    }
    return state;
  }
}
