package org.kiln.net.gossip;

import java.util.LinkedHashMap;
import java.util.Map;
import org.kiln.api.net.PeerId;

/**
 * How fast the frames of a peer are taken in. A frame costs by its bytes and by what is in it: a
 * message that is of use costs one, a message that was checked for nothing several. Whoever has
 * spent more than it gets waits before its next frame is read: the messages it has to send wait
 * with it, and no other peer does. What a peer has spent it has still spent when it comes back.
 * Thread-safe.
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

  private static final double PER_MILLI = 1;
  private static final double BURST = 4_000;
  private static final double FRAME = 0.2;
  private static final double BYTES = 4_096;
  private static final int MAX_PEERS = 1_024;

  private record Account(double left, long at) {}

  private final Map<PeerId, Account> accounts =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Account> eldest) {
          return size() > MAX_PEERS;
        }
      };

  /** What reading a frame costs before anybody looks at its messages. */
  static double frame(int bytes) {
    return FRAME + bytes / BYTES;
  }

  private double left(PeerId peer, long now) {
    Account account = accounts.get(peer);
    return account == null ? BURST : Math.min(BURST, account.left + (now - account.at) * PER_MILLI);
  }

  /**
   * A peer spends.
   *
   * @param now milliseconds
   */
  synchronized void spend(PeerId peer, double cost, long now) {
    accounts.put(peer, new Account(left(peer, now) - cost, now));
  }

  /** How many milliseconds a peer must wait before it is heard again; 0: not at all. */
  synchronized long waits(PeerId peer, long now) {
    double left = left(peer, now);
    return left >= 0 ? 0 : (long) Math.ceil(-left / PER_MILLI);
  }
}
