package org.kiln.anchor.inmemory;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.OptionalLong;
import org.kiln.api.ipld.Cid;

/** Hashes that stand for transactions. */
final class InMemoryTransaction {
  private static final int SECONDS_BYTES = 8;

  /** The end of the year 9999, the last that dates are written of. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private InMemoryTransaction() {}

  /** The hash of the transaction that puts the root on the chain at that time, as a CID. */
  static Cid hash(String chainId, Cid root, long seconds) {
    ByteBuffer digest = ByteBuffer.allocate(32);
    digest.putLong(seconds);
    digest.put(check(chainId, root, seconds), 0, digest.remaining());
    return Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, digest.array());
  }

  /** The time that the hash of the root's transaction names; empty when it is not that. */
  static OptionalLong seconds(String chainId, Cid root, Cid txHash) {
    byte[] digest = txHash.digest();
    long seconds = digest.length < SECONDS_BYTES ? -1 : ByteBuffer.wrap(digest).getLong();
    return seconds >= 0 && seconds <= LAST_SECOND && txHash.equals(hash(chainId, root, seconds))
        ? OptionalLong.of(seconds)
        : OptionalLong.empty();
  }

  private static byte[] check(String chainId, Cid root, long seconds) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(("kiln " + chainId).getBytes(StandardCharsets.UTF_8));
      sha256.update(ByteBuffer.allocate(SECONDS_BYTES).putLong(seconds).array());
      return sha256.digest(root.bytes());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
