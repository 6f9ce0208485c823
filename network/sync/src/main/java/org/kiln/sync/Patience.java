package org.kiln.sync;

import java.time.Duration;

/**
 * How long a way is followed.
 *
 * @param near whether only those who are connected are asked for the tip's own blocks
 * @param first how long these may take
 * @param each how long those of each event before it may
 * @param all how long the whole way may
 */
record Patience(boolean near, Duration first, Duration each, Duration all) {
  /** For a tip that somebody waits for, or that was not to be had at once. */
  static final Patience LONG = of(false, 15, 15, 60);

  /** For a tip that somebody waits for, of a payer who has not yet delivered anything. */
  static final Patience FAIR = of(false, 5, 15, 60);

  /** For a tip just heard of: whoever names it most likely has it, and is connected. */
  static final Patience QUICK = of(true, 2, 15, 60);

  /** The same of a payer who has not yet delivered anything. */
  static final Patience BRIEF = of(true, 2, 5, 20);

  /** For a tip of a payer whose tips mostly led nowhere. */
  static final Patience SHORT = of(true, 2, 2, 10);

  private static Patience of(boolean near, int first, int each, int all) {
    return new Patience(
        near, Duration.ofSeconds(first), Duration.ofSeconds(each), Duration.ofSeconds(all));
  }
}
