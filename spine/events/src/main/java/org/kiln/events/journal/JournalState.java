package org.kiln.events.journal;

import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.kiln.api.store.Snapshot;
import org.kiln.events.table.SequenceIndex;

/**
 * How the journal stands: what the writer's thread knows of it between two batches. Only its
 * numbers may be read by other threads.
 */
final class JournalState {
  private final SortedSet<Long> unsettled = new TreeSet<>();
  private CidMarks marks = new CidMarks();
  private volatile long position;
  private volatile long held;
  private long sequence;
  private long settled;
  private boolean earlier;
  private boolean releasing;

  private JournalState(JournalRun last, long lastSequence) {
    position = last.last();
    sequence = last.sequence();
    settled = last.settled();
    earlier = settled < lastSequence;
  }

  /** As the store has it; the journal is begun. */
  static JournalState read(Snapshot snapshot) {
    JournalRun last = JournalRuns.last(snapshot).orElse(JournalRun.BEFORE_ALL);
    JournalState state = new JournalState(last, SequenceIndex.last(snapshot));
    state.held = HeldEvents.mark(snapshot, state.marks);
    state.releasing = !HeldEvents.begun(snapshot, 1).isEmpty();
    return state;
  }

  /** A batch is written. */
  void become(JournalBatch batch) {
    position = batch.position();
    sequence = batch.newest();
    settled = batch.mark();
    earlier = batch.earlier();
    held = batch.held();
    releasing = batch.releasing();
    unsettled.removeAll(batch.settled());
    unsettled.addAll(batch.unsettled());
    if (held == 0) {
      marks = new CidMarks();
    }
  }

  /** Whether the marks are to be made anew from the table. */
  boolean marksAreWorn() {
    return marks.isWorn(2 * held);
  }

  void marks(CidMarks made) {
    marks = made;
  }

  CidMarks marks() {
    return marks;
  }

  /** The position of the newest entry, 0 when there is none. Any thread. */
  long position() {
    return position;
  }

  /** How many events are held. Any thread. */
  long held() {
    return held;
  }

  /** The newest event that is delivered or held. */
  long sequence() {
    return sequence;
  }

  /** Every event up to there is settled, as far as that is written. */
  long settled() {
    return settled;
  }

  /** Whether events of earlier runs may be unsettled: those after {@link #settled}. */
  boolean earlier() {
    return earlier;
  }

  /**
   * Up to where everything is settled once some things have changed.
   *
   * @param stillEarlier whether events of earlier runs may still be unsettled
   * @param settledNow events that are settled with that
   * @param keptNow events that are kept and not settled, in order
   * @param newest the newest event there is then
   */
  long settledUpTo(boolean stillEarlier, Set<Long> settledNow, List<Long> keptNow, long newest) {
    if (stillEarlier) {
      return settled;
    }
    for (long one : unsettled) {
      if (!settledNow.contains(one)) {
        return one - 1;
      }
    }
    return keptNow.isEmpty() ? newest : keptNow.getFirst() - 1;
  }

  /** Whether more is settled than is written. */
  boolean isBehind() {
    return settledUpTo(earlier, Set.of(), List.of(), sequence) > settled;
  }

  /** Whether followers of delivered events are still to be released. */
  boolean releasing() {
    return releasing;
  }
}
