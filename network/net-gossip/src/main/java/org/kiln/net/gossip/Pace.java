package org.kiln.net.gossip;

import org.kiln.core.net.PeerAllowance;

/**
 * What the frames of a peer cost it: by their bytes and by what is in them. A message that is of
 * use costs one, a message that was checked for nothing several.
 */
final class Pace {
  /** A message that the application took. */
  static final double OF_USE = 1;

  /** A message that was looked at for nothing: it was signed, so an honest peer may hand it on. */
  static final double OF_NO_USE = 3;

  /** A message that nobody honest hands on. */
  static final double INVALID = 10;

  /** A message that is known, or of a topic that is not ours: it is not even checked. */
  static final double PASSED_OVER = 0.1;

  private static final double PER_SECOND = 1_000;
  private static final double AT_ONCE = 4_000;
  private static final double FRAME = 0.2;
  private static final double BYTES = 4_096;

  private Pace() {}

  /** What each peer may spend. */
  static PeerAllowance allowance() {
    return new PeerAllowance(PER_SECOND, AT_ONCE);
  }

  /** What reading a frame costs before anybody looks at its messages. */
  static double frame(int bytes) {
    return FRAME + bytes / BYTES;
  }
}
