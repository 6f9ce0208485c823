package org.kiln.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreSpec;
import org.kiln.api.store.Table;

/**
 * What every {@link StoreBackend} must do. Subclass it, and name the backend; needs JUnit 5 and
 * AssertJ.
 */
public abstract class StoreContract {
  private static final Table TABLE = new Table("table");
  private static final Table OTHER = new Table("other-table");
  private static final int DAMAGED_ENTRIES = 2_000;
  private static final int MAX_KEY_BYTES = 512;
  private static final int MAX_VALUE_BYTES = 8 << 20;

  /** The directory of the store; empty when the test starts. */
  @TempDir protected Path directory;

  private Store store;

  /** The backend to check. */
  protected abstract StoreBackend backend();

  /** Whether what is written is there when the store is opened again. */
  protected boolean persistent() {
    return true;
  }

  /** The backend's settings for the tests. */
  protected Map<String, String> settings() {
    return Map.of();
  }

  @BeforeEach
  final void openStore() {
    store = open();
  }

  @AfterEach
  final void closeStore() {
    store.close();
  }

  private Store open() {
    return open(0);
  }

  private Store open(long syncedTo) {
    return backend()
        .open(StoreSpec.of(directory, Set.of(TABLE, OTHER), settings()).withSyncedTo(syncedTo));
  }

  private void assumePersistent() {
    assumeTrue(persistent(), "This store keeps nothing when it is closed");
  }

  @Test
  void shouldHaveAnIdThatIsUsedInConfigurations() {
    assertThat(backend().id()).matches("[a-z][a-z0-9-]*");
  }

  @Test
  void shouldStartEmpty() {
    assertThat(get(TABLE, "a")).isNull();
    assertThat(keys(TABLE, null, null, false)).isEmpty();
    assertThat(keys(TABLE, null, null, true)).isEmpty();
  }

  @Test
  void shouldGiveBackWhatWasPut() {
    put(TABLE, "a", "1");
    assertThat(get(TABLE, "a")).isEqualTo("1");
    assertThat(get(TABLE, "b")).isNull();
  }

  @Test
  void shouldReplaceAValue() {
    put(TABLE, "a", "1");
    put(TABLE, "a", "2");
    assertThat(get(TABLE, "a")).isEqualTo("2");
    assertThat(keys(TABLE, null, null, false)).containsExactly("a");
  }

  @Test
  void shouldRemoveAKeyAndBearItsAbsence() {
    put(TABLE, "a", "1");
    store.write(
        batch -> {
          batch.delete(TABLE, text("a"));
          batch.delete(TABLE, text("never there"));
        },
        Durability.SYNCED);
    assertThat(get(TABLE, "a")).isNull();
    assertThat(keys(TABLE, null, null, false)).isEmpty();
  }

  @Test
  void shouldKeepTablesApart() {
    put(TABLE, "a", "1");
    put(OTHER, "a", "2");
    put(OTHER, "b", "3");
    assertThat(get(TABLE, "a")).isEqualTo("1");
    assertThat(get(OTHER, "a")).isEqualTo("2");
    assertThat(keys(TABLE, null, null, false)).containsExactly("a");
  }

