package org.kiln.type.caip10.sr25519;

import static org.kiln.type.caip10.sr25519.Field.abs;
import static org.kiln.type.caip10.sr25519.Field.add;
import static org.kiln.type.caip10.sr25519.Field.isNegative;
import static org.kiln.type.caip10.sr25519.Field.mul;
import static org.kiln.type.caip10.sr25519.Field.neg;
import static org.kiln.type.caip10.sr25519.Field.sqr;
import static org.kiln.type.caip10.sr25519.Field.sub;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Optional;

/**
 * An element of ristretto255, held as one of the four points of the Ed25519 curve that stand for
 * it, in extended coordinates. Thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9496">RFC 9496</a>
 */
record Ristretto(BigInteger x, BigInteger y, BigInteger z, BigInteger t) {
  static final int SIZE = 32;

  /** Elements there are: the prime 2²⁵² + …. */
  static final BigInteger ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  static final Ristretto NEUTRAL =
      new Ristretto(BigInteger.ZERO, BigInteger.ONE, BigInteger.ONE, BigInteger.ZERO);

  static final Ristretto GENERATOR =
      decode(
              HexFormat.of()
                  .parseHex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76"))
          .orElseThrow();

  private static final BigInteger TWO_D = add(Field.D, Field.D);

  /** 1/√(a − d), where a = −1. */
  private static final BigInteger INVERSE_ROOT_A_MINUS_D =
      Field.inverseRoot(sub(BigInteger.ONE.negate(), Field.D)).orElseThrow();

  /** RFC 9496 §4.3.1; empty for what is no element's one encoding. */
  static Optional<Ristretto> decode(byte[] bytes) {
    BigInteger s = LittleEndian.number(bytes);
    if (bytes.length != SIZE || s.compareTo(Field.P) >= 0 || isNegative(s)) {
      return Optional.empty();
    }
    BigInteger ss = sqr(s);
    BigInteger u1 = sub(BigInteger.ONE, ss);
    BigInteger u2 = add(BigInteger.ONE, ss);
    BigInteger u2Squared = sqr(u2);
    BigInteger v = sub(neg(mul(Field.D, sqr(u1))), u2Squared);
    Optional<BigInteger> root = Field.inverseRoot(mul(v, u2Squared));
    if (root.isEmpty()) {
      return Optional.empty();
    }
    BigInteger denominatorX = mul(root.get(), u2);
    BigInteger denominatorY = mul(mul(root.get(), denominatorX), v);
    BigInteger x = abs(mul(add(s, s), denominatorX));
    BigInteger y = mul(u1, denominatorY);
    BigInteger t = mul(x, y);
    return isNegative(t) || y.signum() == 0
        ? Optional.empty()
        : Optional.of(new Ristretto(x, y, BigInteger.ONE, t));
  }

  /** RFC 9496 §4.3.2. */
  byte[] encode() {
    BigInteger u1 = mul(add(z, y), sub(z, y));
    BigInteger u2 = mul(x, y);
    // A square for every point that decoding and adding can give.
    BigInteger root = Field.inverseRoot(mul(u1, sqr(u2))).orElseThrow();
    BigInteger denominator1 = mul(root, u1);
    BigInteger denominator2 = mul(root, u2);
    BigInteger inverseZ = mul(mul(denominator1, denominator2), t);
    boolean rotate = isNegative(mul(t, inverseZ));
    BigInteger chosenX = rotate ? mul(y, Field.SQRT_MINUS_ONE) : x;
    BigInteger chosenY = rotate ? mul(x, Field.SQRT_MINUS_ONE) : y;
    BigInteger denominator = rotate ? mul(denominator1, INVERSE_ROOT_A_MINUS_D) : denominator2;
    if (isNegative(mul(chosenX, inverseZ))) {
      chosenY = neg(chosenY);
    }
    return LittleEndian.bytes(abs(mul(denominator, sub(z, chosenY))), SIZE);
  }

  Ristretto negate() {
    return new Ristretto(neg(x), y, z, neg(t));
  }

  Ristretto plus(Ristretto other) {
    BigInteger a = mul(sub(y, x), sub(other.y, other.x));
    BigInteger b = mul(add(y, x), add(other.y, other.x));
    BigInteger c = mul(mul(t, TWO_D), other.t);
    BigInteger d = mul(add(z, z), other.z);
    return of(sub(b, a), sub(d, c), add(d, c), add(b, a));
  }

  Ristretto twice() {
    BigInteger a = sqr(x);
    BigInteger b = sqr(y);
    BigInteger zz = sqr(z);
    BigInteger h = add(a, b);
    BigInteger g = sub(a, b);
    return of(sub(h, sqr(add(x, y))), add(add(zz, zz), g), g, h);
  }

  private static Ristretto of(BigInteger e, BigInteger f, BigInteger g, BigInteger h) {
    return new Ristretto(mul(e, f), mul(g, h), mul(f, g), mul(e, h));
  }

  /** {@code a·p + b·q}, both in one pass. */
  static Ristretto sum(BigInteger a, Ristretto p, BigInteger b, Ristretto q) {
    Ristretto both = p.plus(q);
    Ristretto sum = NEUTRAL;
    for (int bit = Math.max(a.bitLength(), b.bitLength()) - 1; bit >= 0; bit--) {
      sum = sum.twice();
      if (a.testBit(bit)) {
        sum = sum.plus(b.testBit(bit) ? both : p);
      } else if (b.testBit(bit)) {
        sum = sum.plus(q);
      }
    }
    return sum;
  }

  /** Whether any of the four points of the neutral element is meant. */
  boolean isNeutral() {
    return x.signum() == 0 || y.signum() == 0;
  }
}
