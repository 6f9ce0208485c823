package org.kiln.type.caip10.sr25519;

import java.nio.charset.StandardCharsets;

/**
 * What was said so far in a proof, and the challenge that follows from it. Not thread-safe.
 *
 * @see <a href="https://merlin.cool/">Merlin</a>
 */
final class Transcript {
  private final Strobe128 strobe = new Strobe128("Merlin v1.0");

  Transcript(String domain) {
    append("dom-sep", domain.getBytes(StandardCharsets.US_ASCII));
  }

  void append(String label, byte[] message) {
    frame(label, message.length);
    strobe.ad(message);
  }

  byte[] challenge(String label, int size) {
    frame(label, size);
    return strobe.prf(size);
  }

  private void frame(String label, int size) {
    strobe.metaAd(label.getBytes(StandardCharsets.US_ASCII), false);
    byte[] length = {(byte) size, (byte) (size >>> 8), (byte) (size >>> 16), (byte) (size >>> 24)};
    strobe.metaAd(length, true);
  }
}
