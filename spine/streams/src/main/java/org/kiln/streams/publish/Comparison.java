package org.kiln.streams.publish;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.kiln.api.feed.Origin;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.Journal;
import org.kiln.streams.publish.PublishedTips.Last;
import org.kiln.streams.state.DerivedState;

/**
 * Compares streams with what the journal says was told of them last, many in one walk over it.
 * Thread-safe; one page at a time.
 */
public final class Comparison {
  /** Each page may cost a walk over the whole journal. */
  static final int PAGE = 20_000;

  /** Derives a stream under its lock and tells if it is not what was told last. */
  @FunctionalInterface
  public interface Deriving {
    /**
     * Does it.
     *
     * @param settled events of which nothing more is to come then
     * @return false when it cannot be derived now, and may be before long
     */
    boolean derive(StreamId stream, Publisher.Source last, List<Long> settled);
  }

  private final Journal journal;
  private final Deriving deriving;
  private final ReentrantLock paging = new ReentrantLock();
  private final Set<StreamId> movedMeanwhile = ConcurrentHashMap.newKeySet();
  private volatile Set<StreamId> page = Set.of();

  public Comparison(Journal journal, Deriving deriving) {
    this.journal = journal;
    this.deriving = deriving;
  }

  /** A move of a stream is told; the caller holds its lock. */
  void moved(StreamId stream) {
    Set<StreamId> now = page;
    if (!now.isEmpty() && now.contains(stream)) {
      movedMeanwhile.add(stream);
    }
  }

  /**
   * Compares streams and tells of those that have moved.
   *
   * @param streams with the events of which nothing more is to come then
   * @return whether all could be derived
   */
  boolean run(Map<StreamId, List<Long>> streams) {
    if (streams.isEmpty()) {
      return true;
    }
    boolean all = true;
    paging.lock();
    try {
      page = streams.keySet();
      Map<StreamId, Cid> tips = journal.lastTips(page);
      for (Map.Entry<StreamId, List<Long>> one : streams.entrySet()) {
        StreamId stream = one.getKey();
        all &= deriving.derive(stream, () -> Optional.of(last(stream, tips)), one.getValue());
      }
      return all;
    } finally {
      page = Set.of();
      movedMeanwhile.clear();
      paging.unlock();
    }
  }

  private Last last(StreamId stream, Map<StreamId, Cid> tips) {
    Map<StreamId, Cid> newest =
        movedMeanwhile.contains(stream) ? journal.lastTips(Set.of(stream)) : tips;
    return new Last(Optional.ofNullable(newest.get(stream)));
  }

  /** States that were derived anew while nothing else is written: tells of those that moved. */
  public void tell(Collection<DerivedState> derived) {
    Map<StreamId, Cid> tips =
        journal.lastTips(
            derived.stream()
                .map(derivedState -> derivedState.state().id())
                .collect(Collectors.toSet()));
    List<Journal.Move> moves =
        derived.stream()
            .map(DerivedState::state)
            .flatMap(
                state ->
                    Moves.between(Optional.ofNullable(tips.get(state.id())), state, Origin.NODE)
                        .stream())
            .toList();
    if (!moves.isEmpty()) {
      journal.note(List.of(), moves);
    }
  }
}
