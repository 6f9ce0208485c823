package org.kiln.kit.crypto;

/** Ed25519 (RFC 8032) as the chains use it. Thread-safe. */
public final class Ed25519 {
  private Ed25519() {}

  /** Whether the signature fits; false for anything malformed. */
  public static boolean verify(byte[] key, byte[] message, byte[] signature) {
    return key.length == org.bouncycastle.math.ec.rfc8032.Ed25519.PUBLIC_KEY_SIZE
        && signature.length == org.bouncycastle.math.ec.rfc8032.Ed25519.SIGNATURE_SIZE
        && org.bouncycastle.math.ec.rfc8032.Ed25519.verify(
            signature, 0, key, 0, message, 0, message.length);
  }
}
