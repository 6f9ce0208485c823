package org.kiln.did.pkh;

/** Ed25519 as the chains use it. */
final class Ed25519 {
  private Ed25519() {}

  /** Whether the signature fits; false for anything malformed. */
  static boolean verify(byte[] key, byte[] message, byte[] signature) {
    return key.length == 32
        && signature.length == 64
        && org.bouncycastle.math.ec.rfc8032.Ed25519.verify(
            signature, 0, key, 0, message, 0, message.length);
  }
}
