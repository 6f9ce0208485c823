package org.kiln.streams.state;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;

/**
 * States in memory, bounded in bytes.
 *
 * <p>Readers derive states without any lock, so a reader could put an older state in after a writer
 * has published and lost a newer one. Every publication therefore raises an epoch shared by a
 * stripe of streams, and a reader's state is only kept when the epoch is still the one it began
 * with.
 *
 * <p>A client's move is told by the write that keeps it, before its state is shown here. Who hears
 * of it must not read an older state, so between the two nothing is read from here.
 */
public final class StreamCache {
  private static final int STRIPES = 4096;

  private final AtomicLongArray epochs = new AtomicLongArray(STRIPES);
  private final AtomicIntegerArray moving = new AtomicIntegerArray(STRIPES);
  private final Cache<StreamId, DerivedState> streams;
  private final Cache<CommitId, StreamState> commits;

  public StreamCache(long maxBytes) {
    this.streams =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((StreamId id, DerivedState derivedState) -> derivedState.weight())
            .executor(Runnable::run)
            .build();
    this.commits =
        Caffeine.newBuilder()
            .maximumWeight(Math.max(1, maxBytes / 8))
            .weigher((CommitId id, StreamState state) -> StateWeight.of(state))
            .executor(Runnable::run)
            .build();
  }

  /** The state of a stream; null when it is not here, or being moved. */
  public DerivedState get(StreamId id) {
    return moving.get(stripe(id)) == 0 ? streams.getIfPresent(id) : null;
  }

  /** Streams are about to be moved; until closed they are read from the log. */
  public Moving moving(Collection<StreamId> ids) {
    ids.forEach(id -> moving.incrementAndGet(stripe(id)));
    return () -> ids.forEach(id -> moving.decrementAndGet(stripe(id)));
  }

  /** To be closed when the states of the streams are shown. */
  public interface Moving extends AutoCloseable {
    @Override
    void close();
  }

  public long epoch(StreamId id) {
    return epochs.get(stripe(id));
  }

  /** Keeps what a reader derived, unless somebody has published in between. */
  public void offer(StreamId id, DerivedState derivedState, long epochBefore) {
    int stripe = stripe(id);
    streams
        .asMap()
        .compute(id, (key, present) -> epochs.get(stripe) == epochBefore ? derivedState : present);
  }

  /** Keeps what a writer made; the caller holds the stream's lock. */
  public void publish(StreamId id, DerivedState derivedState) {
    epochs.incrementAndGet(stripe(id));
    streams.put(id, derivedState);
  }

  public void invalidate(StreamId id) {
    epochs.incrementAndGet(stripe(id));
    streams.invalidate(id);
  }

  public void invalidateAll() {
    for (int i = 0; i < STRIPES; i++) {
      epochs.incrementAndGet(i);
    }
    streams.invalidateAll();
    commits.invalidateAll();
  }

  public StreamState commit(CommitId id) {
    return commits.getIfPresent(id);
  }

  public void keepCommit(StreamState state) {
    commits.put(state.commitId(), state);
  }

  void dropCommits() {
    commits.invalidateAll();
  }

  public long count() {
    return streams.estimatedSize();
  }

  public long weight() {
    return streams.policy().eviction().map(e -> e.weightedSize().orElse(0)).orElse(0L);
  }

  private static int stripe(StreamId id) {
    return id.hashCode() & STRIPES - 1;
  }
}
