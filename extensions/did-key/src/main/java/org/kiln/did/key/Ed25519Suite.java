package org.kiln.did.key;

import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.kiln.api.did.SignatureSuite;
import org.kiln.kit.crypto.ParsedKeys;

/**
 * Ed25519 (RFC 8032) as JWS algorithm {@code EdDSA}. BouncyCastle's arithmetic, because the JDK's
 * is some nine times slower. Thread-safe.
 */
public final class Ed25519Suite implements SignatureSuite {
  private final ParsedKeys<Ed25519.PublicPoint> keys =
      new ParsedKeys<>(
          1024,
          bytes ->
              bytes.length == Ed25519.PUBLIC_KEY_SIZE
                  ? Ed25519.validatePublicKeyPartialExport(bytes, 0)
                  : null);

  @Override
  public String alg() {
    return "EdDSA";
  }

  @Override
  public String provider() {
    return "BouncyCastle";
  }

  @Override
  public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    if (signature.length != Ed25519.SIGNATURE_SIZE) {
      return false;
    }
    Ed25519.PublicPoint key = keys.get(publicKey);
    return key != null && Ed25519.verify(signature, 0, key, message, 0, message.length);
  }
}
