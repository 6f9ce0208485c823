package org.kiln.api.store;

import java.util.function.Consumer;
import java.util.function.Function;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An ordered key/value store with snapshot reads and atomic batches. Keys are 1 to 512 bytes,
 * values 0 bytes to 8 MiB.
 *
 * <p>Reads run on any number of threads beside the writer and see one consistent moment. The node
 * has one writer thread; a backend must still be safe when two threads write (one after the other).
 * All calls may block on the disk. Arrays passed in and handed out are not changed afterwards by
 * either side.
 */
@ConsumerType
public interface Store extends AutoCloseable {

  /**
   * Runs a read against one snapshot, which is valid during the call only.
   *
   * @throws StoreException when the store cannot be read
   * @throws IllegalArgumentException when a table was not named when the store was opened
   */
  <T> T read(Function<? super Snapshot, ? extends T> reader) throws StoreException;

  /**
   * Runs a write as one atomic batch: after a crash either all of it is there or nothing. The
   * writer may be run more than once, and sees its own changes. What it throws is passed on, and
   * nothing of the batch is kept then.
   *
   * @param durability what must hold when the call returns
   * @throws StoreException FULL when the disk is, after which the store can still be read and works
   *     again once there is space; nothing of the batch is kept then
   * @throws IllegalArgumentException when a key or value is beyond the bounds, or a table was not
   *     named when the store was opened
   */
  void write(Consumer<? super Batch> writer, Durability durability) throws StoreException;

  /** What the store holds and costs; may be approximate. */
  StoreStats stats() throws StoreException;

  /** Closes it; later calls throw a StoreException. Idempotent. */
  @Override
  void close();
}
