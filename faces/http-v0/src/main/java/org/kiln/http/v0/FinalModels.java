package org.kiln.http.v0;

import java.util.List;
import java.util.Optional;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamHistory;
import org.kiln.core.stream.StreamReads;

/**
 * Streams as clients of js-ceramic know them, to whom Models are final: one that was updated is
 * shown as it was before, since that definition is what documents are judged by that name none, as
 * theirs do. Who names an event of a Model is shown what was asked for, and its events are all of
 * them. Thread-safe; calls block.
 */
final class FinalModels implements StreamReads, StreamHistory {
  static final int MODEL = 2;

  private final StreamReads reads;
  private final StreamHistory history;

  FinalModels(StreamReads reads, StreamHistory history) {
    this.reads = reads;
    this.history = history;
  }

  @Override
  public Optional<StreamState> atHand(StreamRef ref, LoadOptions options) {
    Optional<StreamState> found = reads.atHand(ref, options);
    if (found.isEmpty() || ref.event().isPresent()) {
      return found;
    }
    Optional<StreamRef> before = beforeUpdates(found.get());
    return before.isEmpty()
        ? found
        : reads.atHand(before.get(), LoadOptions.local(options.deadline()));
  }

  @Override
  public StreamState load(StreamRef ref, LoadOptions options) throws StreamException {
    StreamState found = reads.load(ref, options);
    return ref.event().isPresent() ? found : shown(found, options.deadline());
  }

  @Override
  public void loadEach(StreamId stream, List<Point> points, LoadOptions options, Found found) {
    if (stream.type() != MODEL) {
      history.loadEach(stream, points, options, found);
      return;
    }
    history.loadEach(
        stream,
        points,
        options,
        new Found() {
          @Override
          public boolean wanted() {
            return found.wanted();
          }

          @Override
          public void state(int index, StreamState state) {
            try {
              boolean named = points.get(index).event().isPresent();
              found.state(index, named ? state : shown(state, options.deadline()));
            } catch (StreamException e) {
              return; // left out, as what cannot be loaded
            }
          }
        });
  }

  @Override
  public List<StoredEvent> events(StreamId stream, Deadline deadline) throws StreamException {
    return history.events(stream, deadline);
  }

  /** What clients are shown for the state of a stream as it is. */
  StreamState shown(StreamState state, Deadline deadline) throws StreamException {
    Optional<StreamRef> before = beforeUpdates(state);
    // Others were asked when that state was found.
    return before.isEmpty() ? state : reads.load(before.get(), LoadOptions.local(deadline));
  }

  /** The last event before the first update of a Model; empty of all that is to be shown as is. */
  private static Optional<StreamRef> beforeUpdates(StreamState state) {
    if (state.id().type() != MODEL) {
      return Optional.empty();
    }
    for (int i = 1; i < state.log().size(); i++) {
      if (state.log().get(i).kind() == LogEntry.Kind.DATA) {
        return Optional.of(new StreamRef(state.id(), Optional.of(state.log().get(i - 1).cid())));
      }
    }
    return Optional.empty();
  }
}
