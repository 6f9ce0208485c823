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

/** Reads the states in the store some at a time, also beside damage. Thread-safe. */
public final class StatePages {
  /** Bytes of a key that a place behind damage is searched by; streams differ within them. */
  private static final int SEARCHED = 20;

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
   */
  public record Page(List<Entry> entries, Optional<StoreException> damage, boolean stopped) {}

  /**
   * Entries from one key to before another.
   *
   * @param from null for the beginning
   * @param to null for the end
   */
  public Page read(byte[] from, byte[] to, int most) {
    List<Entry> entries = new ArrayList<>();
    List<StoreException> met = new ArrayList<>();
    Optional<StoreException> end =
        unlessDamaged(
            from,
            to,
            cursor -> {
              while (entries.size() < most && cursor.next()) {
                byte[] key = cursor.key();
                entries.add(new Entry(key, value(cursor, met)));
              }
            });
    return new Page(entries, met.stream().findFirst().or(() -> end), end.isPresent());
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
   * at once, and one that begins behind it does not. At the end of the keys at the latest.
   *
   * @param from a key at which no entry can be read
   */
  public byte[] behindDamage(byte[] from) {
    BigInteger damaged =
        from == null ? BigInteger.ZERO : new BigInteger(1, Arrays.copyOf(from, SEARCHED));
    BigInteger readable = BigInteger.ONE.shiftLeft(8 * SEARCHED).subtract(BigInteger.ONE);
    while (readable.subtract(damaged).compareTo(BigInteger.ONE) > 0) {
      BigInteger middle = damaged.add(readable).shiftRight(1);
      if (begins(key(middle))) {
        readable = middle;
      } else {
        damaged = middle;
      }
    }
    return key(readable);
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
