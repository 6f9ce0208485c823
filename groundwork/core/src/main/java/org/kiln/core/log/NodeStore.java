package org.kiln.core.log;

import java.util.function.Consumer;
import java.util.function.Function;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Snapshot;

/**
 * The node's one store, shared with the rooms that keep derived data or settings in tables of their
 * own. Writes go through the same single writer as the event log's, in one batch with whatever else
 * waits. Thread-safe.
 *
 * <p>Tables are declared in {@link NodeTables}; each is owned by one room.
 */
public interface NodeStore {
  /** Runs a read against one snapshot. */
  <T> T read(Function<? super Snapshot, ? extends T> reader);

  /**
   * Runs a write in the writer's next batch and comes back when the batch is as durable as asked.
   *
   * @param writer may be run more than once, on the writer's thread
   * @throws LogBusyException when the queue stays full until the deadline
   */
  void write(Consumer<? super Batch> writer, Durability durability, Deadline deadline)
      throws LogBusyException;
}
