package org.kiln.events.order;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.kiln.core.log.RangeHash;
import org.kiln.events.table.Sha256;
import org.kiln.events.table.Varints;

/**
 * The sum of the hashes of some keys, grown in place. The eight words are not reduced, because
 * ceramic-one rounds big ones (see {@link #rangeHash}); 64 bits hold those of 2^32 keys.
 */
public final class KeySum {
  private static final VarHandle LITTLE_INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int WORDS = 8;

  private final long[] words = new long[WORDS];
  private long keys;

  long keys() {
    return keys;
  }

  /** Of one key. */
  public static KeySum of(byte[] key) {
    KeySum sum = new KeySum();
    sum.addKey(key);
    return sum;
  }

  /** With one more key. */
  public void addKey(byte[] key) {
    byte[] digest = Sha256.digest(key);
    for (int i = 0; i < WORDS; i++) {
      words[i] += (int) LITTLE_INT.get(digest, 4 * i) & 0xffff_ffffL;
    }
    keys++;
  }

  void add(KeySum other) {
    for (int i = 0; i < WORDS; i++) {
      words[i] += other.words[i];
    }
    keys += other.keys;
  }

  /**
   * The hash as ceramic-one computes it: it adds in SQLite, whose TOTAL is a double, and cuts to 32
   * bits afterwards, so that words beyond 2^53 (some four million keys) lose their lowest bits.
   * Nodes must agree on it, or they would compare their biggest ranges for ever.
   */
  public RangeHash rangeHash() {
    byte[] hash = new byte[4 * WORDS];
    for (int i = 0; i < WORDS; i++) {
      LITTLE_INT.set(hash, 4 * i, (int) (long) (double) words[i]);
    }
    return new RangeHash(keys, hash);
  }

  /** Number of keys, width of a word in bytes, words. */
  void write(ByteBuffer to) {
    Varints.write(keys, to);
    int width = width();
    to.put((byte) width);
    for (long word : words) {
      for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
        to.put((byte) (word >>> shift));
      }
    }
  }

  int size() {
    return Varints.size(keys) + 1 + WORDS * width();
  }

  private int width() {
    long all = 0;
    for (long word : words) {
      all |= word;
    }
    return Math.max(1, (71 - Long.numberOfLeadingZeros(all)) / 8);
  }

  static KeySum read(ByteBuffer from) {
    KeySum sum = new KeySum();
    sum.keys = Varints.read(from);
    int width = from.get();
    for (int i = 0; i < WORDS; i++) {
      long word = 0;
      for (int b = 0; b < width; b++) {
        word = word << 8 | from.get() & 0xff;
      }
      sum.words[i] = word;
    }
    return sum;
  }
}
