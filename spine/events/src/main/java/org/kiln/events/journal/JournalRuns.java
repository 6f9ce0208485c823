package org.kiln.events.journal;

import java.nio.BufferUnderflowException;
import java.util.Optional;
import java.util.function.Predicate;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.StoreException;
import org.kiln.core.log.NodeTables;

/** Reads the journal of one snapshot. */
final class JournalRuns {
  private JournalRuns() {}

  /** The newest run; empty when the journal is not begun. */
  static Optional<JournalRun> last(Snapshot snapshot) {
    try (Cursor runs = snapshot.range(NodeTables.JOURNAL, null, null, true)) {
      return runs.next() ? Optional.of(read(runs)) : Optional.empty();
    }
  }

  /**
   * Walks the entries after a position, in order.
   *
   * @param upTo the last position to look at; it must be there
   * @param sink answers whether to go on
   * @return the position of the last entry the sink was given; {@code after} when there was none
   * @throws StoreException CORRUPT when one of them is missing: positions have no gaps
   */
  static long walk(Snapshot snapshot, long after, long upTo, Sink sink) {
    long reached = after;
    byte[] start = startOf(snapshot, after + 1);
    try (Cursor runs = snapshot.range(NodeTables.JOURNAL, start, null, false)) {
      while (reached < upTo) {
        if (!runs.next() || firstOf(runs) > reached + 1) {
          throw missing(reached + 1);
        }
        JournalRun run = read(runs);
        if (run.last() <= reached) {
          if (run.entries().isEmpty()) {
            throw missing(reached + 1);
          }
          continue;
        }
        long end = Math.min(upTo, run.last());
        for (long at = reached + 1; at <= end; at++) {
          reached = at;
          if (!sink.take(at, run.entries().get((int) (at - run.first())))) {
            return reached;
          }
        }
      }
    }
    return reached;
  }

  /** Takes entries. */
  @FunctionalInterface
  interface Sink {
    /** Answers whether to go on. */
    boolean take(long position, JournalEntry entry);
  }

  /**
   * Some runs before a position, the newest first.
   *
   * @param before exclusive
   * @param sink answers whether to go on
   */
  static void back(Snapshot snapshot, long before, Predicate<JournalRun> sink) {
    try (Cursor runs = snapshot.range(NodeTables.JOURNAL, null, JournalRun.key(before), true)) {
      while (runs.next()) {
        if (!sink.test(read(runs))) {
          return;
        }
      }
    }
  }

  /** The key of the run in which that position lies, if it does. */
  private static byte[] startOf(Snapshot snapshot, long position) {
    byte[] end = JournalRun.key(position + 1);
    try (Cursor before = snapshot.range(NodeTables.JOURNAL, null, end, true)) {
      return before.next() ? before.key() : null;
    }
  }

  private static long firstOf(Cursor run) {
    return JournalRun.position(run.key());
  }

  private static JournalRun read(Cursor run) {
    try {
      return JournalRun.read(run.key(), run.value());
    } catch (IllegalArgumentException | IndexOutOfBoundsException | BufferUnderflowException e) {
      throw new StoreException(
          StoreException.Kind.CORRUPT,
          "The journal cannot be read from position " + firstOf(run) + " on: " + e.getMessage(),
          e);
    }
  }

  private static StoreException missing(long position) {
    return new StoreException(
        StoreException.Kind.CORRUPT, "The journal lacks position " + position + ".", null);
  }
}
