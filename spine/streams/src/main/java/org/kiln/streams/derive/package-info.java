/**
 * Derives states from the event log: says of each event whether it is authentic ({@link
 * EventVerifier}), walks the events of a stream ({@link Derivation}) and has the stream type apply
 * them ({@link Applier}). Knows {@code state}.
 */
package org.kiln.streams.derive;
