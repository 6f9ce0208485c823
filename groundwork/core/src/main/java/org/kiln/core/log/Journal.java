package org.kiln.core.log;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;

/**
 * What the feeds are read from: which events have become deliverable, in which order, and what
 * moved which stream. Deliveries are noted by {@link EventLog#admit} itself; so are moves that are
 * known before the event is kept. All others are noted here. Thread-safe.
 *
 * <p>An event that was admitted without a move is <em>unsettled</em> until {@link #note} names it.
 * What is unsettled when the node dies is found again by {@link #scanUnsettled}, so no move is
 * lost.
 */
public interface Journal {

  /** A stream has another tip. */
  record Move(StreamId stream, Cid tip, StreamChange.Kind kind, Origin origin) {}

  /**
   * Notes moves, in order and in one write, and that nothing more is to come of some events. Comes
   * back before it is durable; readers see it when it is. While the store takes no writes it is
   * kept and tried again.
   *
   * @param settled sequence numbers of events; those that are settled already change nothing
   */
  void note(List<Long> settled, List<Move> moves);

  /**
   * Walks the events that were kept by an earlier run and may be unsettled, in the order of their
   * numbers. Some of them may have been settled.
   *
   * @param sink answers whether to go on
   */
  void scanUnsettled(Predicate<StoredEvent> sink);

  /** All of {@link #scanUnsettled} is settled. */
  void earlierSettled();

  /**
   * The tips that were noted last, for those of some streams that have one. Reads the journal from
   * its end until all are found; streams without any make that a walk over all of it.
   */
  Map<StreamId, Cid> lastTips(Set<StreamId> streams);
}