  @Test
  void rejectsATableThatWasNotNamed() {
    Table unknown = new Table("unknown");
    assertThatThrownBy(() -> store.read(snapshot -> snapshot.get(unknown, text("a"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown");
    assertThatThrownBy(
            () ->
                store.write(batch -> batch.put(unknown, text("a"), text("1")), Durability.BUFFERED))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldKeepAnEmptyValue() {
    put(TABLE, "a", "");
    assertThat(get(TABLE, "a")).isEmpty();
    assertThat(keys(TABLE, null, null, false)).containsExactly("a");
  }

  @Test
  void shouldKeepTheShortestAndTheLongestKey() {
    byte[] zero = {0};
    byte[] longest = bytes(MAX_KEY_BYTES, 1);
    store.write(
        batch -> {
          batch.put(TABLE, zero, text("shortest"));
          batch.put(TABLE, longest, text("longest"));
        },
        Durability.SYNCED);
    assertThat(value(TABLE, zero)).isEqualTo(text("shortest"));
    assertThat(value(TABLE, longest)).isEqualTo(text("longest"));
  }

  @Test
  void rejectsKeysAndValuesBeyondTheBounds() {
    assertThatThrownBy(
            () ->
                store.write(batch -> batch.put(TABLE, new byte[0], text("1")), Durability.BUFFERED))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                store.write(
                    batch -> batch.put(TABLE, new byte[MAX_KEY_BYTES + 1], text("1")),
                    Durability.BUFFERED))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                store.write(
                    batch -> batch.put(TABLE, text("a"), new byte[MAX_VALUE_BYTES + 1]),
                    Durability.BUFFERED))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(keys(TABLE, null, null, false)).isEmpty();
  }

  @Test
  void shouldKeepTheBiggestValue() {
    byte[] biggest = bytes(MAX_VALUE_BYTES, 2);
    store.write(
        batch -> {
          batch.put(TABLE, text("a"), biggest);
          batch.put(TABLE, text("b"), biggest);
        },
        Durability.SYNCED);
    assertThat(Arrays.equals(value(TABLE, text("a")), biggest)).isTrue();
    assertThat(Arrays.equals(value(TABLE, text("b")), biggest)).isTrue();
  }

  @Test
  void shouldOrderKeysByUnsignedBytes() {
    byte[][] ordered = {
      {0},
      {0, 0},
      {0, 1},
      {1},
      {0x7f},
      {0x7f, (byte) 0xff},
      {(byte) 0x80},
      {(byte) 0x80, 0},
      {(byte) 0xff},
      {(byte) 0xff, 0},
      {(byte) 0xff, (byte) 0xff}
    };
    List<byte[]> shuffled = new ArrayList<>(List.of(ordered));
    java.util.Collections.shuffle(shuffled, new Random(3));
    store.write(batch -> shuffled.forEach(key -> batch.put(TABLE, key, key)), Durability.SYNCED);
    assertThat(rawKeys(null, null, false)).containsExactly(ordered);
    List<byte[]> reversed = new ArrayList<>(List.of(ordered));
    java.util.Collections.reverse(reversed);
    assertThat(rawKeys(null, null, true)).containsExactly(reversed.toArray(new byte[0][]));
  }

  @Test
  void shouldWalkARangeInBothDirections() {
    for (String key : List.of("a", "b", "c", "d", "e")) {
      put(TABLE, key, key);
    }
    assertThat(keys(TABLE, "b", "d", false)).containsExactly("b", "c");
    assertThat(keys(TABLE, "b", "d", true)).containsExactly("c", "b");
    assertThat(keys(TABLE, "b", null, false)).containsExactly("b", "c", "d", "e");
    assertThat(keys(TABLE, "b", null, true)).containsExactly("e", "d", "c", "b");
    assertThat(keys(TABLE, null, "d", false)).containsExactly("a", "b", "c");
    assertThat(keys(TABLE, null, "d", true)).containsExactly("c", "b", "a");
  }

  @Test
  void shouldTakeBoundsThatAreNoKeys() {
    for (String key : List.of("b", "bb", "d")) {
      put(TABLE, key, key);
    }
    assertThat(keys(TABLE, "a", "c", false)).containsExactly("b", "bb");
    assertThat(keys(TABLE, "a", "c", true)).containsExactly("bb", "b");
    assertThat(keys(TABLE, "ba", "e", false)).containsExactly("bb", "d");
    assertThat(keys(TABLE, "ba", "e", true)).containsExactly("d", "bb");
    assertThat(keys(TABLE, "e", "f", false)).isEmpty();
    assertThat(keys(TABLE, "e", "f", true)).isEmpty();
    assertThat(keys(TABLE, "0", "a", true)).isEmpty();
    assertThat(keys(TABLE, "c", "c", false)).isEmpty();
    assertThat(keys(TABLE, "b", "b", true)).isEmpty();
    assertThat(keys(TABLE, "d", "b", false)).isEmpty();
    assertThat(keys(TABLE, "d", "b", true)).isEmpty();
    assertThat(keys(TABLE, "", "c", false)).containsExactly("b", "bb");
  }

  @Test
  void shouldEndACursorForGood() {
    put(TABLE, "a", "1");
    store.read(
        snapshot -> {
          try (Cursor cursor = snapshot.range(TABLE, null, null, false)) {
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.key()).isEqualTo(text("a"));
            assertThat(cursor.value()).isEqualTo(text("1"));
            assertThat(cursor.next()).isFalse();
            assertThat(cursor.next()).isFalse();
          }
          return null;
        });
  }

  @Test
  void shouldLetABatchSeeItsOwnChanges() {
    put(TABLE, "a", "1");
    put(TABLE, "b", "1");
    store.write(
        batch -> {
          batch.put(TABLE, text("a"), text("2"));
          batch.put(TABLE, text("c"), text("2"));
          batch.delete(TABLE, text("b"));
          assertThat(batch.get(TABLE, text("a"))).isEqualTo(text("2"));
          assertThat(batch.get(TABLE, text("b"))).isNull();
          assertThat(keys(batch, TABLE, null, null, false)).containsExactly("a", "c");
          assertThat(keys(batch, TABLE, null, null, true)).containsExactly("c", "a");
          assertThat(keys(batch, TABLE, "b", null, false)).containsExactly("c");
        },
        Durability.SYNCED);
  }

  @Test
  void shouldKeepNothingOfABatchThatFails() {
    put(TABLE, "a", "1");
    IllegalStateException failure = new IllegalStateException("changed my mind");
    assertThatThrownBy(
            () ->
                store.write(
                    batch -> {
                      batch.put(TABLE, text("a"), text("2"));
                      batch.put(OTHER, text("b"), text("2"));
                      throw failure;
                    },
                    Durability.SYNCED))
        .isSameAs(failure);
    assertThat(get(TABLE, "a")).isEqualTo("1");
    assertThat(get(OTHER, "b")).isNull();
    put(TABLE, "a", "3");
    assertThat(get(TABLE, "a")).isEqualTo("3");
  }

  @Test
  void shouldShowASnapshotOneMoment() {
    put(TABLE, "a", "1");
    store.read(
        snapshot -> {
          assertThat(snapshot.get(TABLE, text("a"))).isEqualTo(text("1"));
          onAnotherThread(
              () -> {
                put(TABLE, "a", "2");
                put(TABLE, "b", "2");
              });
          assertThat(snapshot.get(TABLE, text("a"))).isEqualTo(text("1"));
          assertThat(keys(snapshot, TABLE, null, null, false)).containsExactly("a");
          return null;
        });
    assertThat(keys(TABLE, null, null, false)).containsExactly("a", "b");
  }

  @Test
  void shouldReadInsideARead() {
    put(TABLE, "a", "1");
    String nested = store.read(outer -> get(TABLE, "a"));
    assertThat(nested).isEqualTo("1");
  }

  @Test
  void shouldShowReadersWholeBatchesOnly() throws Exception {
    int rounds = 200;
    AtomicBoolean done = new AtomicBoolean();
    CountDownLatch started = new CountDownLatch(2);
    try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
      List<Future<Long>> seen = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        seen.add(
            readers.submit(
                () -> {
                  long last = 0;
                  started.countDown();
                  while (!done.get()) {
                    long now = store.read(StoreContract::commonValue);
                    assertThat(now).isGreaterThanOrEqualTo(last);
                    last = now;
                  }
                  return last;
                }));
      }
      assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
      for (long round = 1; round <= rounds; round++) {
        byte[] value = number(round);
        store.write(
            batch -> {
              for (int key = 0; key < 10; key++) {
                batch.put(key % 2 == 0 ? TABLE : OTHER, number(key), value);
              }
            },
            Durability.BUFFERED);
      }
      done.set(true);
      for (Future<Long> reader : seen) {
        assertThat(reader.get(60, TimeUnit.SECONDS)).isBetween(0L, (long) rounds);
      }
    }
    assertThat(store.<Long>read(StoreContract::commonValue)).isEqualTo(rounds);
  }

