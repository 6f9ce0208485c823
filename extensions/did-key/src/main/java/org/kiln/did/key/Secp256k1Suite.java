package org.kiln.did.key;

import org.kiln.api.did.SignatureSuite;

/** ECDSA over secp256k1 with SHA-256 (RFC 8812) as JWS algorithm {@code ES256K}. Thread-safe. */
public final class Secp256k1Suite implements SignatureSuite {
  private final EcdsaSha256 ecdsa = new EcdsaSha256("secp256k1");

  @Override
  public String alg() {
    return "ES256K";
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
