package org.kiln.net.bitswap;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.kiln.api.ipld.Cid;

/** The hash functions of blocks that are taken from peers. */
final class Digests {
  private static final long SHA2_512 = 0x13;
  private static final long BLAKE2B_256 = 0xb220;

  private Digests() {}

  /** Whether that is one of them. */
  static boolean knows(long function) {
    return function == Cid.SHA2_256
        || function == SHA2_512
        || function == Cid.KECCAK_256
        || function == BLAKE2B_256;
  }

  /** The digest of those bytes, whole; empty for a function that is not known. */
  static Optional<byte[]> of(long function, byte[] data) {
    if (function == Cid.SHA2_256) {
      return Optional.of(java("SHA-256", data));
    } else if (function == SHA2_512) {
      return Optional.of(java("SHA-512", data));
    } else if (function == Cid.KECCAK_256) {
      return Optional.of(bouncy(new KeccakDigest(256), data));
    } else if (function == BLAKE2B_256) {
      return Optional.of(bouncy(new Blake2bDigest(256), data));
    }
    return Optional.empty();
  }

  private static byte[] java(String name, byte[] data) {
    try {
      return MessageDigest.getInstance(name).digest(data);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has " + name, e);
    }
  }

  private static byte[] bouncy(Digest digest, byte[] data) {
    byte[] out = new byte[digest.getDigestSize()];
    digest.update(data, 0, data.length);
    digest.doFinal(out, 0);
    return out;
  }
}
