package org.kiln.flight.sql;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tells bytes that were given out here from those that others made: Arrow's own reader reserves
 * what lengths in its input say, so it must never read what a stranger wrote. HMAC-SHA256 with a
 * key that nobody else has and that is not kept. Thread-safe.
 */
final class Seal {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int LENGTH = 32;

  private final SecretKeySpec key;

  private Seal(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /** Another one than any before. */
  static Seal random() {
    byte[] key = new byte[LENGTH];
    new SecureRandom().nextBytes(key);
    return new Seal(key);
  }

  /** The bytes with the seal before them. */
  byte[] on(byte[] content) {
    byte[] sealed = Arrays.copyOf(code(content), LENGTH + content.length);
    System.arraycopy(content, 0, sealed, LENGTH, content.length);
    return sealed;
  }

  /** The bytes behind the seal; empty when it is not this one's. */
  Optional<byte[]> opened(byte[] sealed) {
    if (sealed.length < LENGTH) {
      return Optional.empty();
    }
    byte[] content = Arrays.copyOfRange(sealed, LENGTH, sealed.length);
    return MessageDigest.isEqual(code(content), Arrays.copyOf(sealed, LENGTH))
        ? Optional.of(content)
        : Optional.empty();
  }

  private byte[] code(byte[] content) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(content);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has " + ALGORITHM, e);
    }
  }
}
