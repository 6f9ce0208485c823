package org.kiln.events.journal;

import java.util.BitSet;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.kiln.api.ipld.Cid;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreException;
import org.kiln.events.table.BlockEntry;
import org.kiln.events.table.EventReader;
import org.kiln.events.table.Place;

/** Looks whether the journal says of every event, once, that it is delivered or held. */
public final class JournalCheck {
  private static final int PAGE = 4096;

  private final Store store;
  private final Consumer<String> damaged;

  /**
   * Of a store.
   *
   * @param damaged is told of each damage, in a sentence
   */
  public JournalCheck(Store store, Consumer<String> damaged) {
    this.store = store;
    this.damaged = damaged;
  }

  /** What is looked at while others go on writing. */
  private record Moment(Optional<JournalRun> last, BitSet held) {}

  /**
   * Looks through all of it.
   *
   * @param progress is told the position that was reached; may block
   */
  public void run(LongConsumer progress) {
    try {
      Moment now = store.read(JournalCheck::moment);
      if (now.last.isEmpty()) {
        return; // a release without a journal has written it
      }
      JournalRun last = now.last.get();
      BitSet seen = now.held;
      long reached = 0;
      while (reached < last.last()) {
        long after = reached;
        long upTo = Math.min(last.last(), after + PAGE);
        reached = store.read(snapshot -> page(snapshot, after, upTo, seen));
        progress.accept(reached);
      }
      int missing = seen.nextClearBit(1);
      while (missing <= last.sequence()) {
        damaged.accept("The journal lacks event " + missing + ".");
        missing = seen.nextClearBit(missing + 1);
      }
    } catch (StoreException e) {
      damaged.accept(e.getMessage());
    }
  }

  private static Moment moment(Snapshot snapshot) {
    BitSet held = new BitSet();
    HeldEvents.each(
        snapshot,
        event -> sequence(snapshot, event).ifPresent(sequence -> held.set(sequence.intValue())));
    return new Moment(JournalRuns.last(snapshot), held);
  }

  private long page(Snapshot snapshot, long after, long upTo, BitSet seen) {
    return JournalRuns.walk(
        snapshot,
        after,
        upTo,
        (position, entry) -> {
          if (entry.delivered()) {
            look(snapshot, position, entry, seen);
          }
          return true;
        });
  }

  private void look(Snapshot snapshot, long position, JournalEntry entry, BitSet seen) {
    String where = "Position " + position + " of the journal: event " + entry.sequence();
    if (!sequence(snapshot, entry.event()).equals(Optional.of(entry.sequence()))) {
      damaged.accept(where + " is not " + entry.event());
    }
    if (seen.get((int) entry.sequence())) {
      damaged.accept(where + " is delivered twice, or held as well");
    }
    seen.set((int) entry.sequence());
  }

  private static Optional<Long> sequence(Snapshot snapshot, Cid event) {
    return new EventReader(snapshot).entry(event).flatMap(BlockEntry::event).map(Place::sequence);
  }
}
