package org.kiln.type.caip10;

import java.math.BigInteger;
import java.util.Optional;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;

/** ECDSA over secp256k1 as wallets use it. */
final class Secp256k1 {
  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
  private static final ECDomainParameters DOMAIN = new ECDomainParameters(CURVE);
  private static final BigInteger HALF_ORDER = CURVE.getN().shiftRight(1);

  private Secp256k1() {}

  /**
   * The public key that made a signature, SEC 1 §4.1.6; empty when none can have.
   *
   * @param digest 32 bytes
   * @param signature {@code r‖s}, further bytes are not looked at
   * @param odd whether the y of the nonce point is odd
   */
  static Optional<ECPoint> recover(byte[] digest, byte[] signature, boolean odd) {
    BigInteger order = CURVE.getN();
    BigInteger r = BigIntegers.fromUnsignedByteArray(signature, 0, 32);
    BigInteger s = BigIntegers.fromUnsignedByteArray(signature, 32, 32);
    if (!inRange(r) || !inRange(s)) {
      return Optional.empty();
    }
    byte[] nonceBytes = new byte[33];
    nonceBytes[0] = (byte) (odd ? 3 : 2);
    System.arraycopy(signature, 0, nonceBytes, 1, 32);
    try {
      ECPoint nonce = CURVE.getCurve().decodePoint(nonceBytes);
      BigInteger inverse = BigIntegers.modOddInverse(order, r);
      BigInteger u1 = new BigInteger(1, digest).negate().multiply(inverse).mod(order);
      BigInteger u2 = s.multiply(inverse).mod(order);
      ECPoint key = ECAlgorithms.sumOfTwoMultiplies(CURVE.getG(), u1, nonce, u2).normalize();
      return key.isInfinity() ? Optional.empty() : Optional.of(key);
    } catch (IllegalArgumentException e) {
      // No point of the curve has that x.
      return Optional.empty();
    }
  }

  /** Whether the key made the signature {@code r‖s}, with the smaller of the two possible s. */
  static boolean verify(byte[] compressedKey, byte[] digest, byte[] signature) {
    if (compressedKey.length != 33 || signature.length != 64) {
      return false;
    }
    BigInteger r = BigIntegers.fromUnsignedByteArray(signature, 0, 32);
    BigInteger s = BigIntegers.fromUnsignedByteArray(signature, 32, 32);
    if (!inRange(r) || !inRange(s) || s.compareTo(HALF_ORDER) > 0) {
      return false;
    }
    try {
      ECPoint point = CURVE.getCurve().decodePoint(compressedKey);
      ECDSASigner signer = new ECDSASigner();
      signer.init(false, new ECPublicKeyParameters(point, DOMAIN));
      return signer.verifySignature(digest, r, s);
    } catch (IllegalArgumentException e) {
      // No point of the curve.
      return false;
    }
  }

  private static boolean inRange(BigInteger scalar) {
    return scalar.signum() > 0 && scalar.compareTo(CURVE.getN()) < 0;
  }
}
