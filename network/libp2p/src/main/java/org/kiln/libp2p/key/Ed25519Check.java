package org.kiln.libp2p.key;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks Ed25519 signatures: most of what validating gossip costs. Thread-safe. */
@FunctionalInterface
public interface Ed25519Check {
  /** In Java, on every machine. */
  Ed25519Check JAVA = Signatures::ed25519;

  /**
   * Whether the signature fits.
   *
   * @param key 32 bytes, else false
   * @param signature 64 bytes, else false
   */
  boolean verify(byte[] key, byte[] message, byte[] signature);

  /** A check that may go away while it is used, with Java's behind it. */
  static Ed25519Check orJava(Ed25519Check faster) {
    Logger log = LoggerFactory.getLogger(Ed25519Check.class);
    return (key, message, signature) -> {
      try {
        return faster.verify(key, message, signature);
      } catch (RuntimeException | LinkageError e) {
        log.debug("Ed25519 is checked in Java, for once", e);
        return JAVA.verify(key, message, signature);
      }
    };
  }
}
