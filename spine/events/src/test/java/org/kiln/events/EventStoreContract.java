package org.kiln.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Block;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.Admission;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.NodeTables;
import org.kiln.core.log.RangeHash;
import org.kiln.core.log.StoredEvent;
import org.kiln.events.order.KeySum;
import org.kiln.events.write.WriterSettings;

/** What the event log does, whatever store it is on. */
abstract class EventStoreContract {
  static final byte[] MIN = {};
  static final byte[] MAX = {(byte) 0xff};
  private static final byte[] KEY = {1};

  @TempDir Path directory;

  private final Random random = new Random(42);
  private FaultyStore store;
  private EventStore log;

  abstract Store openStore(Path directory);

  @BeforeEach
  void open() {
    open(WriterSettings.defaults());
  }

  private void open(WriterSettings settings) {
    store = new FaultyStore(openStore(directory));
    log = EventStore.open(store, settings);
  }

  @AfterEach
  void close() {
    log.close();
  }

  EventStore log() {
    return log;
  }

  void reopen() {
    log.close();
    open();
  }

  private void reopen(WriterSettings settings) {
    log.close();
    open(settings);
  }

  @Test
  void shouldStartEmpty() {
    assertThat(log.lastSequence()).isZero();
    assertThat(log.size()).isZero();
    assertThat(log.rangeHash(MIN, MAX)).isEqualTo(RangeHash.EMPTY);
    assertThat(scanned(0)).isEmpty();
    assertThat(keys(MIN, MAX)).isEmpty();
  }

  @Test
  void shouldKeepAnEventWithItsBlocks() throws Exception {
    NewEvent event = TestEvents.init(random);
    assertThat(append(event)).containsExactly(1L);
    assertThat(log.event(event.cid())).contains(new StoredEvent(1, event));
    assertThat(log.contains(event.cid())).isTrue();
    for (Block block : event.blocks()) {
      assertThat(log.block(block.cid())).contains(block);
    }
  }

  @Test
  void shouldTellEventsFromTheirBlocks() throws Exception {
    NewEvent event = TestEvents.init(random);
    append(event);
    Block payload = event.blocks().get(1);
    assertThat(log.contains(payload.cid())).isFalse();
    assertThat(log.event(payload.cid())).isEmpty();
    Block unknown = TestEvents.block("unknown");
    assertThat(log.contains(unknown.cid())).isFalse();
    assertThat(log.event(unknown.cid())).isEmpty();
    assertThat(log.block(unknown.cid())).isEmpty();
  }

  @Test
  void shouldKeepEveryFieldOfAnEvent() throws Exception {
    NewEvent init = TestEvents.init(random);
    NewEvent tile = TestEvents.unordered(TestEvents.init(random));
    NewEvent unchecked = TestEvents.unauthenticated(TestEvents.data(init.stream(), random));
    NewEvent time =
        TestEvents.event(
            init.stream(), LogEntry.Kind.TIME, true, List.of(TestEvents.block("time")));
    append(init, tile, unchecked, time);
    assertThat(events(scanned(0))).containsExactly(init, tile, unchecked, time);
  }

  @Test
  void shouldNumberEventsWithoutGaps() throws Exception {
    assertThat(append(TestEvents.init(random), TestEvents.init(random))).containsExactly(1L, 2L);
    assertThat(append(TestEvents.init(random))).containsExactly(3L);
    assertThat(log.lastSequence()).isEqualTo(3);
    assertThat(log.size()).isEqualTo(3);
  }

  @Test
  void shouldKeepAnEventOnce() throws Exception {
    NewEvent one = TestEvents.init(random);
    NewEvent two = TestEvents.init(random);
    assertThat(append(one, two, one)).containsExactly(1L, 2L, 1L);
    assertThat(append(two, one)).containsExactly(2L, 1L);
    assertThat(log.size()).isEqualTo(2);
    assertThat(log.rangeHash(MIN, MAX)).isEqualTo(naive(List.of(one, two)));
  }

