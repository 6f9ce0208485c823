package org.kiln.anchor;

import java.util.List;
import java.util.Optional;

/**
 * What became of time events that were handed to the stream service; those it has taken, and those
 * of streams that have gone on, are in neither list.
 *
 * @param held those whose streams cannot be judged now
 * @param failed those that were refused for good
 * @param later why the rest must be handed over again, when the service is too busy for it
 */
record Handover(List<NotTaken> held, List<NotTaken> failed, Optional<String> later) {

  /**
   * A time event that was not taken.
   *
   * @param reason a sentence
   */
  record NotTaken(Stamped stamped, String reason) {}

  /** Whether nothing is left to be kept. */
  boolean isClean() {
    return held.isEmpty() && failed.isEmpty();
  }
}
