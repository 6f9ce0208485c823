package org.kiln.kit.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.bouncycastle.crypto.digests.RIPEMD160Digest;

/** The hash functions of the chains, over parts as if they were one. Thread-safe. */
public final class Hashes {
  private Hashes() {}

  /** SHA-256, 32 bytes. */
  public static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** Ethereum's hash, 32 bytes: Keccak-256 as it was before it became SHA-3. */
  public static byte[] keccak256(byte[]... parts) {
    return digest(new KeccakDigest(256), parts);
  }

  /** BLAKE2b without a key, of a multiple of 8 bits. */
  public static byte[] blake2b(int bits, byte[]... parts) {
    return digest(new Blake2bDigest(bits), parts);
  }

  /** RIPEMD-160, 20 bytes. */
  public static byte[] ripemd160(byte[]... parts) {
    return digest(new RIPEMD160Digest(), parts);
  }

  /** RIPEMD-160 of SHA-256, 20 bytes. */
  public static byte[] hash160(byte[] bytes) {
    return ripemd160(sha256(bytes));
  }

  private static byte[] digest(Digest digest, byte[]... parts) {
    for (byte[] part : parts) {
      digest.update(part, 0, part.length);
    }
    byte[] out = new byte[digest.getDigestSize()];
    digest.doFinal(out, 0);
    return out;
  }
}
