package org.kiln.events.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.kiln.api.ipld.Cid;
import org.kiln.api.store.Snapshot;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.Journal;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.StoredEvent;
import org.kiln.events.journal.JournalNotes.Note;

/** The journal as the room of streams sees it. */
public final class NodeJournal implements Journal {
  /** Runs looked at in one snapshot. */
  private static final int PAGE = 256;

  private final EventLog log;
  private final NodeStore store;
  private final JournalWriter writer;

  /**
   * Of a log.
   *
   * @param store what the log is in
   * @param writer takes the notes
   */
  public NodeJournal(EventLog log, NodeStore store, JournalWriter writer) {
    this.log = log;
    this.store = store;
    this.writer = writer;
  }

  @Override
  public void note(List<Long> settled, List<Move> moves) {
    writer.note(
        new Note(List.copyOf(settled), moves.stream().map(JournalEntry::of).toList(), false));
  }

  @Override
  public void scanUnsettled(Predicate<StoredEvent> sink) {
    log.scan(
        writer.earlierAfter(),
        event -> event.sequence() <= writer.earlierUpTo() && sink.test(event));
  }

  @Override
  public void earlierSettled() {
    writer.note(new Note(List.of(), List.of(), true));
  }

  @Override
  public Map<StreamId, Cid> lastTips(Set<StreamId> streams) {
    Map<StreamId, Cid> tips = new HashMap<>();
    for (JournalEntry entry : writer.waiting()) {
      if (streams.contains(entry.stream())) {
        tips.put(entry.stream(), entry.event());
      }
    }
    Set<StreamId> missing = new HashSet<>(streams);
    missing.removeAll(tips.keySet());
    long before = writer.position() + 1;
    while (!missing.isEmpty() && before > 1) {
      long from = before;
      before = store.read(snapshot -> page(snapshot, from, missing, tips));
    }
    return tips;
  }

  /** Looks at some runs before a position; answers where the last of them begins. */
  private static long page(
      Snapshot snapshot, long before, Set<StreamId> missing, Map<StreamId, Cid> tips) {
    List<JournalRun> runs = new ArrayList<>();
    JournalRuns.back(
        snapshot,
        before,
        run -> {
          runs.add(run);
          for (JournalEntry entry : run.entries().reversed()) {
            if (entry.moves().isPresent() && missing.remove(entry.stream())) {
              tips.put(entry.stream(), entry.event());
            }
          }
          return runs.size() < PAGE && !missing.isEmpty();
        });
    return runs.isEmpty() ? 0 : runs.getLast().first();
  }
}
