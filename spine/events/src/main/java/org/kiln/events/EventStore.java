package org.kiln.events;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.kiln.api.feed.Feed;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.Admission;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.Journal;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;
import org.kiln.core.log.RangeHash;
import org.kiln.core.log.StoredEvent;
import org.kiln.events.check.Damage;
import org.kiln.events.check.OnlineCheck;
import org.kiln.events.guard.GuardedStore;
import org.kiln.events.guard.StoreMark;
import org.kiln.events.journal.JournalBacklog;
import org.kiln.events.journal.JournalId;
import org.kiln.events.journal.JournalWriter;
import org.kiln.events.journal.NodeFeed;
import org.kiln.events.journal.NodeJournal;
import org.kiln.events.order.OrderedKeys;
import org.kiln.events.order.RangeQuery;
import org.kiln.events.table.BlockEntry;
import org.kiln.events.table.EventReader;
import org.kiln.events.table.LogPages;
import org.kiln.events.table.Place;
import org.kiln.events.write.GroupWriter;
import org.kiln.events.write.WriterSettings;
import org.kiln.events.write.WriterStats;
import org.kiln.events.write.WriterTimes;

/**
 * The event log on a store, and the store's only writer. Scans read page by page and call their
 * sink between the pages' snapshots, so that a slow sink holds up nobody and may write itself; what
 * comes in during a scan may be seen by it.
 */
public final class EventStore implements EventLog, NodeStore, AutoCloseable {
  private static final byte[] FORMAT_KEY = {'f', 'o', 'r', 'm', 'a', 't'};
  private static final long FORMAT = 1;

  /** A store that nobody else writes to takes one record in that time, or does not work. */
  private static final Duration FOLLOW = Duration.ofMinutes(1);

  private final Store store;
  private final GroupWriter writer;
  private final StoreMark mark;
  private final JournalWriter journal;
  private final NodeFeed feed;
  private final Damage damage = new Damage();
  private volatile JournalId journalId;

  private EventStore(Store store, WriterSettings settings, StoreMark mark) {
    this.store = store;
    this.mark = mark;
    this.journalId = JournalId.begin(store);
    this.writer = new GroupWriter(store, settings, mark);
    this.journal = writer.journal();
    new JournalBacklog(store, journal, damage::note).bringIn();
    this.feed = new NodeFeed(this, journal, () -> journalId);
  }

  /** Opens the log as {@link #open(Store, WriterSettings)} does, with the defaults. */
  public static EventStore open(Store store) throws StoreException {
    return open(store, WriterSettings.defaults());
  }

  /**
   * Opens the log.
   *
   * @param store with all of {@link NodeTables}; belongs to the log from now on, which closes it
   * @throws StoreException CORRUPT when the store holds a log of another format
   */
  public static EventStore open(Store store, WriterSettings settings) throws StoreException {
    return open(store, settings, StoreMark.none());
  }

  /**
   * Opens the log of a store in a directory, beside which it remembers how far it is on the disk.
   *
   * @param store as above
   * @param directory the store's; see {@link GuardedStore}
   */
  public static EventStore open(Store store, WriterSettings settings, Path directory)
      throws StoreException {
    return open(store, settings, StoreMark.in(StoreMark.besides(directory)));
  }

  private static EventStore open(Store store, WriterSettings settings, StoreMark mark)
      throws StoreException {
    byte[] format = store.read(snapshot -> snapshot.get(NodeTables.LOG_META, FORMAT_KEY));
    if (format == null) {
      byte[] current = ByteBuffer.allocate(Long.BYTES).putLong(FORMAT).array();
      store.write(batch -> batch.put(NodeTables.LOG_META, FORMAT_KEY, current), Durability.SYNCED);
    } else if (format.length != Long.BYTES || ByteBuffer.wrap(format).getLong() != FORMAT) {
      throw new StoreException(
          StoreException.Kind.CORRUPT,
          "The event log was written in another format than this release reads (" + FORMAT + ")",
          null);
    }
    StoreMark kept = store.stats().diskBytes() > 0 ? mark : StoreMark.none();
    EventStore opened = new EventStore(store, settings, kept);
    opened.writer.start();
    return opened;
  }

  @Override
  public List<Long> admit(List<Admission> events, Consumer<? super Batch> also, Deadline deadline)
      throws LogBusyException {
    return submit(events, also, true, deadline);
  }

  /** What has happened, for everybody. */
  public Feed feed() {
    return feed;
  }

  /** What the feed is read from, for who finds out how streams move. */
  public Journal journal() {
    return new NodeJournal(this, this, journal);
  }

  /**
   * Numbers of the journal.
   *
   * @param position the newest durable position
   * @param held events that wait for what they build on
   * @param notes notes that wait to be written
   */
  public record JournalStats(long position, long held, int notes) {}

  /** How the journal stands, for metrics. */
  public JournalStats journalStats() {
    return new JournalStats(journal.position(), journal.held(), journal.notes());
  }

