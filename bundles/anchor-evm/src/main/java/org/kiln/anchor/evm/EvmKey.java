package org.kiln.anchor.evm;

import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** An account: a secp256k1 key and its address. Immutable; never shows the key. */
final class EvmKey {
  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
  private static final ECDomainParameters DOMAIN = new ECDomainParameters(CURVE);

  private final BigInteger secret;
  private final ECPoint publicPoint;
  private final byte[] address;

  /**
   * The account of a private key in hexadecimal, with or without {@code 0x}.
   *
   * @throws IllegalArgumentException when it is no key; the message does not repeat it
   */
  EvmKey(String hex) {
    String digits = hex.startsWith("0x") ? hex.substring(2) : hex;
    if (!digits.matches("[0-9a-fA-F]{64}")) {
      throw new IllegalArgumentException("The private key is not 64 hexadecimal digits");
    }
    this.secret = new BigInteger(digits, 16);
    if (secret.signum() == 0 || secret.compareTo(DOMAIN.getN()) >= 0) {
      throw new IllegalArgumentException("The private key is not a key of secp256k1");
    }
    this.publicPoint = new FixedPointCombMultiplier().multiply(DOMAIN.getG(), secret).normalize();
    byte[] encoded = publicPoint.getEncoded(false);
    this.address =
        Arrays.copyOfRange(Keccak.hash(Arrays.copyOfRange(encoded, 1, encoded.length)), 12, 32);
  }

  /**
   * A signature.
   *
   * @param yParity 0 or 1
   */
  record Signature(BigInteger r, BigInteger s, int yParity) {}

  /** The address, lower-case hexadecimal with {@code 0x}. */
  String address() {
    return Hex.data(address);
  }

  /** Signs a hash: the nonce by RFC 6979, s in the lower half (EIP-2). */
  Signature sign(byte[] hash) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(secret, DOMAIN));
    BigInteger[] rs = signer.generateSignature(hash);
    BigInteger r = rs[0];
    BigInteger s = rs[1];
    if (s.compareTo(DOMAIN.getN().shiftRight(1)) > 0) {
      s = DOMAIN.getN().subtract(s);
    }
    for (int parity = 0; parity < 2; parity++) {
      if (recovers(hash, r, s, parity)) {
        return new Signature(r, s, parity);
      }
    }
    throw new IllegalStateException("A signature that does not lead back to its key");
  }

  private boolean recovers(byte[] hash, BigInteger r, BigInteger s, int parity) {
    byte[] encoded = new byte[33];
    encoded[0] = (byte) (2 + parity);
    byte[] x = r.toByteArray();
    int from = Math.max(0, x.length - 32);
    System.arraycopy(x, from, encoded, 33 - (x.length - from), x.length - from);
    ECPoint point = CURVE.getCurve().decodePoint(encoded);
    BigInteger inverse = r.modInverse(DOMAIN.getN());
    BigInteger e = new BigInteger(1, hash).negate().mod(DOMAIN.getN());
    ECPoint key =
        point
            .multiply(s.multiply(inverse).mod(DOMAIN.getN()))
            .add(DOMAIN.getG().multiply(e.multiply(inverse).mod(DOMAIN.getN())))
            .normalize();
    return key.equals(publicPoint);
  }

  @Override
  public String toString() {
    return "EvmKey[" + address() + "]";
  }
}
