package org.kiln.net.recon.peer;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kiln.core.log.RangeHash;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;

/**
 * Keys in their order, each with the sum of all hashes below it: the hash of a range is the
 * difference of two, so that nobody makes us walk all keys by asking. Immutable.
 */
final class KeySums {
  /** A key, and the hash of it alone. */
  record Hashed(PeerKey key, RangeHash hash) {}

  private final Key[] keys;
  private final RangeHash[] below;

  private KeySums(Key[] keys, RangeHash[] below) {
    this.keys = keys;
    this.below = below;
  }

  /** Of keys in their order. */
  static KeySums of(List<Hashed> ordered) {
    Key[] keys = new Key[ordered.size()];
    RangeHash[] below = new RangeHash[ordered.size() + 1];
    below[0] = RangeHash.EMPTY;
    for (int i = 0; i < keys.length; i++) {
      keys[i] = ordered.get(i).key().key();
      below[i + 1] = below[i].plus(ordered.get(i).hash());
    }
    return new KeySums(keys, below);
  }

  /** How many keys are below that one. */
  private int rank(Key key) {
    int found = Arrays.binarySearch(keys, key);
    return found >= 0 ? found : -found - 1;
  }

  RangeHash hash(KeyRange range) {
    int from = rank(range.start());
    int to = rank(range.end());
    return from < to ? below[to].minus(below[from]) : RangeHash.EMPTY;
  }

  /** The key of a range with so many keys of the range below it; empty when there are fewer. */
  Optional<Key> at(KeyRange range, long offset) {
    long place = rank(range.start()) + offset;
    return place < rank(range.end()) ? Optional.of(keys[(int) place]) : Optional.empty();
  }
}
