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

  private final Carriers carriers = new Carriers();
  private final Duration patience;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  /**
   * Starts looking.
   *
   * @param patience how long a virtual thread may wait for its first turn
   */
  public CarrierWatch(Duration patience) {
    this.patience = patience;
    this.thread = Thread.ofPlatform().name("kiln-carrier-watch").daemon().start(this::watch);
  }

  private void watch() {
    try {
      while (!closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        if (!served() && !widened()) {
          return;
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

  /** Whether another look can help. */
  private boolean widened() {
    OptionalInt now = carriers.number();
    String why =
        "Virtual threads got no turn for "
            + patience.toMillis()
            + " ms: some compute without end, most likely a plugin's ('jcmd "
            + ProcessHandle.current().pid()
            + " Thread.dump_to_file FILE' shows them)";
    if (now.isEmpty()) {
      LOG.warn("{}. This Java cannot help; Java 24 or newer could", why);
      return false;
    }
    if (now.getAsInt() >= MOST) {
      LOG.error("{}, and there are no more than {} carriers. Start the node again", why, MOST);
      return false;
    }
    int next = Math.min(MOST, now.getAsInt() * 2);
    try {
      carriers.number(next);
      LOG.warn("{}. They have {} carriers now, {} before", why, next, now.getAsInt());
      return true;
    } catch (JMException e) {
      LOG.warn("{}. There are no more carriers", why, e);
      return false;
    }
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }
}
