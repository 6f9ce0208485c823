package org.kiln.net.recon.range;

import java.util.List;
import java.util.Optional;
import org.kiln.core.log.RangeHash;

/**
 * A sorted set of keys that may grow at any time: two calls need not see the same. Thread-safe;
 * calls may block on the disk.
 */
public interface KeySet {
  /** Recon's associative hash of the keys in a range, and their number. */
  RangeHash hash(KeyRange range);

  /** The smallest keys of a range, so many at most. */
  List<Key> smallest(KeyRange range, int max);

  /** The key of a range with so many keys of the range below it; empty when there are fewer. */
  Optional<Key> at(KeyRange range, long offset);

  /** Whether a key can only be the bound of a range. */
  boolean isFencepost(Key key);
}
