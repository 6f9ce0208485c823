package org.kiln.type.caip10;

import org.bouncycastle.crypto.bls.BLS12_381BasicScheme;
import org.bouncycastle.crypto.bls.BLS12_381G1;
import org.bouncycastle.crypto.bls.BLS12_381G2Point;
import org.bouncycastle.crypto.bls.BLS12_381Serialization;
import org.bouncycastle.math.ec.ECPoint;

/**
 * BLS signatures over BLS12-381 with keys in G1 and signatures in G2, the basic scheme ({@code
 * BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_}). One verification takes BouncyCastle some 160 ms.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-irtf-cfrg-bls-signature/">BLS signatures</a>
 */
final class Bls12381 {
  static final int KEY_SIZE = 48;
  static final int SIGNATURE_SIZE = 96;

  private Bls12381() {}

  /** Whether the key made the signature; both are compressed points. */
  static boolean verify(byte[] key, byte[] message, byte[] signature) {
    if (key.length != KEY_SIZE || signature.length != SIGNATURE_SIZE) {
      return false;
    }
    try {
      ECPoint point = BLS12_381Serialization.decompressG1(key, BLS12_381G1.createCurve());
      BLS12_381G2Point made = BLS12_381Serialization.decompressG2(signature);
      // Refuses points outside of the groups of prime order, and the neutral ones.
      return BLS12_381BasicScheme.verify(point, message, made);
    } catch (IllegalArgumentException e) {
      // No point, or not as it has to be written.
      return false;
    }
  }
}
