package org.kiln.core.net;

import java.util.List;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.log.LogBusyException;

/**
 * What this node wants to have of what other nodes have, as clients have said it. Outlives restarts
 * and rebuilds. A service; thread-safe.
 */
public interface Interests {
  /** So many at most: each costs a range in every conversation with every peer. */
  int MOST = 4096;

  /** What became of a wish. */
  enum Outcome {
    /** It is as asked for now, and was not before. */
    CHANGED,
    /** It was so before. */
    UNCHANGED,
    /** There are {@link #MOST} already; nothing was kept. */
    FULL
  }

  /** All of them, in no order; costs nothing. */
  List<Interest> all();

  /**
   * Keeps one. Comes back when it is on the disk.
   *
   * @throws LogBusyException when the store's queue stays full until the deadline
   */
  Outcome add(Interest interest, Deadline deadline) throws LogBusyException;

  /**
   * Drops one. What has come by it stays. Comes back when that is on the disk.
   *
   * @throws LogBusyException when the store's queue stays full until the deadline
   */
  Outcome remove(Interest interest, Deadline deadline) throws LogBusyException;

  /**
   * Has somebody told after each change, on the thread that made it: must come back quickly.
   *
   * @return ends that; after it no call begins
   */
  AutoCloseable onChange(Runnable listener);
}
