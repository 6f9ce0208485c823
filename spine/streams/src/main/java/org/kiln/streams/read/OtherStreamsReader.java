package org.kiln.streams.read;

import java.util.Optional;
import java.util.function.Supplier;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.streams.derive.EventContext;

/** Reads other streams for a stream type, without taking their locks. */
public final class OtherStreamsReader implements EventContext.OtherStreams {
  private final Supplier<Reader> reader;

  /** The reader is only known once this room is wired. */
  public OtherStreamsReader(Supplier<Reader> reader) {
    this.reader = reader;
  }

  @Override
  public StreamState current(StreamId stream, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    try {
      return reader.get().derivedState(stream, deadline).state();
    } catch (StreamException e) {
      if (e.reason() == StreamException.Reason.INVALID) {
        throw new InvalidEventException(e.getMessage());
      }
      throw missing(stream, e);
    }
  }

  @Override
  public StreamState at(CommitId commit, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    // A commit may be refused for a while, as one whose capability has expired; no stream is for
    // good.
    current(commit.stream(), deadline);
    try {
      return reader
          .get()
          .load(
              new StreamRef(commit.stream(), Optional.of(commit.event())),
              LoadOptions.local(deadline));
    } catch (StreamException e) {
      throw missing(commit.stream(), e);
    }
  }

  /** What a stream waits for itself is what who needs it waits for. */
  private static DependencyMissingException missing(StreamId stream, StreamException e) {
    return new DependencyMissingException(
        e.missing().orElseGet(() -> Dependency.stream(stream)), e.getMessage());
  }
}
