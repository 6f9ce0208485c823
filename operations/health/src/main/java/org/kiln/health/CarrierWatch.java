package org.kiln.health;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether virtual threads still get their turn. All of a process share as many carriers as it
 * has cores and are never interrupted, so a few that compute without end would leave the node's
 * requests without one. Then there are more carriers, among which the operating system shares the
 * cores out. Ends with {@link #close}.
 */
public final class CarrierWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CarrierWatch.class);

  /** As many as Java's scheduler makes by default. */
  static final int MOST = 256;

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** So often in a row: once may be a moment of much work. */
  private static final int MISSED = 2;

  private final Carriers carriers = new Carriers();
  private final Duration patience;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  /** Only the watching thread looks at it. */
  private boolean said;

  /**
   * Starts looking.
   *
   * @param patience how long a virtual thread may wait for its first turn, two in a row
   */
  public CarrierWatch(Duration patience) {
    this.patience = patience;
    this.thread = Thread.ofPlatform().name("kiln-carrier-watch").daemon().start(this::watch);
  }

  private void watch() {
    int missed = 0;
    try {
      while (!closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        missed = served() ? 0 : missed + 1;
        if (missed >= MISSED) {
          widen();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean served() throws InterruptedException {
    CountDownLatch turn = new CountDownLatch(1);
    Thread.ofVirtual().start(turn::countDown);
    return turn.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void widen() {
    OptionalInt now = carriers.number();
    if (now.isEmpty()) {
      sayOnce("This Java cannot help; Java 24 or newer could.");
      return;
    }
    if (now.getAsInt() >= MOST) {
      sayOnce("There are no more than " + MOST + " carriers; start the node again.");
      return;
    }
    int next = Math.min(MOST, now.getAsInt() * 2);
    try {
      carriers.number(next);
      LOG.warn("{} They have {} carriers now, {} before.", why(), next, now.getAsInt());
    } catch (JMException e) {
      sayOnce("Their carriers stay as many as they are: " + e);
    }
  }

  private void sayOnce(String end) {
    if (!said) {
      said = true;
      LOG.error("{} {}", why(), end);
    }
  }

  private String why() {
    return ("Virtual threads got no turn for %d ms: some compute without end, most likely a"
            + " plugin's ('jcmd %d Thread.dump_to_file FILE' shows them), or there is much more"
            + " work than cores.")
        .formatted(patience.multipliedBy(MISSED).toMillis(), ProcessHandle.current().pid());
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }
}
