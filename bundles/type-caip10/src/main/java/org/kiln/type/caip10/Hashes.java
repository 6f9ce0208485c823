package org.kiln.type.caip10;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.bouncycastle.crypto.digests.RIPEMD160Digest;

/** The hash functions of the chains. */
final class Hashes {
  private Hashes() {}

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  static byte[] keccak256(byte[]... parts) {
    return digest(new KeccakDigest(256), parts);
  }

  static byte[] blake2b(int bits, byte[]... parts) {
    return digest(new Blake2bDigest(bits), parts);
  }

  static byte[] ripemd160(byte[]... parts) {
    return digest(new RIPEMD160Digest(), parts);
  }

  /** RIPEMD-160 of SHA-256. */
  static byte[] hash160(byte[] bytes) {
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
