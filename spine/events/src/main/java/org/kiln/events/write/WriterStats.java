package org.kiln.events.write;

/**
 * Numbers of the writer.
 *
 * @param queuedEvents events waiting
 * @param queuedBytes their bytes
 * @param batches batches written since start
 * @param batchedEvents events in those batches
 * @param failedBatches batches that could not be written
 */
public record WriterStats(
    int queuedEvents, long queuedBytes, long batches, long batchedEvents, long failedBatches) {}
