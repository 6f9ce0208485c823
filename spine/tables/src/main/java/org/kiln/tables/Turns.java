package org.kiln.tables;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;

/** So many at a time; the others wait, but not for ever. Thread-safe. */
final class Turns {
  private final Semaphore free;
  private final Duration patience;
  private final String refusal;

  /**
   * All free.
   *
   * @param refusal what is said to who has waited so long
   */
  Turns(int most, Duration patience, String refusal) {
    free = new Semaphore(most, true);
    this.patience = patience;
    this.refusal = refusal;
  }

  /** Takes one, which is to be given back. */
  void take() throws SqlRefusal, InterruptedException {
    if (!free.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new SqlRefusal(Reason.LIMIT, refusal);
    }
  }

  void giveBack() {
    free.release();
  }
}
