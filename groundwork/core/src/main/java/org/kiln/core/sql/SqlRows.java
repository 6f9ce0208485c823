package org.kiln.core.sql;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Rows of an answer, in batches. For one thread at a time; {@link #close} may come from another.
 */
public interface SqlRows extends AutoCloseable {
  /**
   * The next rows: arrays as long as the statement has columns. Blocks; on a feed until there is
   * one.
   *
   * @return empty at the end, which a feed without LIMIT does not have; never an empty list
   * @throws SqlRefusal when the answer ends for another reason, such as a limit, or a feed because
   *     it was closed
   * @throws InterruptedException when the thread was interrupted
   */
  Optional<List<Object[]>> next() throws SqlRefusal, InterruptedException;

  /**
   * The same for who wants to look around meanwhile.
   *
   * @param patience how long to wait for a feed's next row
   * @return an empty list when a feed had none for so long
   */
  Optional<List<Object[]>> next(Duration patience) throws SqlRefusal, InterruptedException;

  /** On a feed: all rows up to this number were given or passed over; 0 for an answer. */
  long place();

  /** Ends it, and a call of {@link #next} that waits. Idempotent. */
  @Override
  void close();
}
