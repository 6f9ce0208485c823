package org.kiln.http;

import jakarta.servlet.http.HttpServletRequest;

/**
 * One request under way, and how long its client has let the node wait. One thread serves it;
 * another looks whether it takes too long.
 */
final class Exchange {
  private final HttpServletRequest request;
  private final long started = System.nanoTime();
  private final int slot;
  private volatile boolean endless;
  private volatile long answeringSince;
  private volatile long waitingSince;
  private volatile long waited;
  private volatile long bytes;
  private volatile boolean over;

  Exchange(HttpServletRequest request, int slot) {
    this.request = request;
    this.slot = slot;
  }

  long started() {
    return started;
  }

  /** Where it is written down; −1 for nowhere. */
  int slot() {
    return slot;
  }

  /** Its answer is begun. */
  void answering(boolean withoutEnd) {
    bytes = 0;
    waited = 0;
    endless = withoutEnd;
    answeringSince = System.nanoTime();
  }

  /** From now on the client is waited for, until {@link #moved}. */
  void waiting() {
    waitingSince = System.nanoTime();
  }

  /** The client has sent or taken that many bytes. */
  void moved(long count) {
    long since = waitingSince;
    waitingSince = 0;
    if (since != 0) {
      // written by this thread alone
      waited = waited + System.nanoTime() - since;
    }
    bytes = bytes + count;
  }

  /** Whether the client has let the node wait for longer than it may. */
  boolean late(long now, Transfers limits) {
    long since = waitingSince;
    long current = since == 0 ? 0 : now - since;
    if (current > limits.grace().toNanos()) {
      return true;
    }
    if (endless) {
      return false;
    }
    double allowed = limits.grace().toNanos() + bytes * 1e9 / limits.minBytesPerSecond();
    long begun = answeringSince;
    return waited + current > allowed
        || begun != 0 && now - begun > limits.answerTimeout().toNanos();
  }

  /** Nothing more happens on its connection for this request. */
  void end() {
    over = true;
  }

  /** Ends the connection; whoever waits for the client on it gets an IOException. */
  void cut() {
    if (!over) {
      Connections.close(request);
    }
  }
}
