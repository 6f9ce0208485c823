package org.kiln.sync;

import java.util.concurrent.CompletableFuture;
import org.kiln.api.plugin.Deadline;

/** Time, and what is to happen later. Tests have one of their own. */
interface Timer {
  /** Milliseconds that never go back. */
  long now();

  /** Runs something later, on a thread that must not be kept. */
  void after(long millis, Runnable what);

  /** Comes back when that is done, or the deadline has passed. */
  void await(CompletableFuture<?> end, Deadline deadline);
}
