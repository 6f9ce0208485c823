package org.kiln.kit.crypto;

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

/** ECDSA over secp256k1 as wallets use it. Thread-safe. */
public final class Secp256k1 {
  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");

  /** The curve, for those who sign. */
  public static final ECDomainParameters DOMAIN = new ECDomainParameters(CURVE);

  /** Signatures have an s of at most this, where the chain takes only one of the two (EIP-2). */
  public static final BigInteger HALF_ORDER = CURVE.getN().shiftRight(1);

  private Secp256k1() {}

  /**
   * The public key that made a signature, SEC 1 §4.1.6; empty when none can have.
   *
   * @param digest 32 bytes
   * @param signature {@code r‖s}, further bytes are not looked at
   * @param odd whether the y of the nonce point is odd
   */
  public static Optional<ECPoint> recover(byte[] digest, byte[] signature, boolean odd) {
    BigInteger order = CURVE.getN();
    BigInteger r = BigIntegers.fromUnsignedByteArray(signature, 0, 32);
    BigInteger s = BigIntegers.fromUnsignedByteArray(signature, 32, 32);
    if (!inRange(r) || !inRange(s)) {
      return Optional.empty();
    }
    byte[] compressed = new byte[33];
    compressed[0] = (byte) (odd ? 3 : 2);
    System.arraycopy(signature, 0, compressed, 1, 32);
    ECPoint nonce;
    try {
      nonce = CURVE.getCurve().decodePoint(compressed);
    } catch (IllegalArgumentException e) {
      // No point of the curve has that x.
      return Optional.empty();
    }
    BigInteger inverse = BigIntegers.modOddInverseVar(order, r);
    BigInteger u1 = new BigInteger(1, digest).negate().multiply(inverse).mod(order);
    BigInteger u2 = s.multiply(inverse).mod(order);
    ECPoint key = ECAlgorithms.sumOfTwoMultiplies(CURVE.getG(), u1, nonce, u2).normalize();
    return key.isInfinity() ? Optional.empty() : Optional.of(key);
  }

  /**
   * Whether the key made the signature, with the smaller of the two possible s; false for anything
   * malformed.
   *
   * @param compressedKey 33 bytes
   * @param digest 32 bytes
   * @param signature {@code r‖s}, 64 bytes
   */
  public static boolean verify(byte[] compressedKey, byte[] digest, byte[] signature) {
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
