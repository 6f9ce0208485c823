package org.kiln.anchor;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Cursor;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;

/**
 * The batch in work. Keys: {@code number (8) | 0} its header, {@code number (8) | 1 | index (4)}
 * its leaves in chunks; {@code ff} the number of the last batch.
 */
final class BatchTable {
  private static final byte[] LAST_NUMBER = {(byte) 0xff};

  private final NodeStore store;

  BatchTable(NodeStore store) {
    this.store = store;
  }

  /** The batch in work, if there is one. */
  Optional<BatchHeader> open() {
    return store.read(
        snapshot -> {
          try (Cursor cursor =
              snapshot.range(NodeTables.ANCHOR_BATCHES, null, LAST_NUMBER, false)) {
            return cursor.next()
                ? Optional.of(BatchHeader.decode(cursor.value()))
                : Optional.<BatchHeader>empty();
          }
        });
  }

  /** The leaves of one chunk. */
  List<Leaf> chunk(BatchHeader header, int index) {
    byte[] value =
        store.read(
            snapshot -> snapshot.get(NodeTables.ANCHOR_BATCHES, chunkKey(header.number(), index)));
    if (value == null) {
      throw Records.broken("chunk " + index + " of batch " + header.number() + " is missing", null);
    }
    return Leaf.decode(value);
  }

  /** All leaves in their order. */
  List<Leaf> leaves(BatchHeader header) {
    List<Leaf> leaves = new ArrayList<>(header.leaves());
    for (int i = 0; i < header.chunks(); i++) {
      leaves.addAll(chunk(header, i));
    }
    return leaves;
  }

  /** The number of the next batch. */
  long nextNumber() {
    byte[] last = store.read(snapshot -> snapshot.get(NodeTables.ANCHOR_BATCHES, LAST_NUMBER));
    return last == null ? 1 : ByteBuffer.wrap(last).getLong() + 1;
  }

  static void putHeader(Batch batch, BatchHeader header) {
    batch.put(NodeTables.ANCHOR_BATCHES, headerKey(header.number()), header.encode());
    batch.put(
        NodeTables.ANCHOR_BATCHES,
        LAST_NUMBER,
        ByteBuffer.allocate(8).putLong(header.number()).array());
  }

  static void putChunk(Batch batch, BatchHeader header, int index, List<Leaf> leaves) {
    batch.put(NodeTables.ANCHOR_BATCHES, chunkKey(header.number(), index), Leaf.encode(leaves));
  }

  static void delete(Batch batch, BatchHeader header) {
    batch.delete(NodeTables.ANCHOR_BATCHES, headerKey(header.number()));
    for (int i = 0; i < header.chunks(); i++) {
      batch.delete(NodeTables.ANCHOR_BATCHES, chunkKey(header.number(), i));
    }
  }

  private static byte[] headerKey(long number) {
    return ByteBuffer.allocate(9).putLong(number).put((byte) 0).array();
  }

  private static byte[] chunkKey(long number, int index) {
    return ByteBuffer.allocate(13).putLong(number).put((byte) 1).putInt(index).array();
  }
}
