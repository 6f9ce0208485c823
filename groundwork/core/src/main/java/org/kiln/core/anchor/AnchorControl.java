package org.kiln.core.anchor;

import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;

/** What an operator sees of anchoring and can do about it. Thread-safe. */
public interface AnchorControl {

  /**
   * Begins to send all that waits, failed requests too, without waiting for the batch interval;
   * comes back at once.
   *
   * @return how many requests waited
   */
  long anchorNow();

  /**
   * The same, and waits until everything that waited has been handed to the chain; not until the
   * chain is through with it.
   *
   * @param deadline when to come back at the latest; the work goes on after it
   */
  Sent anchorNow(Deadline deadline);

  /**
   * What came of a wish to send all that waits.
   *
   * @param requests how many requests waited
   * @param left how many are not with the chain yet, or failed for good
   * @param why what they wait for, or why they failed, a sentence; empty when none are left
   */
  record Sent(long requests, long left, Optional<String> why) {}

  /** How things stand. */
  Overview overview();

  /**
   * Some of the requests that wait, of those that failed, and of those whose time events are made
   * and wait until their streams can be judged, in no order.
   *
   * @param most how many of each, at most
   */
  default List<Wish> wishes(int most) {
    return List.of();
  }

  /**
   * A request for a time event.
   *
   * @param stream the stream
   * @param tip what is to be timestamped
   * @param requestedAt unix milliseconds
   * @param own whether this node asked, not another one
   * @param held whether its time event is made and waits until the stream can be judged
   * @param failure why it failed, or is held
   */
  record Wish(
      StreamId stream,
      Cid tip,
      long requestedAt,
      boolean own,
      boolean held,
      Optional<String> failure) {}

  /**
   * How things stand.
   *
   * @param enabled whether requests are taken at all
   * @param automatic whether batches begin by themselves
   * @param chain the chain written to
   * @param waiting requests that wait for a batch
   * @param failed requests that failed for good, until an operator or client asks again
   * @param held time events that are made and wait until their streams can be judged
   * @param batch the batch in work, if any
   * @param batchesDone batches finished since start
   * @param eventsWritten time events written since start
   * @param lastError what is wrong now, a sentence: why the batch in work does not go on, or why
   *     requests have failed
   * @param obstacle why nothing can be anchored as the node is set up, and what to set; empty when
   *     it can, or when requests are not taken
   */
  record Overview(
      boolean enabled,
      boolean automatic,
      String chain,
      long waiting,
      long failed,
      long held,
      Optional<BatchInWork> batch,
      long batchesDone,
      long eventsWritten,
      Optional<String> lastError,
      Optional<String> obstacle) {}

  /**
   * A batch in work.
   *
   * @param number its number
   * @param stage collecting, ready, submitted, final
   * @param requests how many requests it holds
   * @param root the tree's root, once there is one
   * @param reference what the chain knows it by, once it was sent
   * @param retries how often sending or asking failed in a row
   */
  record BatchInWork(
      long number,
      String stage,
      int requests,
      Optional<String> root,
      Optional<String> reference,
      int retries) {}
}
