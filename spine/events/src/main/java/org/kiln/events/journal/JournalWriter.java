package org.kiln.events.journal;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreException;
import org.kiln.events.journal.JournalNotes.Note;
import org.kiln.events.table.SequenceIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's part in what the log's writer does: says when there is something to write without
 * anybody waiting for it, and keeps count from batch to batch. On the writer's thread, but for
 * {@link #note} and the numbers.
 */
public final class JournalWriter {
  private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
  private static final int MAX_MOVES = 512;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Store store;
  private final JournalState state;
  private final JournalEnd end;
  private final JournalNotes notes = new JournalNotes();
  private final Runnable poke;
  private final long earlierAfter;
  private final long earlierUpTo;
  private boolean failed;

  /**
   * Of a store whose journal is begun and complete.
   *
   * @param poke wakes the log's writer
   */
  public JournalWriter(Store store, Runnable poke) {
    this.store = store;
    this.state = store.read(JournalState::read);
    this.end = new JournalEnd(state.position());
    this.poke = poke;
    this.earlierAfter = state.settled();
    this.earlierUpTo = store.read(SequenceIndex::last);
  }

  /** Of the events of earlier runs, those after this one may be unsettled. Any thread. */
  long earlierAfter() {
    return earlierAfter;
  }

  /** The newest event of earlier runs. Any thread. */
  long earlierUpTo() {
    return earlierUpTo;
  }

  /** The newest event that the journal knows of. */
  long sequence() {
    return state.sequence();
  }

  /** Whether followers of delivered events are still to be released. */
  boolean releasing() {
    return state.releasing();
  }

  /** How far it is, for those who wait for more. */
  JournalEnd reading() {
    return end;
  }

  /** The newest durable position. Any thread. */
  public long position() {
    return end.position();
  }

  /** No more will come, since the log is closed. Any thread. */
  public void end() {
    end.end();
  }

  /** Lets everybody who waits for more look. Any thread. */
  public void wake() {
    end.wake();
  }

  /** Takes a note; any thread. */
  void note(Note note) {
    if (notes.add(note)) {
      poke.run();
    }
  }

  /** Moves that wait, in order. Any thread. */
  List<JournalEntry> waiting() {
    return notes.moves();
  }

  /** Notes that wait. Any thread. */
  public int notes() {
    return notes.size();
  }

  /** Events that wait for what they build on. Any thread. */
  public long held() {
    return state.held();
  }

  /** What a batch is to note, however often it is run. */
  public static final class Due {
    private final List<Note> notes;

    private Due(List<Note> notes) {
      this.notes = notes;
    }
  }

  /** What the next batch is to note. */
  public Due due() {
    return new Due(notes.oldest(MAX_MOVES));
  }

  /** Whether a batch with these notes must be durable for its own sake. */
  public boolean needsSync(Due due) {
    return state.releasing() || due.notes.stream().anyMatch(JournalNotes::isUrgent);
  }

  /** One run of a batch, which may be run more than once. */
  public JournalBatch begin(Batch batch, Due due) {
    JournalBatch begun = begin(batch);
    due.notes.forEach(begun::note);
    return begun;
  }

  /** One run of a batch that notes nothing. */
  JournalBatch begin(Batch batch) {
    return new JournalBatch(batch, state);
  }

  /**
   * A batch is as durable as it was to be.
   *
   * @return whether readers have something to read
   */
  public boolean written(JournalBatch batch) {
    boolean more = batch.position() > state.position();
    // Before the notes are let go: a move is found in one place or the other at any time.
    end.reached(batch.position());
    notes.remove(batch.noted());
    state.become(batch);
    failed = false;
    if (state.marksAreWorn()) {
      renewMarks();
    }
    return more;
  }

  private void renewMarks() {
    try {
      CidMarks made = new CidMarks();
      store.read(snapshot -> HeldEvents.mark(snapshot, made));
      state.marks(made);
    } catch (StoreException e) {
      LOG.warn("The events that are held cannot be read through: {}", e.getMessage());
    }
  }

  /** A batch could not be written; answers whether that is news. */
  public boolean failed() {
    boolean news = !failed;
    failed = true;
    return news;
  }

  /** Whether there is something to write, whoever else has something. */
  public boolean isDue() {
    return state.releasing() || notes.urgent();
  }

  /** How long the writer may wait for others, in nanoseconds. */
  public long patience() {
    if (!isDue()) {
      return Long.MAX_VALUE;
    }
    return failed ? RETRY_NANOS : 0;
  }

  /** Whether the next run would find something unsettled that is settled. */
  public boolean isBehind() {
    return !failed && (notes.size() > 0 || state.isBehind());
  }
}
