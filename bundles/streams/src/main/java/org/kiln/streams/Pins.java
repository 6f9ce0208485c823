package org.kiln.streams;

import java.util.function.Consumer;
import java.util.function.Predicate;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Durability;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;
import org.kiln.core.stream.StreamException;

/** Which streams are pinned. */
final class Pins {
  private static final byte[] PINNED = {1};

  private final NodeStore store;

  Pins(NodeStore store) {
    this.store = store;
  }

  /** Pins a stream as part of the write that creates it. */
  static Consumer<Batch> of(StreamId stream) {
    byte[] key = stream.bytes();
    return batch -> batch.put(NodeTables.PINS, key, PINNED);
  }

  void pin(StreamId stream, Deadline deadline) throws StreamException {
    write(of(stream), deadline);
  }

  void unpin(StreamId stream, Deadline deadline) throws StreamException {
    write(batch -> batch.delete(NodeTables.PINS, stream.bytes()), deadline);
  }

  boolean pinned(StreamId stream) {
    return store.read(snapshot -> snapshot.get(NodeTables.PINS, stream.bytes())) != null;
  }

  void scan(Predicate<StreamId> sink) {
    store.read(
        snapshot -> {
          try (Cursor cursor = snapshot.range(NodeTables.PINS, null, null, false)) {
            while (cursor.next() && sink.test(StreamId.of(cursor.key()))) {
              // The sink does the work.
            }
          }
          return null;
        });
  }

  private void write(Consumer<Batch> change, Deadline deadline) throws StreamException {
    try {
      store.write(change, Durability.SYNCED, deadline);
    } catch (LogBusyException e) {
      throw Refusals.busy(e);
    }
  }
}
