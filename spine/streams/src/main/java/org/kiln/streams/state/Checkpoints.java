package org.kiln.streams.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Durability;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps states in the store behind the writers' backs. What is not written yet when the node dies
 * is derived from the log again, so nothing waits for a checkpoint and none is synced. A stream
 * that changes all the time is written once a round. What is damaged in the store is as good as not
 * there, and keeps no other state from being written.
 */
public final class Checkpoints implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final Duration ROUND = Duration.ofSeconds(1);
  private static final int BATCH = 512;

  /**
   * More than this many unwritten states are not remembered; they are derived from the log again.
   */
  private static final int MAX_DIRTY = 20_000;

  /** A longer state is derived from the log whenever it is not in memory. */
  private static final int MAX_STATE_BYTES = 8 << 20;

  /** A table of which everything is damaged is not tried state by state, every second. */
  private static final int MAX_REFUSED_A_ROUND = 64;

  private final NodeStore store;
  private final MentionIndex index;
  private final LostStates lost = new LostStates();
  private final Map<StreamId, DerivedState> dirty = new ConcurrentHashMap<>();
  private final Thread writer;
  private volatile boolean closing;

  public Checkpoints(NodeStore store, MentionIndex index) {
    this.store = store;
    this.index = index;
    this.writer = Thread.ofPlatform().name("kiln-checkpoints").daemon().unstarted(this::run);
  }

  public void start() {
    writer.start();
  }

  /**
   * The state that was kept; empty when there is none, or none that can be read.
   *
   * @throws StoreException when the store cannot be read for another reason than damage
   */
  public Optional<DerivedState> read(StreamId stream) {
    DerivedState unwritten = dirty.get(stream);
    if (unwritten != null) {
      return Optional.of(unwritten);
    }
    try {
      byte[] bytes = store.read(snapshot -> snapshot.get(NodeTables.STATES, stream.bytes()));
      if (bytes == null) {
        return Optional.empty();
      }
      Optional<DerivedState> kept = StateCodec.decode(stream, bytes);
      if (kept.isEmpty()) {
        lost.outdated(stream);
      }
      return kept;
    } catch (StoreException e) {
      if (e.kind() != StoreException.Kind.CORRUPT) {
        throw e;
      }
      lost.found(stream, e);
    } catch (CodecException | RuntimeException e) {
      lost.found(stream, e);
    }
    return Optional.empty();
  }

  /** Takes what was derived in the place of a state that could not be read; else does nothing. */
  public void restore(DerivedState derived) {
    StreamId stream = derived.state().id();
    if (!lost.contains(stream) || dirty.size() >= MAX_DIRTY) {
      return;
    }
    // Asked again alone with the entry: a newer one that was just written is not to be replaced.
    dirty.compute(stream, (id, newer) -> newer == null && lost.contains(id) ? derived : newer);
  }

  /** How often a state could not be read since the start. */
  public long unreadable() {
    return lost.met();
  }

  public void changed(DerivedState derivedState) {
    if (dirty.size() < MAX_DIRTY || dirty.containsKey(derivedState.state().id())) {
      dirty.put(derivedState.state().id(), derivedState);
    }
  }

  /** Writes all that is waiting. */
  void flush() {
    while (!dirty.isEmpty() && writeNow()) {
      // Until nothing is left or the store refuses.
    }
  }

  /**
   * Writes all that is waiting, or says why not.
   *
   * @throws StoreException when the store refuses
   * @throws LogBusyException when it takes no writes for long
   */
  public void flushOrFail() throws LogBusyException {
    List<Entry> round = round();
    for (int from = 0; from < round.size(); from += BATCH) {
      store(round.subList(from, Math.min(round.size(), from + BATCH)));
    }
  }

  private void run() {
    while (!closing) {
      LockSupport.parkNanos(ROUND.toNanos());
      flush();
    }
  }

  /** One state on its way into the store. */
  private record Entry(byte[] key, DerivedState derivedState) {}

  /**
   * Writes what is waiting now, in the order of the keys: neighbours share most of what a write of
   * one changes.
   *
   * @return false when the store did not take all of it
   */
  public boolean writeNow() {
    List<Entry> round = round();
    int[] refused = new int[1];
    for (int from = 0; from < round.size(); from += BATCH) {
      if (!write(round.subList(from, Math.min(round.size(), from + BATCH)), refused)) {
        return false;
      }
    }
    return true;
  }

  private List<Entry> round() {
    List<Entry> round = new ArrayList<>();
    dirty.forEach((stream, derivedState) -> round.add(new Entry(stream.bytes(), derivedState)));
    round.sort((a, b) -> Arrays.compareUnsigned(a.key, b.key));
    return round;
  }

  private boolean write(List<Entry> batch, int[] refused) {
    try {
      store(batch);
      return true;
    } catch (LogBusyException e) {
      return false;
    } catch (StoreException e) {
      if (e.kind() == StoreException.Kind.CORRUPT && refused[0] < MAX_REFUSED_A_ROUND) {
        return writeAround(batch, e, refused);
      }
      if (e.kind() != StoreException.Kind.CLOSED) {
        LOG.warn("States cannot be written for now, they stay derivable: {}", e.getMessage());
      }
      return false;
    }
  }

  /** Some of these states have their place where the store is damaged: finds and forgets them. */
  private boolean writeAround(List<Entry> batch, StoreException damage, int[] refused) {
    if (batch.size() > 1) {
      int half = batch.size() / 2;
      return write(batch.subList(0, half), refused)
          && write(batch.subList(half, batch.size()), refused);
    }
    refused[0]++;
    DerivedState derivedState = batch.get(0).derivedState;
    lost.refused(derivedState.state().id(), damage);
    dirty.remove(derivedState.state().id(), derivedState);
    return true;
  }

  private void store(List<Entry> batch) throws LogBusyException {
    List<byte[]> encoded = new ArrayList<>(batch.size());
    for (Entry entry : batch) {
      encoded.add(StateCodec.encode(entry.derivedState));
    }
    store.write(
        target -> {
          for (int i = 0; i < encoded.size(); i++) {
            if (encoded.get(i).length <= MAX_STATE_BYTES) {
              target.put(NodeTables.STATES, batch.get(i).key, encoded.get(i));
            } else if (lost.contains(batch.get(i).derivedState.state().id())) {
              target.delete(NodeTables.STATES, batch.get(i).key);
            }
          }
        },
        Durability.BUFFERED,
        Deadline.in(Duration.ofSeconds(30)));
    for (Entry entry : batch) {
      index.note(entry.derivedState.state());
      lost.written(entry.derivedState.state().id());
      // Only if it was not changed again in between.
      dirty.remove(entry.derivedState.state().id(), entry.derivedState);
    }
  }

  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(writer);
    try {
      if (writer.getState() != Thread.State.NEW) {
        writer.join(Duration.ofSeconds(10));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    flush();
  }
}
