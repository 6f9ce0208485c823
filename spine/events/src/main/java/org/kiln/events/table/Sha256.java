package org.kiln.events.table;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 of small things: to ask the JVM's providers for it each time costs as much as to hash a
 * few hundred bytes, so one that nobody uses is copied instead. Thread-safe.
 */
public final class Sha256 {
  private static final MessageDigest UNUSED = fresh();

  private Sha256() {}

  /** The digest, 32 bytes. */
  public static byte[] digest(byte[] bytes) {
    return copy().digest(bytes);
  }

  private static MessageDigest copy() {
    try {
      return (MessageDigest) UNUSED.clone();
    } catch (CloneNotSupportedException e) {
      return fresh();
    }
  }

  private static MessageDigest fresh() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
