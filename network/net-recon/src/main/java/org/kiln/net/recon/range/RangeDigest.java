package org.kiln.net.recon.range;

import java.util.Arrays;
import org.kiln.core.log.RangeHash;

/**
 * What one side has in a range.
 *
 * @param first where it begins, inclusive
 * @param hash of the keys in it, and how many they are
 * @param last where it ends, exclusive
 */
public record RangeDigest(Key first, RangeHash hash, Key last) {
  /** What a set has in that range. */
  public static RangeDigest of(KeySet keys, KeyRange range) {
    return new RangeDigest(range.start(), keys.hash(range), range.end());
  }

  /** Of nothing. */
  public static RangeDigest empty(Key first, Key last) {
    return new RangeDigest(first, RangeHash.EMPTY, last);
  }

  /** The range. */
  public KeyRange range() {
    return new KeyRange(first, last);
  }

  /** Whether its hash is that of nothing; the count is not looked at, as ceramic-one does not. */
  public boolean isZero() {
    return isZero(hash);
  }

  /** Whether a hash is that of nothing. */
  public static boolean isZero(RangeHash hash) {
    return Arrays.equals(hash.hash(), RangeHash.EMPTY.hash());
  }
}
