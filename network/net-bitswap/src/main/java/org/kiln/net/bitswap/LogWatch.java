package org.kiln.net.bitswap;

import org.kiln.core.log.EventLog;

/**
 * Tells bitswap of blocks that come into the event log, while peers wait for any. Not thread-safe.
 */
public final class LogWatch {
  private final EventLog log;
  private final Bitswap bitswap;
  private long seen;

  /** Sees what comes in from now on. */
  public LogWatch(EventLog log, Bitswap bitswap) {
    this.log = log;
    this.bitswap = bitswap;
    this.seen = log.lastSequence();
  }

  /** Looks at what has come since the last call. */
  public void look() {
    long newest = log.lastSequence();
    if (newest > seen && bitswap.isAwaited()) {
      log.scan(
          seen,
          stored -> {
            stored.event().blocks().forEach(block -> bitswap.arrived(block.cid()));
            newestSeen(stored.sequence());
            return true;
          });
    } else {
      // Who begins to wait looks into the log itself, after it is known to wait.
      seen = newest;
    }
  }

  private void newestSeen(long sequence) {
    seen = Math.max(seen, sequence);
  }
}
