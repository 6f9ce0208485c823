/**
 * The one door for events: of clients ({@link Intake}), of other nodes ({@link Arrivals}), of this
 * node itself ({@link OwnTimeEvents}). Knows every package but {@code sync}.
 */
package org.kiln.streams.intake;
