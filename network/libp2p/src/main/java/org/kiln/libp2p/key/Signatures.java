package org.kiln.libp2p.key;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Checks of the four signature schemes. Ed25519 and secp256k1 by Bouncy Castle, which is several
 * times faster than the JDK at the one and the only one of both to have the other.
 */
final class Signatures {
  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 8192;
  private static final int P256_BITS = 256;

  /** Loaded when the first peer with such a key comes by. */
  private static final class Secp256k1 {
    static final ECDomainParameters DOMAIN;

    static {
      X9ECParameters curve = SECNamedCurves.getByName("secp256k1");
      DOMAIN = new ECDomainParameters(curve.getCurve(), curve.getG(), curve.getN(), curve.getH());
    }
  }

  private Signatures() {}

  static boolean ed25519(byte[] key, byte[] message, byte[] signature) {
    return key.length == Ed25519.PUBLIC_KEY_SIZE
        && signature.length == Ed25519.SIGNATURE_SIZE
        && Ed25519.verify(signature, 0, key, 0, message, 0, message.length);
  }

  static boolean secp256k1(byte[] key, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    if (key.length != 33) {
      return false;
    }
    BigInteger[] pair = derPair(signature);
    ECDSASigner signer = new ECDSASigner();
    signer.init(
        false,
        new ECPublicKeyParameters(Secp256k1.DOMAIN.getCurve().decodePoint(key), Secp256k1.DOMAIN));
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(message);
    return signer.verifySignature(digest, pair[0], pair[1]);
  }

  private static BigInteger[] derPair(byte[] signature) throws GeneralSecurityException {
    try {
      ASN1Sequence pair = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(signature));
      if (pair == null || pair.size() != 2) {
        throw new GeneralSecurityException("An ECDSA signature that is no pair of numbers");
      }
      return new BigInteger[] {
        ASN1Integer.getInstance(pair.getObjectAt(0)).getPositiveValue(),
        ASN1Integer.getInstance(pair.getObjectAt(1)).getPositiveValue()
      };
    } catch (IOException e) {
      throw new GeneralSecurityException("An ECDSA signature that is no DER", e);
    }
  }

  static boolean rsa(byte[] der, byte[] message, byte[] signature) throws GeneralSecurityException {
    RSAPublicKey key =
        (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der));
    int bits = key.getModulus().bitLength();
    // The peer chooses the key, and so what checking costs us.
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS || key.getPublicExponent().bitLength() > 64) {
      throw new InvalidKeyException("An RSA key of " + bits + " bits");
    }
    return jca("SHA256withRSA", key, message, signature);
  }

  static boolean ecdsa(byte[] der, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    ECPublicKey key =
        (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
    int bits = key.getParams().getOrder().bitLength();
    if (bits != P256_BITS) {
      throw new InvalidKeyException("An elliptic curve of " + bits + " bits");
    }
    return jca("SHA256withECDSA", key, message, signature);
  }

  private static boolean jca(
      String algorithm, java.security.PublicKey key, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(key);
    verifier.update(message);
    return verifier.verify(signature);
  }
}
