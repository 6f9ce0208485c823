package org.kiln.libp2p.noise;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * ChaCha20-Poly1305 with a key and a nonce that counts, one direction of a channel. By the JDK,
 * whose cipher is compiled to vector instructions. Not thread-safe.
 */
final class CipherState {
  /** Bytes a message grows by. */
  static final int TAG = 16;

  private final Cipher cipher;
  private final SecretKeySpec key;
  private final byte[] nonce = new byte[12];
  private long counter;

  CipherState(byte[] key) {
    this.key = new SecretKeySpec(key, "ChaCha20");
    try {
      this.cipher = Cipher.getInstance("ChaCha20-Poly1305");
    } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
      throw new IllegalStateException("Java 11 and later have ChaCha20-Poly1305", e);
    }
  }

  private void next(int mode, byte[] associated) throws GeneralSecurityException {
    if (counter == -1) {
      throw new InvalidKeyException("The channel's nonces are used up");
    }
    // Four zero bytes, then the counter, little-endian.
    for (int i = 0; i < 8; i++) {
      nonce[4 + i] = (byte) (counter >>> 8 * i);
    }
    counter++;
    cipher.init(mode, key, new IvParameterSpec(nonce));
    if (associated.length > 0) {
      cipher.updateAAD(associated);
    }
  }

  /**
   * Encrypts; the result is {@link #TAG} bytes longer.
   *
   * @return bytes written
   */
  int encrypt(byte[] associated, byte[] in, int offset, int length, byte[] out, int outOffset)
      throws GeneralSecurityException {
    next(Cipher.ENCRYPT_MODE, associated);
    return cipher.doFinal(in, offset, length, out, outOffset);
  }

  /**
   * Decrypts in place.
   *
   * @return length of the plaintext
   * @throws AEADBadTagException when the message was not encrypted by the other side as the next
   *     one
   */
  int decrypt(byte[] associated, byte[] message, int offset, int length)
      throws GeneralSecurityException {
    if (length < TAG) {
      throw new AEADBadTagException("A message of " + length + " bytes has no room for its tag");
    }
    next(Cipher.DECRYPT_MODE, associated);
    return cipher.doFinal(message, offset, length, message, offset);
  }
}
