package org.kiln.streams.state;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.StoreException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;

/**
 * Reads the states in the store some at a time, bounded in number and bytes, also beside damage.
 * Thread-safe.
 */
public final class StatePages {
  /** Bytes of a key that a place behind damage is searched by; streams differ within them. */
  private static final int SEARCHED = 20;

  /** A page is held in memory, and a state may be megabytes; one is read however large it is. */
  private static final long MOST_BYTES = 1 << 20;

  private final NodeStore store;

  public StatePages(NodeStore store) {
    this.store = store;
  }

  /**
   * An entry.
   *
   * @param value empty when it cannot be read
   */
  public record Entry(byte[] key, byte[] value) {}

  /**
   * Some entries.
   *
   * @param damage the first that was met
   * @param stopped whether no more could be read for it
   * @param whole whether these are all up to the end
   */
  public record Page(
      List<Entry> entries, Optional<StoreException> damage, boolean stopped, boolean whole) {}

  /**
   * Entries from one key to before another.
   *
   * @param from null for the beginning
   * @param to null for the end
   */
  public Page read(byte[] from, byte[] to, int most) {
    List<Entry> entries = new ArrayList<>();
    List<StoreException> met = new ArrayList<>();
    boolean[] whole = new boolean[1];
    Optional<StoreException> end =
        unlessDamaged(
            from,
            to,
            cursor -> {
              long bytes = 0;
              while (!whole[0] && entries.size() < most && bytes < MOST_BYTES) {
                whole[0] = !cursor.next();
                if (!whole[0]) {
                  Entry entry = new Entry(cursor.key(), value(cursor, met));
                  entries.add(entry);
                  bytes += entry.value().length;
                }
              }
            });
    return new Page(entries, met.stream().findFirst().or(() -> end), end.isPresent(), whole[0]);
  }

  private static byte[] value(Cursor cursor, List<StoreException> met) {
    try {
      return cursor.value();
    } catch (StoreException e) {
      if (e.kind() != StoreException.Kind.CORRUPT) {
        throw e;
      }
      met.add(e);
      return new byte[0];
    }
  }

  private interface Reading {
    void read(Cursor cursor);
  }

  private Optional<StoreException> unlessDamaged(byte[] from, byte[] to, Reading reading) {
    try {
      store.read(
          snapshot -> {
            try (Cursor cursor = snapshot.range(NodeTables.STATES, from, to, false)) {
              reading.read(cursor);
            }
            return null;
          });
      return Optional.empty();
    } catch (StoreException e) {
      if (e.kind() != StoreException.Kind.CORRUPT) {
        throw e;
      }
      return Optional.of(e);
    }
  }

  /**
   * Where it can be read on, by halving: a walk that begins at a damaged entry or before it fails
   * at once, and one that begins behind it does not. Empty when nothing behind it can be read, as
   * when the table itself is damaged.
   *
   * @param from a key at which no entry can be read
   */
  public Optional<byte[]> behindDamage(byte[] from) {
    BigInteger damaged =
        from == null ? BigInteger.ZERO : new BigInteger(1, Arrays.copyOf(from, SEARCHED));
    BigInteger readable = BigInteger.ONE.shiftLeft(8 * SEARCHED).subtract(BigInteger.ONE);
    if (damaged.equals(readable) || !begins(key(readable))) {
      return Optional.empty();
    }
    while (readable.subtract(damaged).compareTo(BigInteger.ONE) > 0) {
      BigInteger middle = damaged.add(readable).shiftRight(1);
      if (begins(key(middle))) {
        readable = middle;
      } else {
        damaged = middle;
      }
    }
    return Optional.of(key(readable));
  }

  private boolean begins(byte[] from) {
    return unlessDamaged(
            from,
            null,
            cursor -> {
              if (cursor.next()) {
                cursor.key();
              }
            })
        .isEmpty();
  }

  private static byte[] key(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] key = new byte[SEARCHED];
    int length = Math.min(bytes.length, SEARCHED);
    System.arraycopy(bytes, bytes.length - length, key, SEARCHED - length, length);
    return key;
  }
}
