package org.kiln.core.stream;

/**
 * Every door of a room of streams at once, for who wires one or stands a whole face before it. A
 * room that only reads, or only writes, takes the interface that says so.
 */
public interface StreamService
    extends StreamReads,
        StreamHistory,
        StreamWrites,
        StreamArrivals,
        TimeEventWrites,
        StreamAnchors,
        StreamPins,
        StreamStats {}
