package org.kiln.did.key;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.util.BigIntegers;
import org.kiln.kit.crypto.ParsedKeys;

/**
 * ECDSA over a 256-bit curve with SHA-256, signature {@code r‖s} (RFC 7518 §3.4). Both s and n−s
 * are taken, as every deployed verifier does: the event's CID covers the signature, so a twin is
 * only another event with the same payload.
 */
final class EcdsaSha256 {
  private final ECDomainParameters domain;
  private final ParsedKeys<ECPublicKeyParameters> keys = new ParsedKeys<>(256, this::parse);

  EcdsaSha256(String curve) {
    X9ECParameters parameters = CustomNamedCurves.getByName(curve);
    this.domain = new ECDomainParameters(parameters);
  }

  private ECPublicKeyParameters parse(byte[] sec1) {
    if (sec1.length != 33 && sec1.length != 65) {
      return null;
    }
    try {
      return new ECPublicKeyParameters(domain.getCurve().decodePoint(sec1), domain);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    if (signature.length != 64) {
      return false;
    }
    ECPublicKeyParameters key = keys.get(publicKey);
    if (key == null) {
      return false;
    }
    BigInteger r = BigIntegers.fromUnsignedByteArray(signature, 0, 32);
    BigInteger s = BigIntegers.fromUnsignedByteArray(signature, 32, 32);
    ECDSASigner signer = new ECDSASigner();
    signer.init(false, key);
    return signer.verifySignature(sha256(message), r, s);
  }

  private static byte[] sha256(byte[] message) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(message);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
