package org.kiln.net.recon.talk;

import java.util.Optional;

/**
 * What became of values.
 *
 * @param fresh those that were not there before
 * @param bad those that are refused for ever
 * @param complaint why the first of the bad ones is
 */
public record Taken(int fresh, int bad, Optional<String> complaint) {
  /** Of none. */
  public static final Taken NOTHING = new Taken(0, 0, Optional.empty());

  /** Both together. */
  public Taken plus(Taken other) {
    return new Taken(fresh + other.fresh, bad + other.bad, complaint.or(other::complaint));
  }
}
