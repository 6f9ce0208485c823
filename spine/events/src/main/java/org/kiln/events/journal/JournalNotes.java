package org.kiln.events.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What the writer has been told to note and has not written yet, in order. Kept until it is
 * written; there is at most one for each event that was kept. Thread-safe.
 */
final class JournalNotes {
  /**
   * One of them.
   *
   * @param settled numbers of events of which nothing more is to come
   * @param moves what is to be noted with that
   * @param earlier whether all events of earlier runs are settled too
   */
  record Note(List<Long> settled, List<JournalEntry> moves, boolean earlier) {}

  private final Deque<Note> waiting = new ArrayDeque<>();
  private int urgent;

  /** Adds one; answers whether it is to be written without waiting for other writes. */
  synchronized boolean add(Note note) {
    waiting.add(note);
    urgent += isUrgent(note) ? 1 : 0;
    return isUrgent(note);
  }

  /** What nobody reads can be written with the next batch, whenever that is. */
  static boolean isUrgent(Note note) {
    return !note.moves.isEmpty() || note.earlier;
  }

  /** The oldest, up to a number of moves, but at least one note. */
  synchronized List<Note> oldest(int mostMoves) {
    List<Note> found = new ArrayList<>();
    int moves = 0;
    for (Note note : waiting) {
      moves += note.moves.size();
      if (!found.isEmpty() && moves > mostMoves) {
        break;
      }
      found.add(note);
    }
    return found;
  }

  /** The oldest ones are written. */
  synchronized void remove(int count) {
    for (int i = 0; i < count; i++) {
      urgent -= isUrgent(waiting.remove()) ? 1 : 0;
    }
  }

  /** Whether there is something to write at once. */
  synchronized boolean urgent() {
    return urgent > 0;
  }

  /** The moves of all of them, in order. */
  synchronized List<JournalEntry> moves() {
    return waiting.stream().flatMap(note -> note.moves.stream()).toList();
  }

  synchronized int size() {
    return waiting.size();
  }
}
