package org.kiln.events.journal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreException;
import org.kiln.core.log.NodeTables;

/**
 * Which journal this is, and which ones the node had before. Its bytes tell by themselves what they
 * are, so that they are found again among the values of a damaged store.
 *
 * @param id random
 * @param former of journals that were lost, the oldest first
 */
public record JournalId(long id, Set<Long> former) {
  private static final byte[] KEY = "journal".getBytes(StandardCharsets.US_ASCII);
  private static final long MAGIC = 0x4b494c4e4a524e4cL; // KILNJRNL
  private static final int MAX_FORMER = 64;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Keeps the order of the former ones. */
  public JournalId {
    former = Collections.unmodifiableSet(new LinkedHashSet<>(former));
  }

  /** The journal of a store, which is named now when it has none. */
  public static JournalId begin(Store store) {
    Optional<JournalId> found = store.read(JournalId::read);
    if (found.isPresent()) {
      return found.get();
    }
    JournalId begun = new JournalId(RANDOM.nextLong(), Set.of());
    store.write(begun::put, Durability.SYNCED);
    return begun;
  }

  /** Empty when the journal is not begun. */
  static Optional<JournalId> read(Snapshot snapshot) {
    byte[] value = snapshot.get(NodeTables.LOG_META, KEY);
    if (value == null) {
      return Optional.empty();
    }
    Optional<JournalId> read = recognize(value);
    if (read.isEmpty()) {
      throw new StoreException(
          StoreException.Kind.CORRUPT, "The name of the journal cannot be read", null);
    }
    return read;
  }

  /** Names the journal of a store. */
  public void put(Batch batch) {
    batch.put(NodeTables.LOG_META, KEY, bytes());
  }

  /** The same journal, which follows another one. */
  public JournalId after(JournalId lost) {
    Set<Long> all = new LinkedHashSet<>(former);
    all.addAll(lost.former);
    all.add(lost.id);
    all.remove(id);
    while (all.size() > MAX_FORMER) {
      all.remove(all.iterator().next());
    }
    return new JournalId(id, all);
  }

  private byte[] bytes() {
    ByteBuffer out = ByteBuffer.allocate(Long.BYTES * (3 + former.size()) + Integer.BYTES);
    out.putLong(MAGIC).putLong(id).putLong(former.size());
    former.forEach(out::putLong);
    return out.putInt(sum(out.array(), out.position())).array();
  }

  /** What the bytes say, if they are a journal's name. */
  public static Optional<JournalId> recognize(byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    try {
      if (in.getLong() != MAGIC) {
        return Optional.empty();
      }
      long id = in.getLong();
      Set<Long> former = new LinkedHashSet<>();
      long count = in.getLong();
      for (long i = 0; i < count; i++) {
        former.add(in.getLong());
      }
      int length = in.position();
      return in.getInt() == sum(value, length) && !in.hasRemaining()
          ? Optional.of(new JournalId(id, former))
          : Optional.empty();
    } catch (BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  private static int sum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
