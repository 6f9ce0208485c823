package org.kiln.did.pkh;

import java.math.BigInteger;
import java.util.Optional;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;

/** Recovery of the public key that made an ECDSA signature over secp256k1 (SEC 1 §4.1.6). */
final class Secp256k1 {
  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");

  private Secp256k1() {}

  /**
   * The key that signed.
   *
   * @param digest 32 bytes
   * @param signature {@code r‖s}, further bytes are not looked at
   * @param parity whether the y of the nonce point is odd
   * @return empty when no key can have made it
   */
  static Optional<ECPoint> recover(byte[] digest, byte[] signature, boolean parity) {
    BigInteger order = CURVE.getN();
    BigInteger r = BigIntegers.fromUnsignedByteArray(signature, 0, 32);
    BigInteger s = BigIntegers.fromUnsignedByteArray(signature, 32, 32);
    if (r.signum() == 0 || s.signum() == 0 || r.compareTo(order) >= 0 || s.compareTo(order) >= 0) {
      return Optional.empty();
    }
    byte[] compressed = new byte[33];
    compressed[0] = (byte) (parity ? 3 : 2);
    System.arraycopy(signature, 0, compressed, 1, 32);
    ECPoint nonce;
    try {
      nonce = CURVE.getCurve().decodePoint(compressed);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    BigInteger inverse = BigIntegers.modOddInverseVar(order, r);
    BigInteger e = new BigInteger(1, digest).negate().mod(order);
    ECPoint key =
        ECAlgorithms.sumOfTwoMultiplies(
                CURVE.getG(), e.multiply(inverse).mod(order), nonce, s.multiply(inverse).mod(order))
            .normalize();
    return key.isInfinity() ? Optional.empty() : Optional.of(key);
  }
}
