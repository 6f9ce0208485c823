package org.kiln.events.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.Table;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.Admission;
import org.kiln.core.log.Journal.Move;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.NodeTables;
import org.kiln.core.log.StoredEvent;
import org.kiln.events.EventStore;
import org.kiln.events.FaultyStore;
import org.kiln.events.MortalStore;
import org.kiln.events.TestEvents;
import org.kiln.events.table.Place;
import org.kiln.events.table.SequenceIndex;
import org.kiln.store.memory.MemoryStore;

/** The journal beside the log: what is noted later, what is held, what a crash leaves. */
class JournalTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Origin PEER = new Origin.Peer("12D3KooWPeer");
  private static final int PAGE = 10_000;

  private final Random random = new Random(5);
  private final Store kept = new MemoryStore(NodeTables.ALL);
  private MortalStore process;
  private FaultyStore disk;
  private EventStore log;

  @BeforeEach
  void open() {
    process = new MortalStore(kept);
    disk = new FaultyStore(process);
    log = EventStore.open(disk);
  }

  @AfterEach
  void close() {
    log.close();
  }

  private void reopen() {
    log.close();
    open();
  }

  private void crash() {
    process.killAfter(0);
    reopen();
  }

  private List<NewEvent> chain(int length) {
    NewEvent init = TestEvents.init(random);
    List<NewEvent> chain = new ArrayList<>(List.of(init));
    while (chain.size() < length) {
      chain.add(TestEvents.data(init.stream(), random));
    }
    return chain;
  }

  private static Admission received(NewEvent event, Optional<Cid> previous) {
    return new Admission(event, previous, PEER, Optional.empty());
  }

  /** Each after the one before it. */
  private static List<Admission> received(List<NewEvent> chain) {
    List<Admission> all = new ArrayList<>();
    for (int i = 0; i < chain.size(); i++) {
      all.add(
          received(chain.get(i), i == 0 ? Optional.empty() : Optional.of(chain.get(i - 1).cid())));
    }
    return all;
  }

  private List<Long> admit(List<Admission> events) throws Exception {
    return log.admit(events, batch -> {}, Deadline.NONE);
  }

  private static Move move(NewEvent tip) {
    return new Move(tip.stream(), tip.cid(), StreamChange.Kind.UPDATED, PEER);
  }

  private List<Cid> tips(int count) throws Exception {
    List<Cid> tips = new ArrayList<>();
    try (FeedCursor<StreamChange> cursor = log.feed().changes(log.feed().beginning())) {
      List<StreamChange> page = cursor.next(PAGE, count == 0 ? Duration.ZERO : PATIENCE);
      while (!page.isEmpty()) {
        page.forEach(change -> tips.add(change.tip()));
        page = cursor.next(PAGE, tips.size() < count ? PATIENCE : Duration.ZERO);
      }
    }
    return tips;
  }

  private List<Cid> delivered(int count) throws Exception {
    List<Cid> events = new ArrayList<>();
    try (FeedCursor<FeedEvent> cursor = log.feed().events(log.feed().beginning())) {
      List<FeedEvent> page = cursor.next(PAGE, count == 0 ? Duration.ZERO : PATIENCE);
      while (!page.isEmpty()) {
        page.forEach(event -> events.add(event.cid()));
        page = cursor.next(PAGE, events.size() < count ? PATIENCE : Duration.ZERO);
      }
    }
    return events;
  }

  private static List<Cid> cids(List<NewEvent> events) {
    return events.stream().map(NewEvent::cid).toList();
  }

  private List<Long> unsettled() {
    List<Long> found = new ArrayList<>();
    log.journal().scanUnsettled(event -> found.add(event.sequence()));
    return found;
  }

  private void soundJournal() {
    List<String> damaged = new ArrayList<>();
    new JournalCheck(kept, damaged::add).run(reached -> {});
    assertThat(damaged).isEmpty();
  }

  @Test
  void shouldPutAClientsWriteIntoOneEntry() throws Exception {
    NewEvent init = TestEvents.init(random);
    admit(
        List.of(
            new Admission(
                init, Optional.empty(), Origin.CLIENT, Optional.of(StreamChange.Kind.CREATED))));
    assertThat(log.feed().now().position()).isEqualTo(1);
    assertThat(tips(1)).containsExactly(init.cid());
    assertThat(delivered(1)).containsExactly(init.cid());
  }

  @Test
  void shouldMoveToAnEventThatWasKeptBefore() throws Exception {
    NewEvent init = TestEvents.init(random);
    admit(List.of(received(init, Optional.empty())));
    admit(
        List.of(
            new Admission(
                init, Optional.empty(), Origin.CLIENT, Optional.of(StreamChange.Kind.CREATED))));
    assertThat(tips(1)).containsExactly(init.cid());
    assertThat(delivered(1)).containsExactly(init.cid());
  }

  @Test
  void shouldKeepTheOrderOfNotes() throws Exception {
    List<NewEvent> chain = chain(2_000);
    admit(received(chain));
    for (NewEvent event : chain) {
      log.journal().note(List.of(), List.of(move(event)));
    }
    assertThat(tips(chain.size())).isEqualTo(cids(chain));
  }

  @Test
  void shouldWriteOneNoteInOneWrite() throws Exception {
    List<NewEvent> chain = chain(1_000);
    admit(received(chain));
    long before = log.stats().batches();
    log.journal().note(List.of(), chain.stream().map(JournalTest::move).toList());
    assertThat(tips(chain.size())).isEqualTo(cids(chain));
    assertThat(log.stats().batches() - before).isEqualTo(1);
  }

  @Test
  void shouldKeepANoteUntilThereIsRoom() throws Exception {
    NewEvent init = TestEvents.init(random);
    List<Long> sequence = admit(List.of(received(init, Optional.empty())));
    disk.full(true);
    log.journal().note(sequence, List.of(move(init)));
    assertThatThrownBy(() -> admit(List.of(received(TestEvents.init(random), Optional.empty()))))
        .isInstanceOf(StoreException.class);
    assertThat(tips(0)).isEmpty();
    assertThat(log.journalStats().notes()).isEqualTo(1);
    disk.full(false);
    assertThat(tips(1)).containsExactly(init.cid());
    assertThat(log.journalStats().notes()).isZero();
  }

  @Test
  void shouldWriteNotesBeforeItCloses() throws Exception {
    NewEvent init = TestEvents.init(random);
    List<Long> sequence = admit(List.of(received(init, Optional.empty())));
    log.journal().note(sequence, List.of(move(init)));
    reopen();
    assertThat(tips(1)).containsExactly(init.cid());
    assertThat(unsettled()).isEmpty();
  }

  @Test
  void shouldFindWhatACrashHasLeftUnsettled() throws Exception {
    List<NewEvent> chain = chain(4);
    admit(received(chain));
    log.journal().note(List.of(1L), List.of(move(chain.get(0))));
    assertThat(tips(1)).hasSize(1);
    log.journal().note(List.of(3L), List.of());
    crash();
    assertThat(unsettled()).containsExactly(2L, 3L, 4L);
    admit(List.of(received(TestEvents.init(random), Optional.empty())));
    assertThat(unsettled()).containsExactly(2L, 3L, 4L);
    crash();
    assertThat(unsettled()).containsExactly(2L, 3L, 4L, 5L);
    log.journal().earlierSettled();
    reopen();
    assertThat(unsettled()).isEmpty();
  }

  @Test
  void shouldNotForgetWhatIsUnsettledWhenStoppedCleanly() throws Exception {
    admit(received(chain(3)));
    log.journal().note(List.of(1L, 3L), List.of());
    reopen();
    assertThat(unsettled()).containsExactly(2L, 3L);
  }

  @Test
  void shouldStopAWalkOverTheUnsettledWhenToldTo() throws Exception {
    admit(received(chain(3)));
    crash();
    List<StoredEvent> seen = new ArrayList<>();
    log.journal()
        .scanUnsettled(
            event -> {
              seen.add(event);
              return false;
            });
    assertThat(seen).hasSize(1);
  }

  @Test
  void shouldTellTheNewestTipsThatWereNoted() throws Exception {
    List<NewEvent> one = chain(3);
    List<NewEvent> two = chain(2);
    NewEvent silent = TestEvents.init(random);
    admit(received(one));
    admit(received(two));
    admit(List.of(received(silent, Optional.empty())));
    for (NewEvent event : one) {
      log.journal().note(List.of(), List.of(move(event)));
      log.journal().note(List.of(), List.of(move(two.getFirst())));
    }
    assertThat(tips(6)).hasSize(6);
    StreamId first = one.getFirst().stream();
    StreamId second = two.getFirst().stream();
    assertThat(log.journal().lastTips(Set.of(first, second, silent.stream())))
        .isEqualTo(Map.of(first, one.getLast().cid(), second, two.getFirst().cid()));
  }

  @Test
  void shouldReleaseMoreThanFitsIntoOneBatchOverACrash() throws Exception {
    NewEvent init = TestEvents.init(random);
    List<NewEvent> followers = new ArrayList<>();
    for (int i = 0; i < 3 * JournalBatch.MAX_RELEASED + 7; i++) {
      followers.add(TestEvents.data(init.stream(), random));
    }
    Optional<Cid> previous = Optional.of(init.cid());
    admit(followers.stream().map(event -> received(event, previous)).toList());
    assertThat(delivered(0)).isEmpty();
    assertThat(log.journalStats().held()).isEqualTo(followers.size());
    assertThat(log.mayHold()).isTrue();
    process.killAfter(2);
    admit(List.of(received(init, Optional.empty())));
    reopen();
    soundJournal();
    List<Cid> all = new ArrayList<>(List.of(init.cid()));
    all.addAll(cids(followers));
    assertThat(delivered(all.size())).isEqualTo(all);
    assertThat(log.journalStats().held()).isZero();
    assertThat(log.mayHold()).isFalse();
    soundJournal();
  }

  @Test
  void shouldReleaseALongChainThatCameBackwards() throws Exception {
    List<NewEvent> chain = chain(2 * JournalBatch.MAX_RELEASED);
    admit(received(chain).reversed());
    assertThat(delivered(chain.size())).isEqualTo(cids(chain));
    soundJournal();
  }

  @Test
  void shouldMakeTheJournalOfAnOldLog() throws Exception {
    List<NewEvent> chain = linked(1_000);
    List<NewEvent> lost = linked(3);
    log.append(chain.reversed(), Deadline.NONE);
    log.append(lost.subList(1, 3), Deadline.NONE);
    forgetJournal();
    process.killAfter(0);
    log.close();
    // Killed twice while it is made: after two writes, and after another two.
    for (int kill = 0; kill < 2; kill++) {
      MortalStore dying = new MortalStore(kept);
      dying.killAfter(2);
      assertThatThrownBy(() -> EventStore.open(dying)).isInstanceOf(StoreException.class);
    }
    open();
    soundJournal();
    assertThat(delivered(chain.size())).isEqualTo(cids(chain));
    assertThat(log.journalStats().held()).isEqualTo(2);
    assertThat(unsettled()).hasSize(chain.size() + 2);
    assertThat(tips(0)).isEmpty();
    assertThat(delivered(1)).hasSize(chain.size());
    log.append(lost.subList(0, 1), Deadline.NONE);
    assertThat(delivered(chain.size() + 3).subList(chain.size(), chain.size() + 3))
        .isEqualTo(cids(lost));
  }

  @Test
  void shouldLeaveOutWhatIsDamagedInAnOldLog() throws Exception {
    List<NewEvent> chain = linked(3);
    log.append(chain, Deadline.NONE);
    forgetJournal();
    Place second = kept.read(snapshot -> SequenceIndex.after(snapshot, 1, 1)).getFirst();
    kept.write(
        batch -> batch.put(NodeTables.EVENTS, second.bytes(), new byte[] {1, 2, 3}),
        Durability.SYNCED);
    crash();
    assertThat(delivered(2)).containsExactly(chain.get(0).cid(), chain.get(2).cid());
    assertThat(log.damage().met()).isEqualTo(1);
  }

  /** Each says in its blocks what it builds on. */
  private List<NewEvent> linked(int length) {
    List<NewEvent> chain = new ArrayList<>(List.of(TestEvents.init(random)));
    while (chain.size() < length) {
      NewEvent last = chain.getLast();
      chain.add(
          chain.size() % 5 == 4
              ? TestEvents.anchoring(last, random)
              : TestEvents.following(last, random));
    }
    return chain;
  }

  @Test
  void shouldGoOnWhereAReleaseWithoutAJournalHasWritten() throws Exception {
    List<NewEvent> chain = chain(20);
    admit(received(chain.subList(0, 10)));
    ResumeToken before = log.feed().now();
    Map<byte[], byte[]> journal = rows(NodeTables.JOURNAL);
    admit(received(chain.subList(10, 20)));
    clear(NodeTables.JOURNAL);
    kept.write(
        batch -> journal.forEach((key, value) -> batch.put(NodeTables.JOURNAL, key, value)),
        Durability.SYNCED);
    crash();
    soundJournal();
    assertThat(log.feed().now()).isEqualTo(before.at(20));
    assertThat(delivered(20)).isEqualTo(cids(chain));
  }

  @Test
  void shouldCallTokensOfAFormerJournalGone() throws Exception {
    ResumeToken token = log.feed().beginning();
    JournalId lost = kept.read(JournalId::read).orElseThrow();
    kept.write(batch -> batch.delete(NodeTables.LOG_META, "journal".getBytes()), Durability.SYNCED);
    reopen();
    assertThatThrownBy(() -> log.feed().changes(token))
        .isInstanceOfSatisfying(
            FeedException.class,
            e -> assertThat(e.reason()).isEqualTo(FeedException.Reason.OTHER_NODE));
    log.follow(lost);
    reopen();
    assertThatThrownBy(() -> log.feed().changes(token))
        .isInstanceOfSatisfying(
            FeedException.class, e -> assertThat(e.reason()).isEqualTo(FeedException.Reason.GONE))
        .hasMessageContaining("Begin anew");
  }

  @Test
  void shouldSayWhatIsWrongWithADamagedJournal() throws Exception {
    List<NewEvent> chain = chain(3);
    for (Admission one : received(chain)) {
      admit(List.of(one));
    }
    Optional<JournalRun> first = kept.read(JournalTest::firstRun);
    kept.write(batch -> batch.delete(NodeTables.JOURNAL, JournalRun.key(2)), Durability.SYNCED);
    assertThat(damage()).containsExactly("The journal lacks position 2.");
    assertThatThrownBy(() -> delivered(3)).hasMessageContaining("lacks position 2");
    JournalRun twice = new JournalRun(2, 3, 0, first.orElseThrow().entries());
    kept.write(
        batch -> batch.put(NodeTables.JOURNAL, twice.key(), twice.bytes()), Durability.SYNCED);
    assertThat(damage())
        .containsExactly(
            "Position 2 of the journal: event 1 is delivered twice, or held as well",
            "The journal lacks event 2.");
    kept.write(
        batch -> batch.put(NodeTables.JOURNAL, JournalRun.key(2), new byte[] {1, 2}),
        Durability.SYNCED);
    assertThat(damage()).singleElement().asString().contains("from position 2 on");
    assertThatThrownBy(() -> delivered(3))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CORRUPT));
  }

  private static Optional<JournalRun> firstRun(org.kiln.api.store.Snapshot snapshot) {
    byte[] key = JournalRun.key(1);
    return Optional.of(JournalRun.read(key, snapshot.get(NodeTables.JOURNAL, key)));
  }

  private List<String> damage() {
    List<String> damaged = new ArrayList<>();
    new JournalCheck(kept, damaged::add).run(reached -> {});
    return damaged;
  }

  /** As a release without one would have left the store. */
  private void forgetJournal() {
    clear(NodeTables.JOURNAL);
    clear(NodeTables.HELD);
    kept.write(batch -> batch.delete(NodeTables.LOG_META, "journal".getBytes()), Durability.SYNCED);
  }

  private void clear(Table table) {
    Set<byte[]> keys = rows(table).keySet();
    kept.write(batch -> keys.forEach(key -> batch.delete(table, key)), Durability.SYNCED);
  }

  private Map<byte[], byte[]> rows(Table table) {
    return kept.read(
        snapshot -> {
          Map<byte[], byte[]> rows = new HashMap<>();
          try (Cursor cursor = snapshot.range(table, null, null, false)) {
            while (cursor.next()) {
              rows.put(cursor.key(), cursor.value());
            }
          }
          return rows;
        });
  }
}