  /** Tokens of another journal are of one this node had before. */
  public void follow(JournalId lost) throws LogBusyException {
    JournalId following = journalId.after(lost);
    write(following::put, Durability.SYNCED, Deadline.in(FOLLOW));
    journalId = following;
  }

  @Override
  public void write(Consumer<? super Batch> write, Durability durability, Deadline deadline)
      throws LogBusyException {
    submit(List.of(), write, durability == Durability.SYNCED, deadline);
  }

  private List<Long> submit(
      List<Admission> events, Consumer<? super Batch> also, boolean synced, Deadline deadline)
      throws LogBusyException {
    try {
      return writer.write(events, also, synced, deadline);
    } catch (StoreException e) {
      damage.note(e);
      throw e;
    }
  }

  @Override
  public <T> T read(Function<? super Snapshot, ? extends T> reader) {
    return reading(reader);
  }

  private <T> T reading(Function<? super Snapshot, ? extends T> reader) {
    try {
      return store.read(reader);
    } catch (StoreException e) {
      damage.note(e);
      throw e;
    }
  }

  /**
   * Looks through the store now and then, and when it is asked to; to be closed before the log.
   *
   * @param every how long from one look to the next; zero for only when it is asked
   */
  public OnlineCheck check(Duration every) {
    OnlineCheck check = new OnlineCheck(store, damage, every);
    check.start();
    return check;
  }

  /** What was found damaged. */
  public Damage damage() {
    return damage;
  }

  @Override
  public Optional<StoredEvent> event(Cid cid) {
    return reading(snapshot -> new EventReader(snapshot).event(cid));
  }

  @Override
  public boolean contains(Cid cid) {
    return reading(
        snapshot -> new EventReader(snapshot).entry(cid).flatMap(BlockEntry::event).isPresent());
  }

  @Override
  public Optional<Block> block(Cid cid) {
    return reading(snapshot -> new EventReader(snapshot).block(cid));
  }

  @Override
  public boolean mayHold() {
    return journal.held() > 0;
  }

  @Override
  public void scanStream(StreamId stream, long afterSequence, Predicate<StoredEvent> sink) {
    byte[] streamKey = Place.streamKey(stream.init());
    pages(afterSequence, sink, after -> reading(s -> LogPages.ofStream(s, streamKey, after)));
  }

  @Override
  public List<StoredEvent> streamPage(StreamId stream, long afterSequence) {
    byte[] streamKey = Place.streamKey(stream.init());
    return reading(s -> LogPages.ofStream(s, streamKey, afterSequence)).events();
  }

  @Override
  public void scan(long afterSequence, Predicate<StoredEvent> sink) {
    pages(afterSequence, sink, after -> reading(snapshot -> LogPages.ofAll(snapshot, after)));
  }

  private void pages(
      long afterSequence, Predicate<StoredEvent> sink, Function<Long, LogPages.Page> next) {
    long after = Math.max(0, afterSequence);
    while (after < lastSequence()) {
      LogPages.Page page = next.apply(after);
      for (StoredEvent event : page.events()) {
        if (!sink.test(event)) {
          return;
        }
      }
      if (page.last()) {
        return;
      }
      after = page.events().getLast().sequence();
    }
  }

  @Override
  public long lastSequence() {
    return writer.lastSequence();
  }

  @Override
  public long size() {
    return writer.lastSequence();
  }

  @Override
  public RangeHash rangeHash(byte[] from, byte[] to) {
    return reading(snapshot -> RangeQuery.sum(snapshot, from, to)).rangeHash();
  }

  @Override
  public void scanKeys(byte[] from, byte[] to, Predicate<EventId> sink) {
    byte[] start = OrderedKeys.bound(from);
    byte[] end = OrderedKeys.bound(to);
    while (Arrays.compareUnsigned(start, end) < 0) {
      byte[] pageStart = start.length == 0 ? null : start;
      List<byte[]> keys = reading(snapshot -> OrderedKeys.page(snapshot, pageStart, end));
      for (byte[] key : keys) {
        if (!sink.test(EventId.of(key))) {
          return;
        }
      }
      if (keys.size() < OrderedKeys.PAGE) {
        return;
      }
      start = Arrays.copyOf(keys.getLast(), keys.getLast().length + 1);
    }
  }

  @Override
  public Optional<EventId> keyAt(byte[] from, byte[] to, long offset) {
    return reading(snapshot -> OrderedKeys.at(snapshot, from, to, offset)).map(EventId::of);
  }

  @Override
  public LogStats stats() {
    WriterStats writing = writer.stats();
    return new LogStats(
        size(),
        store.stats().diskBytes(),
        writing.queuedEvents(),
        writing.batches(),
        writing.batchedEvents());
  }

  /** What the writer does, for metrics. */
  public WriterStats writerStats() {
    return writer.stats();
  }

  /** How long its writes take, for metrics. */
  public WriterTimes writerTimes() {
    return writer.times();
  }

  /** Writes what waits, refuses what comes, and closes the store. Idempotent. */
  @Override
  public void close() {
    journal.end();
    writer.close();
    store.close();
    mark.close();
  }
}
