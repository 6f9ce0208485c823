package org.kiln.tables;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;

/** So many at a time; the others wait, but not for ever. Thread-safe. */
final class Turns {
  /** So often room is made in the time somebody waits. */
  private static final int LOOKS = 10;

  private final Semaphore free;
  private final Duration patience;
  private final String refusal;
  private final Runnable room;

  /**
   * All free.
   *
   * @param refusal what is said to who has waited so long
   * @param room is called now and then while somebody waits, and may have some given back
   */
  Turns(int most, Duration patience, String refusal, Runnable room) {
    free = new Semaphore(most, true);
    this.patience = patience;
    this.refusal = refusal;
    this.room = room;
  }

  /**
   * Takes one, which is to be given back.
   *
   * @throws SqlRefusal UNAVAILABLE: later there may be one
   */
  void take() throws SqlRefusal, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!free.tryAcquire(patience.toNanos() / LOOKS, TimeUnit.NANOSECONDS)) {
      boolean last = System.nanoTime() - end >= 0;
      // Also in the end: a machine that is slow may have come to no other look.
      room.run();
      if (last) {
        if (free.tryAcquire()) {
          return;
        }
        throw new SqlRefusal(Reason.UNAVAILABLE, refusal);
      }
    }
  }

  /** Takes one, which is to be given back; false when there was none in that time. */
  boolean tryTake(Duration time) throws InterruptedException {
    return free.tryAcquire(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  void giveBack() {
    free.release();
  }
}
