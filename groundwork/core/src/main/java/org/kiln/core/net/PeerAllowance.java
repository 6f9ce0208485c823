package org.kiln.core.net;

import java.io.InterruptedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerNetwork;

/**
 * How much work peers may make us do, each by itself. Whoever has spent more than it gets waits
 * before its next frame is read: what it has to send waits with it in its own window, nothing is
 * lost, and no other peer is held up. What a peer has spent it has still spent when it comes back.
 * Thread-safe.
 */
public final class PeerAllowance {
  private static final int MAX_PEERS = 1_024;
  private static final long LONGEST_NAP_MS = 1_000;

  private record Account(double left, long at) {}

  private final double perMilli;
  private final double atOnce;
  private final LongSupplier clock;
  private final Map<PeerId, Account> accounts =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Account> eldest) {
          return size() > MAX_PEERS;
        }
      };

  /**
   * Of units that who uses it chooses.
   *
   * @param perSecond what each peer gets in a second
   * @param atOnce what it may have saved up
   * @param clock milliseconds that never go back
   */
  public PeerAllowance(double perSecond, double atOnce, LongSupplier clock) {
    this.perMilli = perSecond / 1_000;
    this.atOnce = atOnce;
    this.clock = clock;
  }

  /** By the machine's clock. */
  public PeerAllowance(double perSecond, double atOnce) {
    this(perSecond, atOnce, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  }

  private double left(PeerId peer, long now) {
    Account account = accounts.get(peer);
    return account == null
        ? atOnce
        : Math.min(atOnce, account.left + (now - account.at) * perMilli);
  }

  /** A peer spends, and may be in debt for it. */
  public synchronized void spend(PeerId peer, double units) {
    long now = clock.getAsLong();
    accounts.put(peer, new Account(left(peer, now) - units, now));
  }

  /** How many milliseconds it takes until a peer is out of debt; 0 when it is in none. */
  public synchronized long waits(PeerId peer) {
    double left = left(peer, clock.getAsLong());
    return left >= 0 ? 0 : (long) Math.ceil(-left / perMilli);
  }

  /**
   * Waits until a peer is out of debt, or not connected any more.
   *
   * @throws InterruptedIOException when the thread is interrupted
   */
  public void await(PeerId peer, PeerNetwork network) throws InterruptedIOException {
    try {
      for (long left = waits(peer); left > 0 && network.peer(peer).isPresent(); ) {
        TimeUnit.MILLISECONDS.sleep(Math.min(left, LONGEST_NAP_MS));
        left = waits(peer);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Nothing more is read of peer " + peer);
    }
  }
}
