package org.kiln.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;
import org.kiln.core.lending.OptionalService;
import org.kiln.feed.ReaderState.Kind;
import org.kiln.feed.Readers.Standing;
import org.kiln.testkit.FakeFeed;
import org.kiln.testkit.SampleStream;

class ReadersTest {
  private static final String PLUGIN = "com.example";
  private static final Duration LITTLE = Duration.ofMillis(1);
  private static final Patience PATIENCE =
      new Patience(LITTLE, LITTLE, LITTLE, LITTLE, Duration.ofMillis(20), Duration.ofMillis(100));
  private static final Shelf.Before NOTHING = () -> {};

  private final FakeFeed feed = new FakeFeed();
  private final OptionalService<Feed> feeds = new OptionalService<>();
  private final Readers readers = new Readers(feeds, PATIENCE, InstantSource.system());
  private final Shelf shelf = new Shelf();
  private final AtomicInteger ids = new AtomicInteger();
  private final CountDownLatch end = new CountDownLatch(1);

  ReadersTest() {
    feeds.bind(feed);
  }

  @AfterEach
  void close() {
    end.countDown();
    readers.close();
  }

  private void append(int changes) {
    append(feed, changes);
  }

  private static void append(FakeFeed to, int changes) {
    for (int i = 0; i < changes; i++) {
      Cid cid = SampleStream.cid("change " + i + " after " + to.now());
      to.change(StreamId.of(0, cid), cid, StreamChange.Kind.CREATED, Origin.CLIENT);
    }
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  private ChangeReader add(Object name, int ranking, ChangeReader reader) {
    return add(name, ranking, reader, new AtomicBoolean(true));
  }

  private ChangeReader add(Object name, int ranking, ChangeReader reader, AtomicBoolean quiet) {
    readers.add(
        reader,
        name,
        new Candidate(
            PLUGIN, ranking, ids.incrementAndGet(), Taker.of(reader), () -> {}, quiet::get));
    return reader;
  }

  private void awaitTaken(Shelf by, long last) {
    Await.until(last + " changes are taken", () -> by.count() >= last);
    assertThat(by.taken()).isEqualTo(upTo(last));
  }

  private ReaderState state(String name) {
    return readers.standings().stream()
        .map(Standing::state)
        .filter(state -> state.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void awaitState(String name, Kind kind) {
    Await.until(name + " is " + kind, () -> state(name).kind() == kind);
  }

  @Test
  void shouldTakeFromTheBeginningAndThenWhatComes() {
    append(2_500);
    add("index", 0, shelf.reader("1", NOTHING));
    awaitTaken(shelf, 2_500);
    append(3);
    awaitTaken(shelf, 2_503);

    Await.until("it stands at the end", () -> state("index").position().equals(shelf.position()));
    Standing standing = readers.standings().get(0);
    assertThat(standing.behind()).hasValue(0);
    assertThat(standing.behindMillis()).hasValue(0);
    assertThat(standing.state().plugin()).isEqualTo(PLUGIN);
    assertThat(standing.state().feed()).isEqualTo("changes");
    assertThat(standing.state().taken()).isEqualTo(2_503);
    assertThat(standing.state().failures()).isZero();
  }

  @Test
  void shouldCallOneThatThrowsAgainFromItsPlace() {
    AtomicInteger calls = new AtomicInteger();
    AtomicBoolean broken = new AtomicBoolean();
    add(
        "index",
        0,
        shelf.reader(
            "1",
            () -> {
              if (broken.get()) {
                if (calls.incrementAndGet() % 2 == 0) {
                  throw new StackOverflowError("deep");
                }
                throw new IllegalStateException("broken\nin two lines");
              }
            }));
    append(5);
    awaitTaken(shelf, 5);
    broken.set(true);
    append(5);
    Await.until("it was called a few times", () -> calls.get() > 4);
    awaitState("index", Kind.FAILING);
    assertThat(state("index").reason())
        .matches("IllegalStateException: broken|StackOverflowError: deep");
    assertThat(shelf.taken()).isEqualTo(upTo(5));

    broken.set(false);
    awaitTaken(shelf, 10);
    awaitState("index", Kind.WAITING);
    assertThat(state("index").reason()).isEmpty();
    assertThat(state("index").failures()).isGreaterThan(4);
  }

  @Test
  void shouldHoldUpNobodyWhenOneHangs() {
    Shelf other = new Shelf();
    add("hanging", 0, shelf.reader("1", end::await));
    add("other", 0, other.reader("1", NOTHING));
    append(10);
    awaitTaken(other, 10);
    awaitState("hanging", Kind.HANGING);
    readers.watch();
    assertThat(state("hanging").reason()).isEqualTo("take has not come back");
    append(10);
    awaitTaken(other, 20);
    assertThat(shelf.taken()).isEmpty();

    end.countDown();
    awaitTaken(shelf, 20);
  }

  @Test
  void shouldHandOverToTheHigherRankingWhenTheCallIsOver() {
    CountDownLatch called = new CountDownLatch(1);
    append(1);
    add(
        "index",
        0,
        shelf.reader(
            "old",
            () -> {
              called.countDown();
              end.await();
            }));
    Await.until("the old one is called", () -> called.getCount() == 0);
    add("index", 1, shelf.reader("new", NOTHING));
    add("index", -1, shelf.reader("worse", NOTHING));
    append(1);
    assertThat(shelf.by()).isEmpty();

    end.countDown();
    awaitTaken(shelf, 2);
    append(5);
    awaitTaken(shelf, 7);
    assertThat(shelf.by()).containsExactly("old", "new");
    assertThat(shelf.crowded()).isFalse();
  }

  @Test
  void shouldGoBackToTheOtherWhenTheBestGoes() {
    add("index", 0, shelf.reader("old", NOTHING));
    ChangeReader better = add("index", 1, shelf.reader("new", NOTHING));
    append(1);
    awaitTaken(shelf, 1);
    readers.remove(better);
    append(1);
    awaitTaken(shelf, 2);
    assertThat(shelf.by()).endsWith("old");
  }

  @Test
  void shouldMissNothingAndDoubleNothingOverManyVersions() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!over.get()) {
                    if (feed.now().position() - shelf.count() < 500) {
                      append(1);
                    }
                    Thread.yield();
                  }
                });
    List<ChangeReader> versions = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      versions.add(
          add(
              "index",
              ThreadLocalRandom.current().nextInt(3),
              shelf.reader(
                  "v" + i,
                  () -> {
                    if (ThreadLocalRandom.current().nextInt(4) == 0) {
                      throw new IllegalStateException("now and then");
                    }
                  })));
      if (versions.size() > 2) {
        readers.remove(versions.remove(ThreadLocalRandom.current().nextInt(versions.size())));
      }
      int seen = shelf.count();
      Await.until("it goes on", () -> shelf.count() > seen);
    }
    over.set(true);
    writer.join();
    awaitTaken(shelf, feed.now().position());
    assertThat(shelf.crowded()).isFalse();
    assertThat(shelf.by()).hasSizeGreaterThan(20);
  }

  @Test
  void shouldCallNoneOfThatNameWhileAnAbandonedCallRuns() {
    AtomicBoolean quiet = new AtomicBoolean();
    ChangeReader old = add("index", 0, shelf.reader("old", NOTHING), quiet);
    append(1);
    awaitTaken(shelf, 1);
    readers.remove(old);
    add("index", 0, shelf.reader("new", NOTHING));
    append(1);
    Await.until("it says so", () -> state("index").reason().contains("does not come back"));
    assertThat(shelf.by()).containsExactly("old");

    quiet.set(true);
    awaitTaken(shelf, 2);
    assertThat(shelf.by()).containsExactly("old", "new");
  }

  @Test
  void shouldEndTheCallUnderWayOfOneThatGoes() {
    AtomicBoolean inside = new AtomicBoolean();
    CountDownLatch goes = new CountDownLatch(1);
    ChangeReader reader =
        shelf.reader(
            "1",
            () -> {
              inside.set(true);
              goes.await();
              inside.set(false);
            });
    // The call ends when it is told to, so it is waited for as long as a slow machine needs.
    Patience patience =
        new Patience(LITTLE, LITTLE, LITTLE, LITTLE, Duration.ofMinutes(1), Duration.ofMinutes(1));
    try (Readers patient = new Readers(feeds, patience, InstantSource.system())) {
      patient.add(
          reader,
          "index",
          new Candidate(PLUGIN, 0, 1, Taker.of(reader), goes::countDown, () -> true));
      append(1);
      Await.until("it is called", inside::get);
      append(1);
      patient.remove(reader);
      assertThat(inside).isFalse();
      assertThat(patient.standings()).isEmpty();
      assertThat(shelf.taken()).isEqualTo(upTo(1));
    }
  }

  @Test
  void shouldLetOneGoThatDoesNotEnd() {
    ChangeReader reader = add("index", 0, shelf.reader("1", end::await));
    append(1);
    awaitState("index", Kind.HANGING);
    readers.remove(reader);
    assertThat(readers.standings()).isEmpty();
  }

  @Test
  void shouldGoOnWithAnotherFeed() {
    add("index", 0, shelf.reader("1", NOTHING));
    append(2);
    awaitTaken(shelf, 2);
    feed.end();
    feeds.unbind(feed);
    Await.until("it says so", () -> !state("index").reason().isEmpty());
    assertThat(state("index").kind()).isEqualTo(Kind.WAITING);

    FakeFeed next = feed.reopened();
    feeds.bind(next);
    append(next, 2);
    awaitTaken(shelf, 4);
    Await.until("all is well", () -> state("index").reason().isEmpty());
    assertThat(state("index").failures()).isZero();
  }

  @Test
  void shouldBeginAnewWhereTheJournalWasLost() {
    shelf.forgetful();
    add("index", 0, shelf.reader("1", NOTHING));
    append(5);
    awaitTaken(shelf, 5);
    feed.beginAnew();
    append(2);
    Await.until("it has begun anew", () -> shelf.taken().equals(upTo(2)));
    Await.until("all is well", () -> state("index").kind() == Kind.WAITING);
    assertThat(state("index").failures()).isZero();
  }

  @Test
  void shouldShowThatAReaderCannotGoOn() {
    add("index", 0, shelf.reader("1", NOTHING));
    append(5);
    awaitTaken(shelf, 5);
    feed.beginAnew();
    append(2);
    awaitState("index", Kind.FAILING);
    assertThat(state("index").reason()).contains("lost journal");
    assertThat(shelf.taken()).isEqualTo(upTo(5));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "Index", "a b", "x\"y", "index\n", "é"})
  void rejectsABadName(String name) {
    ChangeReader reader = add(name, 0, shelf.reader("1", NOTHING));
    append(1);
    assertThat(readers.standings()).isEmpty();
    assertThat(readers.refusals())
        .singleElement()
        .satisfies(
            refusal -> {
              assertThat(refusal.plugin()).isEqualTo(PLUGIN);
              assertThat(refusal.reason()).contains("kiln.feed.reader", "1 to 64");
            });
    readers.remove(reader);
    assertThat(readers.refusals()).isEmpty();
  }

  @Test
  void rejectsMoreReadersThanAreCalled() {
    for (int i = 0; i < 128; i++) {
      add("reader" + i, 0, shelf.reader("1", NOTHING));
    }
    add("one-more", 0, shelf.reader("1", NOTHING));
    assertThat(readers.standings()).hasSize(128);
    assertThat(readers.refusals()).singleElement();
    add("reader0", 1, shelf.reader("2", NOTHING));
    assertThat(readers.refusals()).hasSize(1);
  }
}
