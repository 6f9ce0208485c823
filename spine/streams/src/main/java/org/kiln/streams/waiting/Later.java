package org.kiln.streams.waiting;

import java.time.Duration;

/** Runs things later, a few at a time. Thread-safe. */
public interface Later extends AutoCloseable {
  /** Runs that after the pause, unless this is closed before. Never on the caller's thread. */
  void run(Duration pause, Runnable task);

  /** Nothing that waits for its time is run any more; what runs goes on. */
  @Override
  void close();
}
