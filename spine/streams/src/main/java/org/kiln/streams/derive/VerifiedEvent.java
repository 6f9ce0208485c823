package org.kiln.streams.derive;

import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.ipld.Block;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.ipld.event.DecodedEvent;

/**
 * An event with all that is known of it apart from its stream's state: it is authentic, and what
 * its chain says of a time event may still be that it is not valid.
 *
 * @param event the event
 * @param signature its signature, checked; empty for unsigned events
 * @param anchoredAt unix seconds of the earliest time event known to cover it
 * @param time for a time event, what its chain said
 * @param local whether it comes from a client just now
 */
public record VerifiedEvent(
    DecodedEvent event,
    Optional<VerifiedSignature> signature,
    OptionalLong anchoredAt,
    Optional<ProofTimes.Verdict> time,
    boolean local) {
  private static final int OBJECTS_BYTES = 1_000;

  /** Its bytes stand in the block and, taken apart, in objects. */
  private static final int BYTES_A_BYTE = 4;

  /** Estimated bytes in memory. */
  long weight() {
    long bytes = 0;
    for (Block block : event.blocks()) {
      bytes += block.size();
    }
    return OBJECTS_BYTES + BYTES_A_BYTE * bytes;
  }
}
