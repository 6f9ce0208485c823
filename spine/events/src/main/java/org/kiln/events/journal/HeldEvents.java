package org.kiln.events.journal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.kiln.api.ipld.Cid;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.StoreException;
import org.kiln.core.log.NodeTables;

/** The table of events that are not deliverable yet, in one batch or snapshot. */
final class HeldEvents {
  private static final byte ITSELF = 's';
  private static final byte LACKED = 'p';
  private static final byte DELIVERED = 'r';

  private HeldEvents() {}

  /**
   * One that is held.
   *
   * @param lacked the event it builds on
   * @param entry what the journal will say once that is delivered
   */
  record Held(Cid lacked, JournalEntry entry) {}

  static void put(Batch batch, Held held) {
    batch.put(NodeTables.HELD, key(ITSELF, held.entry.event()), held.lacked.bytes());
    batch.put(
        NodeTables.HELD, byLacked(held), new JournalRun(0, 0, 0, List.of(held.entry)).bytes());
  }

  static void remove(Batch batch, Held held) {
    batch.delete(NodeTables.HELD, key(ITSELF, held.entry.event()));
    batch.delete(NodeTables.HELD, byLacked(held));
  }

  static boolean contains(Snapshot snapshot, Cid event) {
    return snapshot.get(NodeTables.HELD, key(ITSELF, event)) != null;
  }

  /** Those that build on an event, by their numbers; so many at most. */
  static List<Held> waitingFor(Snapshot snapshot, Cid lacked, int most) {
    List<Held> found = new ArrayList<>();
    byte[] from = key(LACKED, lacked);
    byte[] to = Arrays.copyOf(from, from.length + Long.BYTES + 1);
    Arrays.fill(to, from.length, to.length, (byte) 0xff);
    try (Cursor rows = snapshot.range(NodeTables.HELD, from, to, false)) {
      while (found.size() < most && rows.next()) {
        found.add(new Held(lacked, entry(lacked, rows.value())));
      }
    }
    return found;
  }

  private static JournalEntry entry(Cid lacked, byte[] value) {
    try {
      return JournalRun.read(new byte[Long.BYTES], value).entries().getFirst();
    } catch (RuntimeException e) {
      if (e instanceof IllegalArgumentException
          || e instanceof IndexOutOfBoundsException
          || e instanceof BufferUnderflowException
          || e instanceof java.util.NoSuchElementException) {
        throw new StoreException(
            StoreException.Kind.CORRUPT,
            "An event that is held for " + lacked + " cannot be read: " + e.getMessage(),
            e);
      }
      throw e;
    }
  }

  /** Remembers that those which build on a delivered event are still to be released. */
  static void begin(Batch batch, Cid delivered) {
    batch.put(NodeTables.HELD, key(DELIVERED, delivered), new byte[0]);
  }

  /** All that build on it are released. */
  static void end(Batch batch, Cid delivered) {
    batch.delete(NodeTables.HELD, key(DELIVERED, delivered));
  }

  /** Delivered events whose followers are still to be released; so many at most. */
  static List<Cid> begun(Snapshot snapshot, int most) {
    List<Cid> found = new ArrayList<>();
    try (Cursor rows =
        snapshot.range(
            NodeTables.HELD, new byte[] {DELIVERED}, new byte[] {DELIVERED + 1}, false)) {
      while (found.size() < most && rows.next()) {
        found.add(cid(rows.key()));
      }
    }
    return found;
  }

  /** Marks all that are held, and what they lack; answers how many are held. */
  static long mark(Snapshot snapshot, CidMarks marks) {
    long count = 0;
    try (Cursor rows = all(snapshot)) {
      while (rows.next()) {
        marks.add(cid(rows.key()));
        marks.add(Cid.of(rows.value()));
        count++;
      }
    }
    return count;
  }

  /** Walks over all that are held. */
  static void each(Snapshot snapshot, Consumer<Cid> sink) {
    try (Cursor rows = all(snapshot)) {
      while (rows.next()) {
        sink.accept(cid(rows.key()));
      }
    }
  }

  private static Cursor all(Snapshot snapshot) {
    return snapshot.range(NodeTables.HELD, new byte[] {ITSELF}, new byte[] {ITSELF + 1}, false);
  }

  private static Cid cid(byte[] key) {
    return Cid.of(Arrays.copyOfRange(key, 1, key.length));
  }

  private static byte[] byLacked(Held held) {
    byte[] prefix = key(LACKED, held.lacked);
    return ByteBuffer.allocate(prefix.length + Long.BYTES)
        .put(prefix)
        .putLong(held.entry.sequence())
        .array();
  }

  private static byte[] key(byte kind, Cid cid) {
    byte[] bytes = cid.bytes();
    byte[] key = new byte[1 + bytes.length];
    key[0] = kind;
    System.arraycopy(bytes, 0, key, 1, bytes.length);
    return key;
  }
}
