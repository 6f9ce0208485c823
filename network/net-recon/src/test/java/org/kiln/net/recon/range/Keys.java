package org.kiln.net.recon.range;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.kiln.core.log.RangeHash;

/** A set of keys with values, in memory. */
public class Keys implements KeySet {
  public final TreeMap<Key, byte[]> values = new TreeMap<>();
  private final Predicate<Key> fenceposts;

  public Keys(Predicate<Key> fenceposts) {
    this.fenceposts = fenceposts;
  }

  public static Key key(String hex) {
    return Key.of(HexFormat.of().parseHex(hex));
  }

  private TreeMap<Key, byte[]> in(KeyRange range) {
    return range.start().isBelow(range.end())
        ? new TreeMap<>(values.subMap(range.start(), range.end()))
        : new TreeMap<>();
  }

  @Override
  public synchronized RangeHash hash(KeyRange range) {
    RangeHash sum = RangeHash.EMPTY;
    for (Key key : in(range).keySet()) {
      sum = sum.plus(of(key));
    }
    return sum;
  }

  public static RangeHash of(Key key) {
    try {
      return new RangeHash(1, MessageDigest.getInstance("SHA-256").digest(key.bytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public synchronized List<Key> smallest(KeyRange range, int max) {
    return in(range).keySet().stream().limit(max).toList();
  }

  @Override
  public synchronized Optional<Key> at(KeyRange range, long offset) {
    return in(range).keySet().stream().skip(offset).findFirst();
  }

  @Override
  public boolean isFencepost(Key key) {
    return fenceposts.test(key);
  }
}
