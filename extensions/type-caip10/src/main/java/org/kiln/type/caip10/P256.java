package org.kiln.type.caip10;

import java.math.BigInteger;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.util.BigIntegers;

/** ECDSA over P-256. */
final class P256 {
  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256r1");
  private static final ECDomainParameters DOMAIN = new ECDomainParameters(CURVE);

  private P256() {}

  /** Whether the key made the signature {@code r‖s}. */
  static boolean verify(byte[] compressedKey, byte[] digest, byte[] signature) {
    if (compressedKey.length != 33 || signature.length != 64) {
      return false;
    }
    BigInteger r = BigIntegers.fromUnsignedByteArray(signature, 0, 32);
    BigInteger s = BigIntegers.fromUnsignedByteArray(signature, 32, 32);
    try {
      ECDSASigner signer = new ECDSASigner();
      signer.init(
          false, new ECPublicKeyParameters(CURVE.getCurve().decodePoint(compressedKey), DOMAIN));
      return signer.verifySignature(digest, r, s);
    } catch (IllegalArgumentException e) {
      // No point of the curve.
      return false;
    }
  }
}
