package org.kiln.anchor.evm;

import java.math.BigInteger;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;
import org.kiln.kit.crypto.Ethereum;
import org.kiln.kit.crypto.Secp256k1;

/** An account: a secp256k1 key and its address. Immutable; never shows the key. */
final class EvmKey {
  private static final ECDomainParameters DOMAIN = Secp256k1.DOMAIN;

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
    this.address = Ethereum.address(publicPoint);
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
    if (s.compareTo(Secp256k1.HALF_ORDER) > 0) {
      s = DOMAIN.getN().subtract(s);
    }
    byte[] both = new byte[64];
    BigIntegers.asUnsignedByteArray(r, both, 0, 32);
    BigIntegers.asUnsignedByteArray(s, both, 32, 32);
    for (int parity = 0; parity < 2; parity++) {
      if (Secp256k1.recover(hash, both, parity == 1).filter(publicPoint::equals).isPresent()) {
        return new Signature(r, s, parity);
      }
    }
    throw new IllegalStateException("A signature that does not lead back to its key");
  }

  @Override
  public String toString() {
    return "EvmKey[" + address() + "]";
  }
}
