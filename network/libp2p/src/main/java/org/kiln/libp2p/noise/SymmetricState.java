package org.kiln.libp2p.noise;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What both sides of a handshake have seen and agreed on so far: the Noise specification's
 * SymmetricState (§5.2) for SHA-256.
 */
final class SymmetricState {
  private static final byte[] NOTHING = {};

  private byte[] hash;
  private byte[] chainingKey;
  private CipherState cipher;

  /** A name of 32 bytes is the initial hash as it stands; the prologue is empty. */
  SymmetricState(String protocolName) throws GeneralSecurityException {
    this.hash = protocolName.getBytes(StandardCharsets.US_ASCII);
    this.chainingKey = hash;
    mixHash(NOTHING);
  }

  void mixHash(byte[] data) throws GeneralSecurityException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update(hash);
    hash = sha256.digest(data);
  }

  void mixKey(byte[] secret) throws GeneralSecurityException {
    byte[][] keys = derive(secret);
    chainingKey = keys[0];
    cipher = new CipherState(keys[1]);
  }

  byte[] encryptAndHash(byte[] plaintext) throws GeneralSecurityException {
    byte[] out = new byte[plaintext.length + CipherState.TAG];
    cipher.encrypt(hash, plaintext, 0, plaintext.length, out, 0);
    mixHash(out);
    return out;
  }

  byte[] decryptAndHash(byte[] ciphertext) throws GeneralSecurityException {
    byte[] message = ciphertext.clone();
    int length = cipher.decrypt(hash, message, 0, message.length);
    mixHash(ciphertext);
    return Arrays.copyOf(message, length);
  }

  /** The two directions' ciphers: first from initiator to responder, then back. */
  CipherState[] split() throws GeneralSecurityException {
    byte[][] keys = derive(NOTHING);
    return new CipherState[] {new CipherState(keys[0]), new CipherState(keys[1])};
  }

  /** HKDF with two outputs. */
  private byte[][] derive(byte[] material) throws GeneralSecurityException {
    byte[] temporary = hmac(chainingKey, material);
    byte[] first = hmac(temporary, new byte[] {1});
    byte[] extended = Arrays.copyOf(first, first.length + 1);
    extended[first.length] = 2;
    return new byte[][] {first, hmac(temporary, extended)};
  }

  private static byte[] hmac(byte[] key, byte[] data) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(data);
  }
}
