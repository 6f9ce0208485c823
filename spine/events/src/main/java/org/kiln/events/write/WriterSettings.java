package org.kiln.events.write;

/**
 * How much may wait, and how much is written at once.
 *
 * @param maxQueuedEvents events that may wait for the writer
 * @param maxQueuedBytes bytes of events that may wait
 * @param maxBatchEvents events in one batch
 * @param maxBatchBytes bytes of events in one batch
 * @param sync whether a write is on the disk when it is acknowledged
 */
public record WriterSettings(
    int maxQueuedEvents,
    long maxQueuedBytes,
    int maxBatchEvents,
    long maxBatchBytes,
    boolean sync) {

  /** Checks that all bounds let something pass. */
  public WriterSettings {
    if (maxQueuedEvents < 1 || maxQueuedBytes < 1 || maxBatchEvents < 1 || maxBatchBytes < 1) {
      throw new IllegalArgumentException("The event log's bounds must be positive");
    }
  }

  /** 4096 events or 32 MiB in the queue, 512 events or 8 MiB in a batch, synced. */
  public static WriterSettings defaults() {
    return new WriterSettings(4096, 32 << 20, 512, 8 << 20, true);
  }
}
