package org.kiln.anchor.inmemory;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.kiln.api.ipld.Cid;

/** Hashes that stand for transactions. */
final class InMemoryTransaction {
  private static final int SECONDS_BYTES = 8;

  private InMemoryTransaction() {}

  /** The hash of the transaction that puts the root on the chain at that time, as a CID. */
  static Cid hash(String chainId, Cid root, long seconds) {
    ByteBuffer digest = ByteBuffer.allocate(32);
    digest.putLong(seconds);
    digest.put(check(chainId, root, seconds), 0, digest.remaining());
    return Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, digest.array());
  }

  /** The time a transaction's hash names. */
  static long seconds(Cid txHash) {
    byte[] digest = txHash.digest();
    return digest.length < SECONDS_BYTES ? -1 : ByteBuffer.wrap(digest).getLong();
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
