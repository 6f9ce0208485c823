package org.kiln.tables;

import org.kiln.core.stream.StreamException;

/**
 * How long one reader insists on what cannot be had now. It may only be so for a moment, while much
 * is to do or a plugin is swapped: then the feed gives the batch again, and queries wait. What
 * still cannot be had then is passed over, since one stream must not hold up all others. For one
 * thread at a time.
 */
final class Insistence {
  /** How often a batch is tried before what cannot be had for it is passed over. */
  private static final int ATTEMPTS = 3;

  private int attempts;

  /**
   * Comes back when it is to be passed over.
   *
   * @throws NotNowException for the first few times
   */
  void on(String why, Throwable cause) {
    if (attempts < ATTEMPTS) {
      attempts++;
      throw new NotNowException(why, cause);
    }
  }

  /**
   * Comes back when that stream is to be passed over.
   *
   * @param reason why it cannot be had
   * @throws NotNowException for the first few times that it is busy, and whenever the trouble is
   *     the node's and not the stream's
   */
  void passOver(StreamException reason) {
    switch (reason.reason()) {
      case STORAGE -> throw new NotNowException(reason.getMessage(), reason);
      case BUSY -> on(reason.getMessage(), reason);
      case UNAVAILABLE, INVALID, CONFLICT, NOT_FOUND -> {}
    }
  }

  /** A batch is taken. */
  void over() {
    attempts = 0;
  }
}
