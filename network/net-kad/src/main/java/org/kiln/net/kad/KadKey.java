package org.kiln.net.kad;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.kiln.api.net.PeerId;

/**
 * A point in Kademlia's key space: the SHA-256 of a peer id or of a multihash. Distance is XOR.
 * Immutable.
 */
final class KadKey {
  static final int BITS = 256;

  private final byte[] hash;

  private KadKey(byte[] hash) {
    this.hash = hash;
  }

  static KadKey of(byte[] bytes) {
    try {
      return new KadKey(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  static KadKey of(PeerId peer) {
    return of(peer.bytes());
  }

  /** How many leading bits both have in common. */
  int commonPrefix(KadKey other) {
    int at = Arrays.mismatch(hash, other.hash);
    return at < 0
        ? BITS
        : at * 8 + Integer.numberOfLeadingZeros((hash[at] ^ other.hash[at]) & 0xff) - 24;
  }

  /** Which of the two is nearer to this one: negative for the first. */
  int compareDistance(KadKey one, KadKey other) {
    for (int i = 0; i < hash.length; i++) {
      int order = Integer.compare((hash[i] ^ one.hash[i]) & 0xff, (hash[i] ^ other.hash[i]) & 0xff);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KadKey key && Arrays.equals(hash, key.hash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hash);
  }

  /** In hex. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(hash);
  }
}
