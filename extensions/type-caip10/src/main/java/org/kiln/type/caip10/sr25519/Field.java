package org.kiln.type.caip10.sr25519;

import java.math.BigInteger;
import java.util.Optional;

/** Integers modulo 2²⁵⁵ − 19, with what RFC 9496 §4.1 needs of them. All results are reduced. */
final class Field {
  static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

  /** Of the curve −x² + y² = 1 + d·x²·y². */
  static final BigInteger D =
      mul(BigInteger.valueOf(-121_665), BigInteger.valueOf(121_666).modInverse(P));

  static final BigInteger SQRT_MINUS_ONE =
      BigInteger.TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P);

  private static final BigInteger ROOT_EXPONENT = P.subtract(BigInteger.valueOf(5)).shiftRight(3);

  private Field() {}

  static BigInteger add(BigInteger a, BigInteger b) {
    return a.add(b).mod(P);
  }

  static BigInteger sub(BigInteger a, BigInteger b) {
    return a.subtract(b).mod(P);
  }

  static BigInteger mul(BigInteger a, BigInteger b) {
    return a.multiply(b).mod(P);
  }

  static BigInteger sqr(BigInteger a) {
    return mul(a, a);
  }

  static BigInteger neg(BigInteger a) {
    return sub(BigInteger.ZERO, a);
  }

  /** RFC 9496 calls the odd ones negative. */
  static boolean isNegative(BigInteger a) {
    return a.testBit(0);
  }

  static BigInteger abs(BigInteger a) {
    return isNegative(a) ? neg(a) : a;
  }

  /** The non-negative 1/√v; zero of zero; empty when v has no root. */
  static Optional<BigInteger> inverseRoot(BigInteger v) {
    if (v.signum() == 0) {
      return Optional.of(v);
    }
    BigInteger cube = mul(sqr(v), v);
    BigInteger root = mul(cube, mul(sqr(cube), v).modPow(ROOT_EXPONENT, P));
    BigInteger check = mul(v, sqr(root));
    if (check.equals(BigInteger.ONE)) {
      return Optional.of(abs(root));
    }
    return check.equals(P.subtract(BigInteger.ONE))
        ? Optional.of(abs(mul(root, SQRT_MINUS_ONE)))
        : Optional.empty();
  }
}
