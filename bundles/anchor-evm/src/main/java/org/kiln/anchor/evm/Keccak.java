package org.kiln.anchor.evm;

import org.bouncycastle.crypto.digests.KeccakDigest;

/** Ethereum's hash: Keccak-256 as it was before it became SHA-3. */
final class Keccak {
  private Keccak() {}

  static byte[] hash(byte[] input) {
    KeccakDigest digest = new KeccakDigest(256);
    digest.update(input, 0, input.length);
    byte[] out = new byte[32];
    digest.doFinal(out, 0);
    return out;
  }
}
