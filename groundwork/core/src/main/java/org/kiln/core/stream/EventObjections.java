package org.kiln.core.stream;

import java.util.Optional;
import org.kiln.core.log.NewEvent;

/**
 * What speaks against an event of a stream with a place in the order of EventIds, for those who
 * exchange such events with nodes of any make: what every node refuses for ever is neither taken
 * nor handed on. By what is known here, so nothing means only that nothing is known. Thread-safe;
 * calls block on the disk, and may on a DID method.
 */
public interface EventObjections {
  /**
   * Why an event will never be one of its stream: nobody has signed it, or somebody who may not, or
   * its stream begins like that. Signatures themselves are not checked. What is not known of a
   * stream whose first event is not here speaks against nothing.
   *
   * @return a sentence
   */
  Optional<String> toKeeping(StreamEvent event);

  /**
   * Why an event of the log is not to be handed on now: it will never be one of its stream, its
   * signature could not be checked here, or no chain has said here that its time holds.
   *
   * @return a sentence
   */
  Optional<String> toSending(NewEvent event);
}
