package org.kiln.streams;

import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.ipld.event.DecodedEvent;

/**
 * An event with all that is known of it apart from its stream's state.
 *
 * @param event the event
 * @param signature its signature, checked; empty for unsigned events
 * @param anchoredAt unix seconds of the earliest time event known to cover it
 * @param time for a time event, what its chain said
 * @param local whether it comes from a client just now
 */
record Judged(
    DecodedEvent event,
    Optional<VerifiedSignature> signature,
    OptionalLong anchoredAt,
    Optional<ProofTimes.Verdict> time,
    boolean local) {}