  /** The value all ten keys have; 0 when none is there. */
  private static long commonValue(Snapshot snapshot) {
    byte[] first = snapshot.get(TABLE, number(0));
    for (int key = 1; key < 10; key++) {
      assertThat(snapshot.get(key % 2 == 0 ? TABLE : OTHER, number(key))).isEqualTo(first);
    }
    return first == null ? 0 : ByteBuffer.wrap(first).getLong();
  }

  @Test
  void shouldLetTwoThreadsWriteOneAfterTheOther() throws Exception {
    try (ExecutorService writers = Executors.newFixedThreadPool(4)) {
      List<Future<?>> running = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        running.add(
            writers.submit(
                () -> {
                  for (int i = 0; i < 50; i++) {
                    store.write(StoreContract::increment, Durability.BUFFERED);
                  }
                }));
      }
      for (Future<?> one : running) {
        one.get(60, TimeUnit.SECONDS);
      }
    }
    assertThat(ByteBuffer.wrap(value(TABLE, text("counter"))).getLong()).isEqualTo(200);
  }

  private static void increment(org.kiln.api.store.Batch batch) {
    byte[] now = batch.get(TABLE, text("counter"));
    long next = now == null ? 1 : ByteBuffer.wrap(now).getLong() + 1;
    batch.put(TABLE, text("counter"), number(next));
  }

  @Test
  void shouldBearAWriterThatIsInterrupted() throws Exception {
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  Thread.currentThread().interrupt();
                  put(TABLE, "a", "1");
                });
    assertThat(writer.join(java.time.Duration.ofSeconds(60))).isTrue();
    put(TABLE, "b", "2");
    assertThat(keys(TABLE, null, null, false)).contains("b");
    reopen();
    if (persistent()) {
      assertThat(keys(TABLE, null, null, false)).contains("b");
    }
  }

  @Test
  void shouldFindEverythingWhenOpenedAgain() {
    assumePersistent();
    put(TABLE, "a", "1");
    put(OTHER, "b", "2");
    store.write(batch -> batch.put(TABLE, text("c"), text("3")), Durability.BUFFERED);
    reopen();
    assertThat(keys(TABLE, null, null, false)).containsExactly("a", "c");
    assertThat(get(OTHER, "b")).isEqualTo("2");
    put(TABLE, "d", "4");
    reopen();
    assertThat(keys(TABLE, null, null, false)).containsExactly("a", "c", "d");
  }

  /** What a crash leaves behind is what the files hold while the store is open. */
  @Test
  void shouldFindWhatWasSyncedAfterACrash(@TempDir Path crashed) throws IOException {
    assumePersistent();
    for (int i = 0; i < 20; i++) {
      put(TABLE, "key-" + i, "value-" + i);
    }
    copyFiles(directory, crashed);
    put(TABLE, "later", "1");
    try (Store after = backend().open(StoreSpec.of(crashed, Set.of(TABLE, OTHER), settings()))) {
      for (int i = 0; i < 20; i++) {
        byte[] key = text("key-" + i);
        byte[] value = after.read(snapshot -> snapshot.get(TABLE, key));
        assertThat(value).isEqualTo(text("value-" + i));
      }
    }
  }

  @Test
  void shouldEndWhereItSaysAfterEachSyncedWrite() {
    long before = store.syncedTo();
    for (int i = 0; i < 20; i++) {
      put(TABLE, "key-" + i, "value-" + i);
      assertThat(store.syncedTo()).isGreaterThanOrEqualTo(before);
      before = store.syncedTo();
    }
    if (persistent()) {
      store.close();
      store = open(before);
      assertThat(get(TABLE, "key-19")).isEqualTo("value-19");
    }
  }

  /** Of a store that says how far it goes. */
  @Test
  void rejectsAStoreThatHasLostItsEnd(@TempDir Path older) throws IOException {
    assumePersistent();
    put(TABLE, "a", "1");
    copyFiles(directory, older);
    for (int i = 0; i < 20; i++) {
      put(TABLE, "key-" + i, "value-" + i);
    }
    long syncedTo = store.syncedTo();
    assumeTrue(syncedTo > 0, "This store does not say how far it is on the disk");
    for (Path place : List.of(older, older.resolve("nothing"))) {
      StoreSpec spec = StoreSpec.of(place, Set.of(TABLE, OTHER), settings()).withSyncedTo(syncedTo);
      assertThatThrownBy(() -> backend().open(spec))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CORRUPT));
    }
    StoreSpec unknown = StoreSpec.of(older, Set.of(TABLE, OTHER), settings());
    try (Store opened = backend().open(unknown)) {
      byte[] first = opened.read(snapshot -> snapshot.get(TABLE, text("a")));
      assertThat(first).isEqualTo(text("1"));
    }
  }

  /**
   * Wherever a bit flips: a store is refused, a read fails, or what is read is what was written.
   */
  @Test
  void shouldNeverReadDamagedBytesAsSomethingElse(@TempDir Path place) throws IOException {
    assumePersistent();
    for (int i = 0; i < DAMAGED_ENTRIES; i++) {
      byte[] key = text("key-" + i);
      byte[] value = bytes(200, i);
      store.write(batch -> batch.put(TABLE, key, value), Durability.BUFFERED);
    }
    put(TABLE, "last", "1");
    reopen();
    long syncedTo = Math.max(store.syncedTo(), 0);
    store.close();
    Random random = new Random(7);
    for (int round = 0; round < 20; round++) {
      Path damaged = place.resolve("round-" + round);
      copyFiles(directory, damaged);
      flipABit(damaged, random);
      StoreSpec spec =
          StoreSpec.of(damaged, Set.of(TABLE, OTHER), settings()).withSyncedTo(syncedTo);
      try (Store opened = backend().open(spec)) {
        for (int i = 0; i < DAMAGED_ENTRIES; i++) {
          assertRightOrRefused(opened, i);
        }
      } catch (StoreException e) {
        assertThat(e.kind()).as(e.getMessage()).isEqualTo(StoreException.Kind.CORRUPT);
      }
    }
  }

  private static void assertRightOrRefused(Store opened, int number) {
    byte[] value;
    try {
      value = opened.read(snapshot -> snapshot.get(TABLE, text("key-" + number)));
    } catch (StoreException e) {
      assertThat(e.kind()).as(e.getMessage()).isEqualTo(StoreException.Kind.CORRUPT);
      return;
    }
    assertThat(value).isEqualTo(bytes(200, number));
  }

  /** In the biggest file: that is where the data is. */
  private static void flipABit(Path damaged, Random random) throws IOException {
    List<Path> files;
    try (var found = Files.walk(damaged)) {
      files = found.filter(Files::isRegularFile).toList();
    }
    Path biggest = files.getFirst();
    for (Path file : files) {
      biggest = Files.size(file) > Files.size(biggest) ? file : biggest;
    }
    byte[] content = Files.readAllBytes(biggest);
    content[random.nextInt(content.length)] ^= (byte) (1 << random.nextInt(8));
    biggest.toFile().setWritable(true);
    Files.write(biggest, content);
  }

  @Test
  void shouldOpenTablesThatWereNotThereBefore() {
    assumePersistent();
    put(TABLE, "a", "1");
    store.close();
    Table added = new Table("added");
    store = backend().open(StoreSpec.of(directory, Set.of(TABLE, OTHER, added), settings()));
    put(added, "b", "2");
    assertThat(get(TABLE, "a")).isEqualTo("1");
    assertThat(get(added, "b")).isEqualTo("2");
  }

  @Test
  void shouldAnswerWithClosedAfterClosing() {
    store.close();
    store.close();
    assertThatThrownBy(() -> store.read(snapshot -> snapshot.get(TABLE, text("a"))))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CLOSED));
    assertThatThrownBy(
            () -> store.write(batch -> batch.put(TABLE, text("a"), text("1")), Durability.SYNCED))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CLOSED));
    assertThatThrownBy(store::stats)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CLOSED));
  }

  @Test
  void shouldTellWhatItCosts() {
    put(TABLE, "a", "1");
    put(TABLE, "b", "1");
    put(OTHER, "a", "1");
    assertThat(store.stats().entries()).isIn(-1L, 3L);
    assertThat(store.stats().diskBytes()).isGreaterThanOrEqualTo(0);
    assertThat(store.stats().diskBytes() > 0).isEqualTo(persistent());
  }

  @Test
  void shouldAgreeWithASortedMap() {
    Random random = new Random(5);
    NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
    for (int round = 0; round < 40; round++) {
      NavigableMap<byte[], byte[]> next = new TreeMap<>(model);
      long seed = random.nextLong();
      store.write(
          batch -> {
            next.clear();
            next.putAll(model);
            change(batch, next, new Random(seed));
          },
          Durability.BUFFERED);
      model.clear();
      model.putAll(next);
      compare(model, random);
      if (persistent() && round % 10 == 9) {
        reopen();
        compare(model, random);
      }
    }
  }

  private static void change(
      org.kiln.api.store.Batch batch, NavigableMap<byte[], byte[]> model, Random random) {
    for (int i = 0; i < 50; i++) {
      byte[] key = randomKey(random);
      if (random.nextInt(3) == 0) {
        batch.delete(TABLE, key);
        model.remove(key);
      } else {
        byte[] value = bytes(random.nextInt(300), random.nextLong());
        batch.put(TABLE, key, value);
        model.put(key, value);
      }
      byte[] other = randomKey(random);
      assertThat(batch.get(TABLE, other)).isEqualTo(model.get(other));
    }
  }

  private void compare(NavigableMap<byte[], byte[]> model, Random random) {
    assertThat(rawKeys(null, null, false)).containsExactly(model.keySet().toArray(new byte[0][]));
    for (int i = 0; i < 20; i++) {
      byte[] one = randomKey(random);
      byte[] two = randomKey(random);
      boolean ordered = Arrays.compareUnsigned(one, two) <= 0;
      byte[] from = ordered ? one : two;
      byte[] to = ordered ? two : one;
      NavigableMap<byte[], byte[]> range = model.subMap(from, true, to, false);
      assertThat(rawKeys(from, to, false)).containsExactly(range.keySet().toArray(new byte[0][]));
      assertThat(rawKeys(from, to, true))
          .containsExactly(range.descendingKeySet().toArray(new byte[0][]));
      assertThat(value(TABLE, one)).isEqualTo(model.get(one));
    }
  }

  /** Few distinct bytes, so that keys meet and are each other's beginnings. */
  private static byte[] randomKey(Random random) {
    byte[] key = new byte[1 + random.nextInt(4)];
    byte[] letters = {0, 1, 'a', 'b', (byte) 0x80, (byte) 0xff};
    for (int i = 0; i < key.length; i++) {
      key[i] = letters[random.nextInt(letters.length)];
    }
    return key;
  }

  private void reopen() {
    store.close();
    store = open();
  }

  private static void onAnotherThread(Runnable work) {
    try (ExecutorService one = Executors.newSingleThreadExecutor()) {
      one.submit(work).get(60, TimeUnit.SECONDS);
    } catch (InterruptedException
        | java.util.concurrent.ExecutionException
        | java.util.concurrent.TimeoutException e) {
      throw new AssertionError("A write beside a read did not come back", e);
    }
  }

  private static void copyFiles(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }

  private void put(Table table, String key, String value) {
    store.write(batch -> batch.put(table, text(key), text(value)), Durability.SYNCED);
  }

  private String get(Table table, String key) {
    byte[] value = value(table, text(key));
    return value == null ? null : new String(value, java.nio.charset.StandardCharsets.UTF_8);
  }

  private byte[] value(Table table, byte[] key) {
    return store.<byte[]>read(snapshot -> snapshot.get(table, key));
  }

  private List<String> keys(Table table, String from, String to, boolean reverse) {
    return store.<List<String>>read(snapshot -> keys(snapshot, table, from, to, reverse));
  }

  private static List<String> keys(
      Snapshot snapshot, Table table, String from, String to, boolean reverse) {
    List<String> keys = new ArrayList<>();
    byte[] start = from == null ? null : text(from);
    byte[] end = to == null ? null : text(to);
    try (Cursor cursor = snapshot.range(table, start, end, reverse)) {
      while (cursor.next()) {
        keys.add(new String(cursor.key(), java.nio.charset.StandardCharsets.UTF_8));
      }
    }
    return keys;
  }

  private List<byte[]> rawKeys(byte[] from, byte[] to, boolean reverse) {
    return store.<List<byte[]>>read(
        snapshot -> {
          List<byte[]> keys = new ArrayList<>();
          try (Cursor cursor = snapshot.range(TABLE, from, to, reverse)) {
            while (cursor.next()) {
              keys.add(cursor.key());
            }
          }
          return keys;
        });
  }

  private static byte[] text(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  private static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
