package org.kiln.streams;

import org.kiln.api.stream.StreamState;

/**
 * A state as far as events were applied.
 *
 * @param state the state
 * @param signers who signed the events that no time event of the state's log covers
 */
record Applied(StreamState state, Signers signers) {}
