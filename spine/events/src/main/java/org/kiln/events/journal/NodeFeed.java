package org.kiln.events.journal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.FeedException.Reason;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Block;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.StoreException;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.NodeStore;
import org.kiln.events.journal.JournalCursor.Page;
import org.kiln.events.table.EventReader;
import org.kiln.events.table.Place;

/** The feeds over the journal: changes from the journal alone, events from the log by it. */
public final class NodeFeed implements Feed {
  /** Entries looked at in one snapshot. */
  private static final int PAGE = 10_000;

  private static final long PAGE_BYTES = 8 << 20;

  private final NodeStore store;
  private final JournalEnd end;
  private final Supplier<JournalId> id;

  /**
   * Of a log.
   *
   * @param journal says how far it is
   * @param id which journal that is
   */
  public NodeFeed(NodeStore store, JournalWriter journal, Supplier<JournalId> id) {
    this.store = store;
    this.end = journal.reading();
    this.id = id;
  }

  @Override
  public FeedCursor<FeedEvent> events(ResumeToken after) throws FeedException {
    check(after);
    return new JournalCursor<>(store, end, after, NodeFeed::eventPage);
  }

  @Override
  public FeedCursor<StreamChange> changes(ResumeToken after) throws FeedException {
    check(after);
    return new JournalCursor<>(store, end, after, NodeFeed::changePage);
  }

  @Override
  public ResumeToken beginning() {
    return new ResumeToken(id.get().id(), 0);
  }

  @Override
  public ResumeToken now() {
    return beginning().at(end.position());
  }

  private void check(ResumeToken token) throws FeedException {
    JournalId own = id.get();
    if (own.former().contains(token.journal())) {
      throw new FeedException(
          Reason.GONE,
          "The resume token "
              + token
              + " is of a journal that this node had before its store was saved into a new one;"
              + " what was after it cannot be told any more. Begin anew, and forget what was"
              + " derived.");
    }
    if (token.journal() != own.id()) {
      throw new FeedException(
          Reason.OTHER_NODE,
          "The resume token "
              + token
              + " was not handed out by this node, whose tokens begin with "
              + beginning().toString().substring(0, 16)
              + ". Go on with that other node, or begin anew here.");
    }
    if (token.position() > end.position()) {
      throw new FeedException(
          Reason.FUTURE,
          "The resume token "
              + token
              + " is newer than everything this node has, which ends with "
              + now()
              + ". If an older copy of the store was put back, begin anew.");
    }
  }

  private static Page<StreamChange> changePage(
      Snapshot snapshot, ResumeToken after, long upTo, int most) {
    List<StreamChange> changes = new ArrayList<>();
    long reached =
        JournalRuns.walk(
            snapshot,
            after.position(),
            Math.min(upTo, after.position() + PAGE),
            (position, entry) -> {
              entry.moves().ifPresent(kind -> changes.add(change(after.at(position), entry, kind)));
              return changes.size() < most;
            });
    return new Page<>(changes, reached);
  }

  private static StreamChange change(
      ResumeToken token, JournalEntry entry, StreamChange.Kind kind) {
    return StreamChange.of(token, entry.stream(), entry.event(), kind, entry.origin());
  }

  private static Page<FeedEvent> eventPage(
      Snapshot snapshot, ResumeToken after, long upTo, int most) {
    EventReader reader = new EventReader(snapshot);
    List<FeedEvent> events = new ArrayList<>();
    long[] bytes = {0};
    long reached =
        JournalRuns.walk(
            snapshot,
            after.position(),
            Math.min(upTo, after.position() + PAGE),
            (position, entry) -> {
              if (entry.delivered()) {
                FeedEvent event = event(reader, after.at(position), entry);
                events.add(event);
                bytes[0] += event.blocks().stream().mapToLong(block -> block.size()).sum();
              }
              return events.size() < most && bytes[0] < PAGE_BYTES;
            });
    return new Page<>(events, reached);
  }

  private static FeedEvent event(EventReader reader, ResumeToken token, JournalEntry entry) {
    Place place = new Place(Place.streamKey(entry.stream().init()), entry.sequence());
    NewEvent event = reader.event(place).event();
    if (!event.cid().equals(entry.event())) {
      throw new StoreException(
          StoreException.Kind.CORRUPT,
          "Event " + entry.event() + " is not where the journal says",
          null);
    }
    List<Block> blocks = event.blocks();
    return FeedEvent.of(
        token,
        entry.stream(),
        event.cid(),
        event.kind(),
        entry.origin(),
        Instant.ofEpochMilli(event.receivedAt()),
        blocks);
  }
}
