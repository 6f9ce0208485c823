package org.kiln.net.recon.talk;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The clocks of a conversation: of silence, of the message that comes in, and of all of it. One
 * thread hears, and another may tell that something has moved.
 */
final class Pace {
  private final TalkLimits limits;
  private final LongSupplier clock;
  private final long begun;
  private volatile long movedAt;
  private boolean inMessage;
  private long messageSince;

  /**
   * Begins now.
   *
   * @param clock nanoseconds that never go back
   */
  Pace(TalkLimits limits, LongSupplier clock) {
    this.limits = limits;
    this.clock = clock;
    this.begun = clock.getAsLong();
    this.movedAt = begun;
  }

  private boolean isOver(long since, Duration time) {
    return clock.getAsLong() - since > time.toNanos();
  }

  /** Bytes have gone over, either way. */
  void moved() {
    movedAt = clock.getAsLong();
  }

  /** The first bytes of a message are there. */
  void beginMessage() {
    messageSince = clock.getAsLong();
    inMessage = true;
  }

  /** All of it is: between messages its clock does not run. */
  void endMessage() {
    inMessage = false;
  }

  /** Whether the conversation has had its time: nothing new is asked for, and no value sent. */
  boolean hasHadItsTime() {
    return isOver(begun, limits.length());
  }

  /** Whether it is too long since then to wait for room. */
  boolean isTooLong(long since) {
    return isOver(since, limits.patience());
  }

  /** Nanoseconds. */
  long now() {
    return clock.getAsLong();
  }

  /** Refuses to wait for more where nothing comes. */
  void refuseSilence() throws IOException {
    if (isOver(movedAt, limits.patience())) {
      throw new IOException("Nothing was heard for " + limits.patience().toSeconds() + " s");
    }
  }

  /** Refuses to go on for ever with who says a byte now and then, and so is never silent. */
  void refuseDawdling() throws IOException {
    if (inMessage && isOver(messageSince, limits.patience())) {
      throw new IOException("A message took more than " + limits.patience().toSeconds() + " s");
    }
    if (isOver(begun, limits.length().multipliedBy(2))) {
      throw new IOException("The conversation takes too long");
    }
  }
}
