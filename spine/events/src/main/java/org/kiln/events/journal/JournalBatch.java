package org.kiln.events.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Cid;
import org.kiln.api.store.Batch;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.NodeTables;
import org.kiln.events.journal.HeldEvents.Held;
import org.kiln.events.table.BlockEntry;
import org.kiln.events.table.Place;

/**
 * What one batch adds to the journal: entries for events that become deliverable and for moves. An
 * event whose previous one is not delivered is held; when that is delivered, so are those that were
 * held for it, a bounded number in one batch.
 */
public final class JournalBatch {
  /** The rest follows with the next batch. */
  static final int MAX_RELEASED = 512;

  private final Batch batch;
  private final JournalState before;
  private final long first;
  private final List<JournalEntry> entries = new ArrayList<>();
  private final List<Cid> delivered = new ArrayList<>();
  private final List<Long> unsettled = new ArrayList<>();
  private final Set<Long> settled = new HashSet<>();
  private boolean earlier;
  private long newest;
  private long held;
  private boolean releasing;
  private long mark;
  private int noted;

  JournalBatch(Batch batch, JournalState before) {
    this.batch = batch;
    this.before = before;
    this.first = before.position() + 1;
    this.earlier = before.earlier();
    this.newest = before.sequence();
    this.held = before.held();
    this.releasing = before.releasing();
  }

  /** What somebody has found out. */
  void note(JournalNotes.Note note) {
    noted++;
    settled.addAll(note.settled());
    entries.addAll(note.moves());
    earlier &= !note.earlier();
  }

  /**
   * An event is kept that was not there. It is unsettled, unless how it moves its stream is known.
   */
  public void kept(JournalEntry entry, Optional<Cid> previous) {
    if (entry.moves().isEmpty()) {
      unsettled.add(entry.sequence());
    }
    place(entry, previous);
  }

  /** An event of the log: it is delivered, or held until its previous one is. */
  void place(JournalEntry entry, Optional<Cid> previous) {
    newest = entry.sequence();
    Optional<Cid> lacked = previous.filter(of -> !isDelivered(of, entry));
    if (lacked.isEmpty()) {
      deliver(entry);
      return;
    }
    Held one = new Held(lacked.get(), entry.delivery());
    HeldEvents.put(batch, one);
    before.marks().add(one.lacked());
    before.marks().add(entry.event());
    held++;
    entry.moves().ifPresent(kind -> moved(entry.stream(), entry.event(), kind, entry.origin()));
  }

  /** A stream has another tip, an event that is kept and whose delivery is settled. */
  public void moved(StreamId stream, Cid tip, StreamChange.Kind kind, Origin origin) {
    entries.add(new JournalEntry(stream, tip, 0, Optional.of(kind), origin));
  }

  /** What was not told of up to there cannot be read. */
  void reached(long sequence) {
    newest = sequence;
  }

  private void deliver(JournalEntry entry) {
    entries.add(entry);
    if (held > 0 && before.marks().mayHave(entry.event())) {
      delivered.add(entry.event());
    }
  }

  /**
   * One of another stream is none that can be built on: who names it waits for its own stream. A
   * later event is in the log, but its turn has not come: so it is when old logs are read.
   */
  private boolean isDelivered(Cid event, JournalEntry by) {
    byte[] entry = batch.get(NodeTables.BLOCKS, event.bytes());
    return entry != null
        && BlockEntry.read(entry)
            .event()
            .filter(
                place ->
                    place.sequence() < by.sequence()
                        && Arrays.equals(place.streamKey(), Place.streamKey(by.stream().init())))
            .isPresent()
        && !(held > 0 && before.marks().mayHave(event) && HeldEvents.contains(batch, event));
  }

  /** Writes it. */
  public void finish() {
    if (held > 0 || releasing) {
      release();
    }
    mark = before.settledUpTo(earlier, settled, unsettled, newest);
    boolean news = newest > before.sequence() || mark > before.settled();
    if (entries.isEmpty() && news) {
      put(new JournalRun(first, newest, mark, List.of()));
    }
    for (int start = 0; start < entries.size(); start += JournalRun.MAX_ENTRIES) {
      int end = Math.min(start + JournalRun.MAX_ENTRIES, entries.size());
      put(new JournalRun(first + start, newest, mark, entries.subList(start, end)));
    }
  }

  private void put(JournalRun run) {
    batch.put(NodeTables.JOURNAL, run.key(), run.bytes());
  }

  /**
   * Delivers what was held for delivered events. What does not fit is remembered in the table, so
   * that it is gone on with after a crash too.
   */
  private void release() {
    Set<Cid> begun =
        new HashSet<>(releasing ? HeldEvents.begun(batch, MAX_RELEASED) : List.<Cid>of());
    boolean more = begun.size() == MAX_RELEASED;
    Deque<Cid> work = new ArrayDeque<>(begun);
    work.addAll(delivered);
    delivered.clear();
    int room = MAX_RELEASED;
    while (!work.isEmpty() && room > 0) {
      List<Held> followers = HeldEvents.waitingFor(batch, work.peek(), room);
      room -= followers.size();
      for (Held follower : followers) {
        HeldEvents.remove(batch, follower);
        held--;
        deliver(follower.entry());
      }
      work.addAll(delivered);
      delivered.clear();
      if (room > 0) {
        Cid done = work.remove();
        if (begun.contains(done)) {
          HeldEvents.end(batch, done);
        }
      }
    }
    work.stream().filter(cid -> !begun.contains(cid)).forEach(cid -> HeldEvents.begin(batch, cid));
    releasing = more || !work.isEmpty();
  }

  /** The newest position with this batch. */
  long position() {
    return first + entries.size() - 1;
  }

  /** How many notes are in it. */
  int noted() {
    return noted;
  }

  long newest() {
    return newest;
  }

  long mark() {
    return mark;
  }

  boolean earlier() {
    return earlier;
  }

  long held() {
    return held;
  }

  boolean releasing() {
    return releasing;
  }

  Set<Long> settled() {
    return settled;
  }

  List<Long> unsettled() {
    return unsettled;
  }
}
