package org.kiln.streams.publish;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.EventLog;
import org.kiln.streams.state.Checkpoints;
import org.kiln.streams.state.DerivedState;

/**
 * What was told last of a stream, as far as that is known without a walk over the journal. A state
 * is only put away once its move is told, so the one that was put away says it, unless the log has
 * gone on since. Thread-safe; what it answers holds for who holds the stream's lock.
 */
public final class PublishedTips {
  /** More are looked up in the journal. */
  private static final int MAX_REMEMBERED = 100_000;

  private final EventLog log;
  private final Checkpoints checkpoints;

  /** Streams with events and no state: nothing was told of them. */
  private final Set<StreamId> stateless = ConcurrentHashMap.newKeySet();

  private volatile boolean caughtUp;

  public PublishedTips(EventLog log, Checkpoints checkpoints) {
    this.log = log;
    this.checkpoints = checkpoints;
  }

  /**
   * The last word on a stream.
   *
   * @param tip the tip that was told; empty when nothing was
   */
  public record Last(Optional<Cid> tip) {
    public static final Last NOTHING = new Last(Optional.empty());

    public static Last of(DerivedState told) {
      return new Last(Optional.of(told.state().tip()));
    }
  }

  /** What was told last of a stream; empty when only the journal can say. */
  public Optional<Last> of(StreamId stream) {
    if (stateless.contains(stream)) {
      return Optional.of(Last.NOTHING);
    }
    return caughtUp
        ? checkpoints.read(stream).filter(this::newest).map(Last::of)
        : Optional.empty();
  }

  private boolean newest(DerivedState kept) {
    boolean[] more = new boolean[1];
    log.scanStream(
        kept.state().id(),
        kept.sequence(),
        event -> {
          more[0] = true;
          return false;
        });
    return !more[0];
  }

  /** A stream has no state, and had none. */
  void stateless(StreamId stream) {
    if (stateless.size() < MAX_REMEMBERED) {
      stateless.add(stream);
    }
  }

  /** A stream has a state. */
  void hasState(StreamId stream) {
    stateless.remove(stream);
  }

  /** From here on what was put away was told, also by earlier runs. */
  void caughtUp() {
    caughtUp = true;
  }

  boolean isCaughtUp() {
    return caughtUp;
  }
}
