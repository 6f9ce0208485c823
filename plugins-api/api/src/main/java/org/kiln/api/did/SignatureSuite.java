package org.kiln.api.did;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * One JWS signature algorithm. Register it as a service with the property {@value #ALG_PROPERTY};
 * of several for one algorithm the one with the highest service ranking is used. Must be
 * thread-safe and must not block.
 */
@ConsumerType
public interface SignatureSuite {
  /** Name of the service property that carries the algorithm. */
  String ALG_PROPERTY = "jws.alg";

  /** The JWS algorithm, for example {@code EdDSA}. */
  String alg();

  /** Who computes, for the one log line that says which implementation is used. */
  String provider();

  /**
   * Whether the signature fits. Malformed keys and signatures give false, never an exception.
   *
   * @param publicKey Ed25519: 32 bytes; secp256k1, P-256: compressed or uncompressed SEC1 point
   * @param message the signed bytes
   * @param signature 64 bytes: R‖S for Ed25519, r‖s for ECDSA
   */
  boolean verify(byte[] publicKey, byte[] message, byte[] signature);
}
