package org.kiln.libp2p.mux;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.kiln.api.plugin.Deadline;

/** Waiting for a condition under a deadline, as I/O does. */
final class Waiting {
  private Waiting() {}

  static void await(Condition condition, Deadline deadline, String what) throws IOException {
    long left = deadline.remaining().toMillis();
    if (deadline.expired()) {
      throw new SocketTimeoutException("Waited too long for " + what);
    }
    try {
      condition.await(Math.max(1, left), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while waiting for " + what);
    }
  }
}
