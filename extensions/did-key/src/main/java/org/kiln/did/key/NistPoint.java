package org.kiln.did.key;

import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;

/**
 * A public point on one of the NIST curves, as did:key writes them: compressed, uncompressed, or
 * (P-256 and P-384 only) bare {@code x‖y}.
 */
record NistPoint(String curve, ECPoint point) {
  private static final X9ECParameters P256 = CustomNamedCurves.getByName("secp256r1");
  private static final X9ECParameters P384 = CustomNamedCurves.getByName("secp384r1");
  private static final X9ECParameters P521 = CustomNamedCurves.getByName("secp521r1");

  /**
   * Reads a point.
   *
   * @throws IllegalArgumentException when the bytes are no point on the curve
   */
  static NistPoint read(KeyType type, byte[] key) {
    return switch (type) {
      case P256 -> new NistPoint("P-256", decode(P256, key.length == 64 ? sec1(key) : key));
      case P384 -> new NistPoint("P-384", decode(P384, key.length == 96 ? sec1(key) : key));
      case P521 -> new NistPoint("P-521", decode(P521, key));
      case ED25519, X25519, SECP256K1 ->
          throw new IllegalArgumentException(type + " is no NIST curve");
    };
  }

  private static ECPoint decode(X9ECParameters curve, byte[] sec1) {
    ECPoint point = curve.getCurve().decodePoint(sec1);
    if (point.isInfinity()) {
      throw new IllegalArgumentException("The point at infinity is no public key");
    }
    return point.normalize();
  }

  private static byte[] sec1(byte[] xy) {
    byte[] out = new byte[xy.length + 1];
    out[0] = 4;
    System.arraycopy(xy, 0, out, 1, xy.length);
    return out;
  }

  /** The x coordinate without leading zero bytes, as deployed resolvers write it into a JWK. */
  byte[] x() {
    return BigIntegers.asUnsignedByteArray(point.getAffineXCoord().toBigInteger());
  }

  /** The y coordinate without leading zero bytes. */
  byte[] y() {
    return BigIntegers.asUnsignedByteArray(point.getAffineYCoord().toBigInteger());
  }

  /** The uncompressed SEC1 form, which verifiers parse without a square root. */
  byte[] uncompressed() {
    return point.getEncoded(false);
  }

  @Override
  public String toString() {
    return curve + Arrays.toString(point.getEncoded(true));
  }
}
