package org.kiln.index;

import java.util.List;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.index.OwedStream;

/**
 * How long one reader insists on what cannot be read. It may only be so for the moment, while a
 * plugin is swapped: then it is waited for, and queries wait too. What still cannot is passed over,
 * since one stream that is damaged must not hold up all others, and is tried again by and by. For
 * one thread at a time.
 */
final class Insistence {
  /** How often a batch is tried before what cannot be read in it is passed over. */
  private static final int ATTEMPTS = 3;

  private final int most;
  private int attempts;

  Insistence() {
    this(ATTEMPTS);
  }

  private Insistence(int most) {
    this.most = most;
  }

  /** Passes over what cannot be read at once. */
  static Insistence none() {
    return new Insistence(0);
  }

  /**
   * Comes back when these are to be passed over.
   *
   * @param unread of one batch, which is taken when this comes back
   * @throws IndexException for the first few times
   */
  void on(List<OwedStream> unread, String why) {
    if (unread.isEmpty() || attempts == most) {
      attempts = 0;
      return;
    }
    attempts++;
    throw new IndexException(
        Kind.UNAVAILABLE, "Stream " + unread.get(0).stream() + " cannot be read now: " + why, null);
  }
}
