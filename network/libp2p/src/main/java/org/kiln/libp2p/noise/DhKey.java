package org.kiln.libp2p.noise;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** An X25519 key pair. */
final class DhKey {
  static final int SIZE = X25519.POINT_SIZE;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] secret = new byte[X25519.SCALAR_SIZE];
  private final byte[] open = new byte[SIZE];

  DhKey() {
    X25519.generatePrivateKey(RANDOM, secret);
    X25519.generatePublicKey(secret, 0, open, 0);
  }

  byte[] publicKey() {
    return open.clone();
  }

  /** Refuses a result of zero, which a hostile key of small order would force. */
  byte[] agree(byte[] theirs) throws GeneralSecurityException {
    byte[] shared = new byte[SIZE];
    if (theirs.length != SIZE || !X25519.calculateAgreement(secret, 0, theirs, 0, shared, 0)) {
      throw new GeneralSecurityException("The peer sent a key that agrees on nothing");
    }
    return shared;
  }
}
