package org.kiln.streams.intake;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Durability;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;
import org.kiln.core.stream.StreamException;
import org.kiln.streams.read.Refusals;

/** Which streams are pinned. With a document its model is, as in js-ceramic. */
public final class Pins {
  private static final byte[] PINNED = {1};

  private final NodeStore store;

  public Pins(NodeStore store) {
    this.store = store;
  }

  /** Pins a stream with that header, and its model, as part of the write that creates it. */
  static Consumer<Batch> of(StreamId stream, Ipld.Map header) {
    byte[] key = stream.bytes();
    Optional<byte[]> model = model(header).map(StreamId::bytes);
    return batch -> {
      batch.put(NodeTables.PINS, key, PINNED);
      // Written once, not with each of a model's many documents.
      model
          .filter(id -> batch.get(NodeTables.PINS, id) == null)
          .ifPresent(id -> batch.put(NodeTables.PINS, id, PINNED));
    };
  }

  private static Optional<StreamId> model(Ipld.Map header) {
    return new StreamMetadata(header).model().filter(id -> !id.equals(StreamId.MODEL));
  }

  /** Pins or unpins a stream; nothing is written when that is how it is. */
  public void set(StreamState state, boolean pin, Deadline deadline) throws StreamException {
    Optional<StreamId> model = model(state.document().metadata());
    boolean pinned = pinned(state.id());
    if (!pin && pinned) {
      unpin(state.id(), deadline);
    } else if (pin && (!pinned || model.isPresent() && !pinned(model.get()))) {
      write(of(state.id(), state.document().metadata()), deadline);
    }
  }

  public void unpin(StreamId stream, Deadline deadline) throws StreamException {
    write(batch -> batch.delete(NodeTables.PINS, stream.bytes()), deadline);
  }

  public boolean pinned(StreamId stream) {
    return store.read(snapshot -> snapshot.get(NodeTables.PINS, stream.bytes())) != null;
  }

  public void scan(Predicate<StreamId> sink) {
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
