package org.kiln.streams;

import java.util.concurrent.atomic.LongAdder;

/** What this room did since the start. */
final class Counters {
  private final LongAdder applied = new LongAdder();
  private final LongAdder refused = new LongAdder();

  void countApplied() {
    applied.increment();
  }

  void countRefused() {
    refused.increment();
  }

  long applied() {
    return applied.sum();
  }

  long refused() {
    return refused.sum();
  }
}
