/**
 * The one door for events: of clients ({@link StrictWrites}), of other nodes ({@link Arrivals}), of
 * this node itself ({@link OwnTimeEvents}). Knows every package but {@code sync}.
 */
package org.kiln.streams.intake;
