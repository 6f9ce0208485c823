package org.kiln.net.recon.wire;

import java.util.Optional;

/**
 * A message as it goes over the wire.
 *
 * @param syncId by which the two sides tell conversations apart in their logs, when there is one
 * @param body the message
 */
public record Envelope(Optional<String> syncId, ReconMessage body) {}
