package org.kiln.net.recon.kept;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Durability;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;
import org.kiln.net.recon.range.Key;

/**
 * The table {@code recon}: {@code 00 | peer id} for each peer that an operator has blocked, and for
 * each of the ring {@code 01 | SHA-256 of the peer key} with the peer key, which is too long for a
 * key of the store. Thread-safe.
 */
public final class ReconTable {
  private static final byte BLOCKED = 0;
  private static final byte PEER_KEY = 1;
  private static final byte[] NOTHING = {1};

  private final NodeStore store;

  /** In a node's store. */
  public ReconTable(NodeStore store) {
    this.store = store;
  }

  /** The peers that an operator has blocked. */
  public Set<PeerId> blocked() {
    Set<PeerId> found = new HashSet<>();
    scan(BLOCKED, (key, value) -> found.add(PeerId.of(Arrays.copyOfRange(key, 1, key.length))));
    return found;
  }

  /**
   * Keeps whether a peer is blocked; comes back when that is on the disk.
   *
   * @throws LogBusyException when it cannot be written before the deadline
   */
  public void block(PeerId peer, boolean blocked, Deadline deadline) throws LogBusyException {
    byte[] key = key(BLOCKED, peer.bytes());
    store.write(
        batch -> {
          if (blocked) {
            batch.put(NodeTables.RECON, key, NOTHING);
          } else {
            batch.delete(NodeTables.RECON, key);
          }
        },
        Durability.SYNCED,
        deadline);
  }

  /** The keys of the ring, of which some may have expired; nobody vouches for them. */
  public List<Key> ring() {
    List<Key> found = new ArrayList<>();
    scan(PEER_KEY, (key, value) -> found.add(Key.of(value)));
    return found;
  }

  /**
   * Keeps the ring as it is; writes what has changed since.
   *
   * @throws LogBusyException when it cannot be written before the deadline
   */
  public void ring(List<Key> now, Deadline deadline) throws LogBusyException {
    Set<Key> gone = new HashSet<>(ring());
    List<Key> more = new ArrayList<>();
    for (Key key : now) {
      if (!gone.remove(key)) {
        more.add(key);
      }
    }
    if (gone.isEmpty() && more.isEmpty()) {
      return;
    }
    store.write(
        batch -> {
          gone.forEach(key -> batch.delete(NodeTables.RECON, ringKey(key)));
          more.forEach(key -> batch.put(NodeTables.RECON, ringKey(key), key.bytes()));
        },
        Durability.BUFFERED,
        deadline);
  }

  private void scan(byte kind, BiConsumer<byte[], byte[]> sink) {
    store.read(
        snapshot -> {
          byte[] from = {kind};
          byte[] to = {(byte) (kind + 1)};
          try (Cursor cursor = snapshot.range(NodeTables.RECON, from, to, false)) {
            while (cursor.next()) {
              sink.accept(cursor.key(), cursor.value());
            }
          }
          return null;
        });
  }

  private static byte[] ringKey(Key key) {
    return key(PEER_KEY, Cid.sha256(Cid.RAW, key.bytes()).digest());
  }

  private static byte[] key(byte kind, byte[] rest) {
    byte[] key = new byte[1 + rest.length];
    key[0] = kind;
    System.arraycopy(rest, 0, key, 1, rest.length);
    return key;
  }
}
