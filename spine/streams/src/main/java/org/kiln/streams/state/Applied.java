package org.kiln.streams.state;

import org.kiln.api.stream.StreamState;

/**
 * A state as far as events were applied.
 *
 * @param state the state
 * @param signers who signed the events that no time event of the state's log covers
 */
public record Applied(StreamState state, Signers signers) {}
