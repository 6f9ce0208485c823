package org.kiln.sync;

import java.time.Duration;

/**
 * How long a way is followed.
 *
 * @param first how long the tip's own blocks may take
 * @param each how long those of each event before it may
 * @param all how long the whole way may
 */
record Patience(Duration first, Duration each, Duration all) {
  /** For a tip that somebody waits for, or that was not to be had at once. */
  static final Patience LONG =
      new Patience(Duration.ofSeconds(15), Duration.ofSeconds(15), Duration.ofSeconds(60));

  /** For a tip that somebody waits for, of a payer who has not yet delivered anything. */
  static final Patience FAIR =
      new Patience(Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofSeconds(60));

  /** For a tip just heard of: whoever names it most likely has it, and is connected. */
  static final Patience QUICK =
      new Patience(Duration.ofSeconds(2), Duration.ofSeconds(15), Duration.ofSeconds(60));

  /** For a tip of a payer whose tips mostly led nowhere. */
  static final Patience SHORT =
      new Patience(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(10));
}
