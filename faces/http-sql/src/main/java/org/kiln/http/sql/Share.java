package org.kiln.http.sql;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.kiln.api.http.HttpProblem;

/**
 * How many answers at a time callers of a route may have: strangers, such as web pages, leave room
 * for those who are known. Thread-safe.
 */
final class Share {
  private final Semaphore free;
  private final String what;

  Share(int most, String what) {
    this.free = new Semaphore(most);
    this.what = most + " " + what;
  }

  /** One of them; closing it gives it back, once. */
  AutoCloseable take() throws HttpProblem {
    if (!free.tryAcquire()) {
      throw new HttpProblem(
          503, "busy", "There are " + what + " under way, as many as may be; please try again");
    }
    AtomicBoolean given = new AtomicBoolean();
    return () -> {
      if (given.compareAndSet(false, true)) {
        free.release();
      }
    };
  }
}
