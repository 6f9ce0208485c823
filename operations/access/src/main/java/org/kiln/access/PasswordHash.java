package org.kiln.access;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password as it is kept: PBKDF2 over a random salt.
 *
 * @param iterations how often the hash is applied
 * @param salt 16 random bytes
 * @param hash 32 bytes
 */
record PasswordHash(int iterations, byte[] salt, byte[] hash) {
  private static final String ALGORITHM = "PBKDF2WithHmacSHA512";
  private static final String NAME = "pbkdf2-sha512";
  private static final int ITERATIONS = 210_000;
  private static final int MAX_ITERATIONS = 10_000_000;
  private static final SecureRandom RANDOM = new SecureRandom();

  static PasswordHash of(String password) {
    byte[] salt = new byte[16];
    RANDOM.nextBytes(salt);
    return new PasswordHash(ITERATIONS, salt, derive(password, salt, ITERATIONS));
  }

  /** A hash that no password has; comparing with it takes as long as with any other. */
  static PasswordHash nobody() {
    byte[] random = new byte[48];
    RANDOM.nextBytes(random);
    return new PasswordHash(
        ITERATIONS,
        java.util.Arrays.copyOf(random, 16),
        java.util.Arrays.copyOfRange(random, 16, 48));
  }

  boolean matches(String password) {
    return MessageDigest.isEqual(hash, derive(password, salt, iterations));
  }

  /** {@code pbkdf2-sha512$iterations$salt$hash}. */
  String text() {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return NAME
        + "$"
        + iterations
        + "$"
        + base64.encodeToString(salt)
        + "$"
        + base64.encodeToString(hash);
  }

  /**
   * Reads what {@link #text} has written.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static PasswordHash parse(String text) {
    String[] parts = text.split("\\$");
    if (parts.length != 4 || !parts[0].equals(NAME)) {
      throw new IllegalArgumentException("is no " + NAME + " hash");
    }
    int iterations = Integer.parseInt(parts[1]);
    if (iterations < 1 || iterations > MAX_ITERATIONS) {
      throw new IllegalArgumentException("has " + iterations + " iterations");
    }
    Base64.Decoder base64 = Base64.getUrlDecoder();
    return new PasswordHash(iterations, base64.decode(parts[2]), base64.decode(parts[3]));
  }

  private static byte[] derive(String password, byte[] salt, int iterations) {
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, 256);
    try {
      return SecretKeyFactory.getInstance(ALGORITHM).generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has " + ALGORITHM, e);
    } finally {
      spec.clearPassword();
    }
  }
}
