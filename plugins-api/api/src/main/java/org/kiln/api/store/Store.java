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
 *
 * <p>What is read is what was written: a store on a disk checks what comes from there, and throws
 * CORRUPT, saying where, rather than hand out anything else or leave something out.
 */
@ConsumerType
public interface Store extends AutoCloseable {

  /**
   * Runs a read against one snapshot, which is valid during the call only.
   *
   * @throws StoreException when the store cannot be read; CORRUPT when what it needs is damaged
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

  /**
   * How far everything is on the disk for good: a number of the backend's own that only grows, to
   * be given back in {@link StoreSpec#syncedTo} when the store is opened again. 0 when it has none.
   */
  default long syncedTo() {
    return 0;
  }

  /**
   * Looks at all of what lies on the disk, beside the reads and writes of others, and changes
   * nothing. Finds nothing by default.
   */
  default void check(StoreCheck listener) throws StoreException {
    // a store that cannot look says nothing
  }

  /** Closes it; later calls throw a StoreException. Idempotent. */
  @Override
  void close();
}
