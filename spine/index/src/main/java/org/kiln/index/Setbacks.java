package org.kiln.index;

import java.time.Duration;

/**
 * How the back-fill bears it that it fails again and again: with pauses that grow. Others wait
 * while it tries, so a try that takes long is followed by a pause that is longer. For one thread.
 */
final class Setbacks {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  /** Of the time a try takes, in which nothing else is written. */
  private static final int TIMES = 10;

  private static final Duration LONGEST_AFTER_LONG = Duration.ofHours(1);

  /** What is over by then is no news: a plugin was swapped, a stream was busy. */
  private static final Duration NEWS = Duration.ofSeconds(3);

  private int inARow;
  private Duration lasting = Duration.ZERO;
  private boolean told;

  /**
   * What follows from one.
   *
   * @param pause until the next try
   * @param news whether to tell somebody; once for all that come in a row
   */
  record Setback(Duration pause, boolean news) {}

  /** A try failed, after so long. */
  Setback after(Duration took) {
    Duration grown = least(LONGEST, FIRST.multipliedBy(1L << Math.min(inARow, 20)));
    Duration ofItsTime = least(LONGEST_AFTER_LONG, took.multipliedBy(TIMES));
    Duration pause = grown.compareTo(ofItsTime) > 0 ? grown : ofItsTime;
    lasting = lasting.plus(took);
    boolean news = !told && lasting.compareTo(NEWS) >= 0;
    told |= news;
    lasting = lasting.plus(pause);
    inARow++;
    return new Setback(pause, news);
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** It goes on. */
  void over() {
    inARow = 0;
    lasting = Duration.ZERO;
    told = false;
  }
}
