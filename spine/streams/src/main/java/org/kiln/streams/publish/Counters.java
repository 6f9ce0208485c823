package org.kiln.streams.publish;

import java.util.concurrent.atomic.LongAdder;

/** What this room did since the start. */
public final class Counters {
  private final LongAdder applied = new LongAdder();
  private final LongAdder refused = new LongAdder();

  void countApplied() {
    applied.increment();
  }

  public void countRefused() {
    refused.increment();
  }

  public long applied() {
    return applied.sum();
  }

  public long refused() {
    return refused.sum();
  }
}
