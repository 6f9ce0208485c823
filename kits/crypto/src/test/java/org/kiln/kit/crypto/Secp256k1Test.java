package org.kiln.kit.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;
import org.junit.jupiter.api.Test;

class Secp256k1Test {
  private static final BigInteger ORDER = Secp256k1.DOMAIN.getN();

  private static ECPoint publicKey(long secret) {
    return Secp256k1.DOMAIN.getG().multiply(BigInteger.valueOf(secret)).normalize();
  }

  /** {@code r‖s} with the smaller s. */
  private static byte[] sign(long secret, byte[] digest) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(BigInteger.valueOf(secret), Secp256k1.DOMAIN));
    BigInteger[] rs = signer.generateSignature(digest);
    return both(rs[0], rs[1].min(ORDER.subtract(rs[1])));
  }

  private static byte[] both(BigInteger r, BigInteger s) {
    byte[] out = new byte[64];
    BigIntegers.asUnsignedByteArray(r, out, 0, 32);
    BigIntegers.asUnsignedByteArray(s, out, 32, 32);
    return out;
  }

  @Property(tries = 30)
  void shouldRecoverTheKeyThatSigned(
      @ForAll @LongRange(min = 1) long secret, @ForAll @Size(32) byte[] digest) {
    byte[] signature = sign(secret, digest);
    ECPoint key = publicKey(secret);
    Optional<ECPoint> even = Secp256k1.recover(digest, signature, false);
    Optional<ECPoint> odd = Secp256k1.recover(digest, signature, true);
    assertThat(even.filter(key::equals).isPresent())
        .isNotEqualTo(odd.filter(key::equals).isPresent());
    assertThat(Secp256k1.verify(key.getEncoded(true), digest, signature)).isTrue();
  }

  @Property(tries = 30)
  void rejectsWhatSomebodyElseSigned(
      @ForAll @LongRange(min = 1) long secret, @ForAll @Size(32) byte[] digest) {
    byte[] signature = sign(secret, digest);
    byte[] other = digest.clone();
    other[31] ^= 1;
    byte[] key = publicKey(secret).getEncoded(true);
    assertThat(Secp256k1.verify(key, other, signature)).isFalse();
    byte[] twin =
        both(
            new BigInteger(1, Arrays.copyOf(signature, 32)),
            ORDER.subtract(new BigInteger(1, Arrays.copyOfRange(signature, 32, 64))));
    assertThat(Secp256k1.verify(key, digest, twin)).as("the other s").isFalse();
  }

  @Test
  void rejectsScalarsOutOfRange() {
    byte[] digest = new byte[32];
    byte[] key = publicKey(7).getEncoded(true);
    for (BigInteger bad : new BigInteger[] {BigInteger.ZERO, ORDER, ORDER.add(BigInteger.ONE)}) {
      assertThat(Secp256k1.recover(digest, both(bad, BigInteger.ONE), true)).isEmpty();
      assertThat(Secp256k1.recover(digest, both(BigInteger.ONE, bad), true)).isEmpty();
      assertThat(Secp256k1.verify(key, digest, both(bad, BigInteger.ONE))).isFalse();
      assertThat(Secp256k1.verify(key, digest, both(BigInteger.ONE, bad))).isFalse();
    }
  }

  @Test
  void rejectsWhatIsNoPointOrKey() {
    byte[] digest = new byte[32];
    // 5 is the x of no point.
    byte[] noPoint = both(BigInteger.valueOf(5), BigInteger.ONE);
    assertThat(Secp256k1.recover(digest, noPoint, false)).isEmpty();
    byte[] noKey = new byte[33];
    noKey[0] = 2;
    noKey[32] = 5;
    assertThat(Secp256k1.verify(noKey, digest, noPoint)).isFalse();
    assertThat(Secp256k1.verify(new byte[32], digest, noPoint)).isFalse();
    assertThat(Secp256k1.verify(noKey, digest, new byte[63])).isFalse();
  }
}
