package org.kiln.did.key;

import org.kiln.api.did.SignatureSuite;

/** ECDSA over P-256 with SHA-256 (RFC 7518 §3.4) as JWS algorithm {@code ES256}. Thread-safe. */
public final class P256Suite implements SignatureSuite {
  private final EcdsaSha256 ecdsa = new EcdsaSha256("secp256r1");

  @Override
  public String alg() {
    return "ES256";
  }

  @Override
  public String provider() {
    return "BouncyCastle";
  }

  @Override
  public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    return ecdsa.verify(publicKey, message, signature);
  }
}
