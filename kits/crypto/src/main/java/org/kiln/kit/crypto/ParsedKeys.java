package org.kiln.kit.crypto;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * Remembers parsed keys, each in the one slot its hash points to: a session key signs many events,
 * and parsing costs a tenth (Ed25519) to a half (compressed ECDSA) of a verification. Lock-free; a
 * collision only costs parsing again.
 *
 * @param <K> the parsed form, immutable
 */
public final class ParsedKeys<K> {
  private record Entry<K>(byte[] bytes, K key) {}

  private final AtomicReferenceArray<Entry<K>> slots;
  private final Function<byte[], K> parser;

  /**
   * An empty memory.
   *
   * @param slots how many keys at most, a power of two
   * @param parser parses; null for a malformed key, which is not remembered
   */
  public ParsedKeys(int slots, Function<byte[], K> parser) {
    if (Integer.bitCount(slots) != 1) {
      throw new IllegalArgumentException(slots + " slots are no power of two");
    }
    this.slots = new AtomicReferenceArray<>(slots);
    this.parser = parser;
  }

  /** The parsed key, null when malformed. */
  public K get(byte[] bytes) {
    int hash = Arrays.hashCode(bytes);
    int slot = (hash ^ hash >>> 16) & slots.length() - 1;
    Entry<K> entry = slots.get(slot);
    if (entry != null && Arrays.equals(entry.bytes, bytes)) {
      return entry.key;
    }
    K key = parser.apply(bytes);
    if (key != null) {
      slots.set(slot, new Entry<>(bytes.clone(), key));
    }
    return key;
  }
}