  @Test
  void shouldStoreABlockOnce() throws Exception {
    StreamId stream = TestEvents.init(random).stream();
    Block proof = TestEvents.block(org.kiln.api.ipld.Cid.DAG_CBOR, 100_000, random);
    NewEvent first = time(stream, "first", proof);
    append(first);
    List<NewEvent> others = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      others.add(time(stream, "other " + i, proof, proof));
    }
    log.append(others, Deadline.NONE);
    assertThat(log.block(proof.cid())).contains(proof);
    assertThat(log.event(others.get(9).cid()).orElseThrow().event().blocks())
        .containsExactly(others.get(9).blocks().get(0), proof);
    long bytes =
        store.<Long>read(
            snapshot -> {
              long sum = 0;
              try (var cursor = snapshot.range(NodeTables.EVENTS, null, null, false)) {
                while (cursor.next()) {
                  sum += cursor.value().length;
                }
              }
              return sum;
            });
    assertThat(bytes).isBetween(100_000L, 110_000L);
  }

  @Test
  void shouldTakeABlockOfAnotherEventAsAnEvent() throws Exception {
    NewEvent signed = TestEvents.init(random);
    append(signed);
    Block payload = signed.blocks().get(1);
    StreamId stream = StreamId.of(3, payload.cid());
    NewEvent unsigned = TestEvents.event(stream, LogEntry.Kind.INIT, true, List.of(payload));
    assertThat(append(unsigned)).containsExactly(2L);
    assertThat(log.event(payload.cid())).contains(new StoredEvent(2, unsigned));
    assertThat(log.event(signed.cid())).contains(new StoredEvent(1, signed));
    assertThat(log.block(payload.cid())).contains(payload);
    assertThat(scanned(stream, 0)).containsExactly(new StoredEvent(2, unsigned));
    assertThat(append(unsigned)).containsExactly(2L);
  }

  @Test
  void shouldLearnWhatAnEventLacked() throws Exception {
    NewEvent whole = TestEvents.init(random);
    NewEvent bare =
        new NewEvent(
            whole.stream(),
            whole.cid(),
            whole.kind(),
            Optional.empty(),
            false,
            whole.receivedAt(),
            whole.blocks().subList(0, 1));
    append(bare);
    assertThat(log.rangeHash(MIN, MAX)).isEqualTo(RangeHash.EMPTY);
    append(whole);
    assertThat(log.event(whole.cid())).contains(new StoredEvent(1, whole));
    assertThat(log.block(whole.blocks().get(1).cid())).contains(whole.blocks().get(1));
    assertThat(log.rangeHash(MIN, MAX)).isEqualTo(naive(List.of(whole)));
    append(bare);
    assertThat(log.event(whole.cid())).contains(new StoredEvent(1, whole));
    assertThat(log.size()).isEqualTo(1);
  }

  @Test
  void rejectsEventsThatAreNotWhole() {
    NewEvent good = TestEvents.init(random);
    NewEvent other = TestEvents.init(random);
    assertThatThrownBy(() -> append(good, withBlocks(other, List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(other.cid().toString());
    assertThatThrownBy(() -> append(good, withBlocks(other, good.blocks())))
        .isInstanceOf(IllegalArgumentException.class);
    Block huge = TestEvents.block(org.kiln.api.ipld.Cid.DAG_CBOR, 8 << 20, random);
    assertThatThrownBy(
            () -> append(good, withBlocks(other, List.of(other.blocks().getFirst(), huge))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8 MiB");
    NewEvent wrongId =
        new NewEvent(
            other.stream(),
            other.cid(),
            other.kind(),
            good.eventId(),
            true,
            other.receivedAt(),
            other.blocks());
    assertThatThrownBy(() -> append(good, wrongId)).isInstanceOf(IllegalArgumentException.class);
    assertThat(log.size()).isZero();
    assertThat(log.contains(good.cid())).isFalse();
  }

  @Test
  void shouldWalkAStreamInOrder() throws Exception {
    NewEvent init = TestEvents.init(random);
    NewEvent stranger = TestEvents.init(random);
    append(init, stranger);
    List<NewEvent> mine = new ArrayList<>(List.of(init));
    for (int i = 0; i < 300; i++) {
      NewEvent next = TestEvents.data(init.stream(), random);
      mine.add(next);
      if (i % 3 == 0) {
        append(next, TestEvents.data(stranger.stream(), random));
      } else {
        append(next);
      }
    }
    List<StoredEvent> found = scanned(init.stream(), 0);
    assertThat(events(found)).isEqualTo(mine);
    assertThat(found).isSortedAccordingTo((a, b) -> Long.compare(a.sequence(), b.sequence()));
    StoredEvent middle = found.get(140);
    assertThat(scanned(init.stream(), middle.sequence()))
        .isEqualTo(found.subList(141, found.size()));
    assertThat(scanned(init.stream(), log.lastSequence())).isEmpty();
    assertThat(scanned(TestEvents.init(random).stream(), 0)).isEmpty();
  }

  @Test
  void shouldFindAStreamByItsInitEventWhateverItsType() throws Exception {
    NewEvent init = TestEvents.init(random);
    append(init);
    StreamId asTile = StreamId.of(0, init.stream().init());
    assertThat(events(scanned(asTile, 0))).containsExactly(init);
  }

  @Test
  void shouldWalkAllEventsInOrder() throws Exception {
    List<NewEvent> all = new ArrayList<>();
    for (int batch = 0; batch < 6; batch++) {
      List<NewEvent> some = inits(1 + batch * 70);
      all.addAll(some);
      log.append(some, Deadline.NONE);
    }
    List<StoredEvent> found = scanned(0);
    assertThat(events(found)).isEqualTo(all);
    assertThat(found.getLast().sequence()).isEqualTo(log.lastSequence());
    for (long after : new long[] {1, 2, 71, 72, 255, 256, 257, all.size() - 1}) {
      assertThat(scanned(after)).isEqualTo(found.subList((int) after, found.size()));
    }
    assertThat(scanned(all.size())).isEmpty();
    assertThat(scanned(Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void shouldStopAWalkWhenToldTo() throws Exception {
    NewEvent init = TestEvents.init(random);
    append(init, TestEvents.data(init.stream(), random), TestEvents.data(init.stream(), random));
    List<Long> seen = new ArrayList<>();
    log.scan(
        0,
        event -> {
          seen.add(event.sequence());
          return event.sequence() < 2;
        });
    log.scanStream(
        init.stream(),
        0,
        event -> {
          seen.add(event.sequence());
          return false;
        });
    log.scanKeys(
        MIN,
        MAX,
        key -> {
          seen.add(0L);
          return false;
        });
    assertThat(seen).containsExactly(1L, 2L, 1L, 0L);
  }

  @Test
  void shouldLetASinkWrite() throws Exception {
    append(TestEvents.init(random));
    List<Long> seen = new ArrayList<>();
    log.scan(
        0,
        event -> {
          seen.add(event.sequence());
          return seen.size() == 3 || appended(TestEvents.init(random));
        });
    assertThat(seen).containsExactly(1L, 2L, 3L);
  }

  @Test
  void shouldWalkKeysInOrder() throws Exception {
    List<NewEvent> all = inits(1500);
    log.append(all, Deadline.NONE);
    append(TestEvents.unordered(TestEvents.init(random)));
    List<EventId> sorted = all.stream().map(e -> e.eventId().orElseThrow()).sorted().toList();
    assertThat(keys(MIN, MAX)).isEqualTo(sorted);
    byte[] from = sorted.get(100).bytes();
    byte[] to = sorted.get(1400).bytes();
    assertThat(keys(from, to)).isEqualTo(sorted.subList(100, 1400));
    byte[] prefix = Arrays.copyOf(from, 16);
    assertThat(keys(prefix, MAX))
        .isEqualTo(
            sorted.stream().filter(id -> Arrays.compareUnsigned(id.bytes(), prefix) >= 0).toList());
    assertThat(keys(to, from)).isEmpty();
    assertThat(keys(MIN, MIN)).isEmpty();
  }

  @Test
  void shouldHashAnyRange() throws Exception {
    List<NewEvent> all = inits(900);
    log.append(all, Deadline.NONE);
    TreeSet<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);
    all.forEach(event -> keys.add(event.eventId().orElseThrow().bytes()));
    List<byte[]> sorted = List.copyOf(keys);
    for (int i = 0; i < 100; i++) {
      byte[] one = sorted.get(random.nextInt(sorted.size()));
      byte[] two = Arrays.copyOf(sorted.get(random.nextInt(sorted.size())), random.nextInt(60));
      boolean ordered = Arrays.compareUnsigned(one, two) <= 0;
      byte[] from = ordered ? one : two;
      byte[] to = ordered ? two : one;
      KeySum sum = new KeySum();
      keys.subSet(from, to).forEach(sum::addKey);
      assertThat(log.rangeHash(from, to)).isEqualTo(sum.rangeHash());
    }
    assertThat(log.rangeHash(MAX, MIN)).isEqualTo(RangeHash.EMPTY);
    byte[] veryLong = Arrays.copyOf(sorted.get(450), 5000);
    assertThat(log.rangeHash(MIN, veryLong).count()).isEqualTo(451);
  }

  @Test
  void shouldWriteTogetherWhatWaitsTogether() throws Exception {
    long before = log.stats().batches();
    store.hold();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Long>>> running = new ArrayList<>();
      running.add(callers.submit(() -> append(TestEvents.init(random()))));
      await(() -> store.held() == 1);
      for (int i = 0; i < 50; i++) {
        running.add(callers.submit(() -> append(TestEvents.init(random()))));
      }
      running.add(
          callers.submit(
              () -> {
                log.write(
                    batch -> batch.put(NodeTables.PINS, KEY, KEY),
                    Durability.SYNCED,
                    Deadline.NONE);
                return List.of();
              }));
      await(() -> log.stats().queued() == 51);
      store.release();
      for (Future<List<Long>> one : running) {
        one.get(60, TimeUnit.SECONDS);
      }
    }
    assertThat(log.size()).isEqualTo(51);
    assertThat(log.stats().batches() - before).isEqualTo(2);
    assertThat(log.stats().batchedEvents()).isEqualTo(51);
    assertThat(log.<byte[]>read(snapshot -> snapshot.get(NodeTables.PINS, KEY))).isEqualTo(KEY);
  }

  @Test
  void shouldWriteFurtherTablesWithTheEvents() throws Exception {
    NewEvent event = TestEvents.init(random);
    log.admit(
        List.of(Admission.of(event)), batch -> batch.put(NodeTables.PINS, KEY, MAX), Deadline.NONE);
    assertThat(log.<byte[]>read(snapshot -> snapshot.get(NodeTables.PINS, KEY))).isEqualTo(MAX);
  }

  @Test
  void shouldPutOutAWriteThatFailsAndKeepTheOthers() throws Exception {
    putsOut(new IllegalStateException("no"));
  }

  @Test
  void shouldPutOutAWriteThatMeetsDamageAndKeepTheOthers() throws Exception {
    putsOut(new StoreException(StoreException.Kind.CORRUPT, "A page is damaged", null));
    assertThat(log.damage().met()).isEqualTo(1);
  }

  private void putsOut(RuntimeException failure) throws Exception {
    NewEvent lost = TestEvents.init(random);
    NewEvent kept = TestEvents.init(random);
    store.hold();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<Long>> first = callers.submit(() -> append(TestEvents.init(random())));
      await(() -> store.held() == 1);
      Future<List<Long>> failing =
          callers.submit(
              () ->
                  log.admit(
                      List.of(Admission.of(lost)),
                      batch -> {
                        throw failure;
                      },
                      Deadline.NONE));
      await(() -> log.stats().queued() == 1);
      Future<List<Long>> good = callers.submit(() -> append(kept));
      await(() -> log.stats().queued() == 2);
      store.release();
      assertThat(first.get(60, TimeUnit.SECONDS)).containsExactly(1L);
      assertThat(good.get(60, TimeUnit.SECONDS)).containsExactly(2L);
      assertThatThrownBy(() -> failing.get(60, TimeUnit.SECONDS)).hasCause(failure);
    }
    assertThat(log.contains(lost.cid())).isFalse();
    assertThat(log.block(lost.cid())).isEmpty();
    assertThat(log.size()).isEqualTo(2);
  }

  @Test
  void rejectsMoreThanTheQueueHolds() throws Exception {
    reopen(new WriterSettings(3, 1 << 20, 10, 1 << 20, true));
    NewEvent refused = TestEvents.init(random);
    store.hold();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Long>>> running = new ArrayList<>();
      running.add(callers.submit(() -> append(TestEvents.init(random()))));
      await(() -> store.held() == 1);
      running.add(callers.submit(() -> log.append(inits(3), Deadline.NONE)));
      await(() -> log.stats().queued() == 3);
      assertThatThrownBy(() -> log.append(List.of(refused), Deadline.in(Duration.ofMillis(30))))
          .isInstanceOf(LogBusyException.class)
          .hasMessageContaining("3 events");
      Future<List<Long>> patient = callers.submit(() -> append(TestEvents.init(random())));
      store.release();
      running.add(patient);
      for (Future<List<Long>> one : running) {
        one.get(60, TimeUnit.SECONDS);
      }
    }
    assertThat(log.size()).isEqualTo(5);
    assertThat(log.contains(refused.cid())).isFalse();
  }

  @Test
  void shouldTakeBackAWriteThatWaitsTooLong() throws Exception {
    NewEvent late = TestEvents.init(random);
    store.hold();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<Long>> first = callers.submit(() -> append(TestEvents.init(random())));
      await(() -> store.held() == 1);
      assertThatThrownBy(() -> log.append(List.of(late), Deadline.in(Duration.ofMillis(30))))
          .isInstanceOf(LogBusyException.class);
      store.release();
      first.get(60, TimeUnit.SECONDS);
    }
    assertThat(append(TestEvents.init(random))).containsExactly(2L);
    assertThat(log.contains(late.cid())).isFalse();
  }

  @Test
  void shouldLetOneBigWriteThroughASmallQueue() throws Exception {
    reopen(new WriterSettings(2, 1000, 2, 1000, true));
    assertThat(log.append(inits(20), Deadline.NONE)).hasSize(20);
    assertThat(log.size()).isEqualTo(20);
  }

  @Test
  void shouldSurviveAFullDisk() throws Exception {
    List<NewEvent> before = inits(10);
    log.append(before, Deadline.NONE);
    List<NewEvent> lost = inits(5);
    store.full(true);
    assertThatThrownBy(() -> log.append(lost, Deadline.NONE))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.FULL));
    assertThat(log.size()).isEqualTo(10);
    assertThat(log.contains(lost.getFirst().cid())).isFalse();
    assertThat(events(scanned(0))).isEqualTo(before);
    store.full(false);
    assertThat(log.append(lost, Deadline.NONE)).containsExactly(11L, 12L, 13L, 14L, 15L);
    List<NewEvent> all = new ArrayList<>(before);
    all.addAll(lost);
    assertThat(events(scanned(0))).isEqualTo(all);
    assertThat(log.rangeHash(MIN, MAX)).isEqualTo(naive(all));
  }

  @Test
  void shouldKeepAnInterruptForTheCaller() throws Exception {
    NewEvent event = TestEvents.init(random);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> interrupted =
          callers.submit(
              () -> {
                Thread.currentThread().interrupt();
                append(event);
                return Thread.interrupted();
              });
      assertThat(interrupted.get(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(log.contains(event.cid())).isTrue();
  }

  @Test
  void shouldWriteWhatWaitsBeforeItCloses() throws Exception {
    store.hold();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<Long>> first = callers.submit(() -> append(TestEvents.init(random())));
      await(() -> store.held() == 1);
      Future<List<Long>> second = callers.submit(() -> append(TestEvents.init(random())));
      await(() -> log.stats().queued() == 1);
      Future<?> closing = callers.submit(() -> log.close());
      store.release();
      assertThat(first.get(60, TimeUnit.SECONDS)).containsExactly(1L);
      assertThat(second.get(60, TimeUnit.SECONDS)).containsExactly(2L);
      closing.get(60, TimeUnit.SECONDS);
    }
    assertThatThrownBy(() -> append(TestEvents.init(random)))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CLOSED));
    assertThatThrownBy(() -> log.contains(TestEvents.block("a").cid()))
        .isInstanceOf(StoreException.class);
  }

  @Test
  void shouldServeManyCallersAtOnce() throws Exception {
    int callersCount = 32;
    int each = 20;
    List<List<NewEvent>> work = new ArrayList<>();
    for (int i = 0; i < callersCount; i++) {
      work.add(inits(each));
    }
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (List<NewEvent> mine : work) {
        tasks.add(
            () -> {
              for (NewEvent event : mine) {
                long sequence = append(event).getFirst();
                assertThat(log.event(event.cid())).contains(new StoredEvent(sequence, event));
              }
              return null;
            });
      }
      for (Future<Void> task : callers.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
        task.get();
      }
    }
    assertThat(log.size()).isEqualTo((long) callersCount * each);
    List<NewEvent> all = work.stream().flatMap(List::stream).toList();
    assertThat(log.rangeHash(MIN, MAX)).isEqualTo(naive(all));
    assertThat(events(scanned(0))).containsExactlyInAnyOrderElementsOf(all);
  }

  private Random random() {
    synchronized (random) {
      return new Random(random.nextLong());
    }
  }

  List<NewEvent> inits(int count) {
    Random own = random();
    List<NewEvent> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      events.add(TestEvents.init(own));
    }
    return events;
  }

  private static NewEvent time(StreamId stream, String name, Block... proof) {
    List<Block> blocks = new ArrayList<>(List.of(TestEvents.block(name)));
    blocks.addAll(List.of(proof));
    return TestEvents.event(stream, LogEntry.Kind.TIME, true, blocks);
  }

  private static NewEvent withBlocks(NewEvent event, List<Block> blocks) {
    return new NewEvent(
        event.stream(),
        event.cid(),
        event.kind(),
        event.eventId(),
        event.authenticated(),
        event.receivedAt(),
        blocks);
  }

  static RangeHash naive(List<NewEvent> events) {
    KeySum sum = new KeySum();
    events.forEach(event -> event.eventId().ifPresent(id -> sum.addKey(id.bytes())));
    return sum.rangeHash();
  }

  private List<Long> append(NewEvent... events) throws LogBusyException {
    return log.append(List.of(events), Deadline.NONE);
  }

  private boolean appended(NewEvent event) {
    try {
      append(event);
      return true;
    } catch (LogBusyException e) {
      throw new AssertionError(e);
    }
  }

  List<StoredEvent> scanned(long after) {
    List<StoredEvent> found = new ArrayList<>();
    log.scan(after, found::add);
    return found;
  }

  private List<StoredEvent> scanned(StreamId stream, long after) {
    List<StoredEvent> found = new ArrayList<>();
    log.scanStream(stream, after, found::add);
    return found;
  }

  private List<EventId> keys(byte[] from, byte[] to) {
    List<EventId> found = new ArrayList<>();
    log.scanKeys(from, to, found::add);
    return found;
  }

  static List<NewEvent> events(List<StoredEvent> stored) {
    return stored.stream().map(StoredEvent::event).toList();
  }

  private static void await(BooleanSupplier condition)
      throws InterruptedException, ExecutionException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waiting").isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
