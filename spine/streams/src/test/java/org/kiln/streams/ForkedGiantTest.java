package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.NodeTables;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.streams.derive.StraightHistories;
import org.kiln.streams.derive.TreeRoom;

/**
 * A stream with more events in branches than one request can see the end of, in little memory: what
 * was done is done once, whoever did it and whatever ended it. Counted in events, not in time.
 */
class ForkedGiantTest {
  private static final int TRUNK = 3_000;
  private static final int BRANCHES = 150;
  private static final int BRANCH = 5;
  private static final int ALL = 1 + TRUNK + BRANCHES * BRANCH;

  /** A quarter of a mebibyte of events and states may be held: a small part of the stream. */
  private static final long CACHE_BYTES = 2 << 20;

  private static final long ROOM_BYTES = 64 << 20;

  /** Of the tree with all events, and less than one more stretch of events for each reader. */
  private static final long ROOM_OF_ONE_BYTES = 3 << 20;

  private static final int BOUND_SECONDS = 60;

  private final Impatient type = new Impatient();
  private final Scene scene = new Scene(type);
  private final Scene.Story story = new Scene.Story();
  private final Streams streams = open(TreeRoom.of(ROOM_BYTES));
  private List<DecodedEvent> trunk = List.of();

  private Streams open(TreeRoom room) {
    return scene.open(type, CACHE_BYTES, room);
  }

  @AfterEach
  void close() {
    scene.disk.heal();
    streams.close();
    scene.close();
  }

  @Test
  void shouldApplyEachEventOnceWhenTheBranchesComeLast() throws Exception {
    List<DecodedEvent> events = trunk();
    for (int i = 0; i < BRANCHES; i++) {
      events.addAll(branch(i));
    }
    scene.keep(story.stream, events);
    demandOnce(Scene.load(streams, story.stream));
  }

  @Test
  void shouldApplyEachEventOnceWhenTheBranchesGrowSideBySide() throws Exception {
    List<DecodedEvent> events = trunk();
    List<List<DecodedEvent>> branches = new ArrayList<>();
    for (int i = 0; i < BRANCHES; i++) {
      branches.add(branch(i));
    }
    for (int depth = 0; depth < BRANCH; depth++) {
      for (List<DecodedEvent> branch : branches) {
        events.add(branch.get(depth));
      }
    }
    scene.keep(story.stream, events);
    demandOnce(Scene.load(streams, story.stream));
  }

  private void demandOnce(StreamState state) {
    assertThat(state.log()).hasSize(TRUNK + 1);
    assertThat(type.asked())
        .as("the trunk was walked as a straight stream first, to its end")
        .isLessThan(TRUNK + ALL + ALL / 20);
  }

  @Test
  void shouldGoOnFromWhereTheDiskFailed() throws Exception {
    keepForked();
    type.before(
        number -> {
          if (number == ALL / 2) {
            scene.disk.fails(
                StoreException.Kind.IO, (table, key, write) -> table.equals(NodeTables.EVENTS));
          }
        });
    int once = asked(() -> Scene.load(streams, story.stream));
    assertThat(once).as("it failed in the middle").isBetween(ALL / 2, ALL - 1);
    scene.disk.heal();
    assertThat(Scene.load(streams, story.stream).log()).hasSize(TRUNK + 1);
    assertThat(type.asked()).as("nothing is done twice").isLessThan(ALL + ALL / 10);
  }

  /** How many events were applied by something that fails. */
  private int asked(ThrowingCallable failing) {
    assertThat(catchThrowableOfType(Exception.class, failing)).isNotNull();
    return type.asked();
  }

  @Test
  void shouldGoOnWithTheTreeOfWhoHadTheTurnBefore() throws Exception {
    keepForked();
    CountDownLatch half = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    type.before(
        number -> {
          if (number == ALL / 2) {
            half.countDown();
            await(goOn);
          }
        });
    CompletableFuture<StreamException> first =
        CompletableFuture.supplyAsync(
            () ->
                catchThrowableOfType(
                    StreamException.class, () -> Scene.load(streams, story.stream)),
            Thread::startVirtualThread);
    await(half);
    CompletableFuture<StreamState> second = new CompletableFuture<>();
    Thread waiting =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    second.complete(Scene.load(streams, story.stream));
                  } catch (StreamException e) {
                    second.completeExceptionally(e);
                  }
                });
    awaitWaiting(waiting);
    int asked = type.asked();
    type.patience(asked + 1);
    goOn.countDown();
    assertThat(first.get(BOUND_SECONDS, TimeUnit.SECONDS).reason()).isEqualTo(Reason.BUSY);
    type.patience(Integer.MAX_VALUE);
    // It may have found the time over as well: then the next goes on.
    StreamState state =
        second
            .exceptionallyCompose(
                busy -> CompletableFuture.supplyAsync(() -> loaded(), Thread::startVirtualThread))
            .get(BOUND_SECONDS, TimeUnit.SECONDS);
    assertThat(state.log()).hasSize(TRUNK + 1);
    assertThat(type.asked()).as("nothing is done twice").isLessThan(ALL + ALL / 10);
  }

  @Test
  void shouldTakeTheRoomOfOneHoweverManyWaitForIt() throws Exception {
    keepForked();
    int readers = 8;
    CyclicBarrier start = new CyclicBarrier(readers);
    try (Streams tight = open(TreeRoom.of(ROOM_OF_ONE_BYTES));
        ExecutorService pool = Executors.newFixedThreadPool(readers)) {
      List<Future<StreamState>> states = new ArrayList<>();
      for (int i = 0; i < readers; i++) {
        states.add(
            pool.submit(
                () -> {
                  start.await();
                  return Scene.load(tight, story.stream);
                }));
      }
      for (Future<StreamState> state : states) {
        assertThat(state.get(BOUND_SECONDS, TimeUnit.SECONDS).log()).hasSize(TRUNK + 1);
      }
    }
    assertThat(type.asked()).as("one applied them for all").isLessThan(ALL + ALL / 10);
  }

  private StreamState loaded() {
    try {
      return Scene.load(streams, story.stream);
    } catch (StreamException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldMakeAnotherTreeWhereTheOneThatWasLeftIsOfNoUse() throws Exception {
    List<DecodedEvent> events = keepForked();
    type.patience(ALL / 2);
    asked(() -> Scene.load(streams, story.stream));
    type.patience(Integer.MAX_VALUE);
    // What was applied is to be judged by its time, which this type reads.
    DecodedEvent time = Scene.time(story.stream, events.get(100).event().cid(), 500);
    scene.keep(story.stream, List.of(time));
    StreamState state = Scene.load(streams, story.stream);
    assertThat(state.tip()).as("what is anchored wins").isEqualTo(time.event().cid());
    assertThat(type.times()).isGreaterThan(0);
  }

  @Test
  void shouldNotDeriveItAgainForOneEventMore() throws Exception {
    List<DecodedEvent> events = keepForked();
    Scene.load(streams, story.stream);
    int asked = type.asked();
    Cid tip = events.get(TRUNK).event().cid();
    DecodedEvent next = Scene.note(story.stream, tip, "next");
    streams.apply(story.stream, next, Scene.WRITE);
    assertThat(Scene.load(streams, story.stream).tip()).isEqualTo(next.event().cid());
    assertThat(type.asked() - asked).isLessThan(10);
  }

  @Test
  void rejectsWhatHasNoRoomByNameAndFromThenOnWithoutReadingIt() throws Exception {
    keepForked();
    try (Streams small = open(TreeRoom.of(1 << 20))) {
      StreamException refusal =
          catchThrowableOfType(StreamException.class, () -> Scene.load(small, story.stream));
      assertThat(refusal.reason()).isEqualTo(Reason.BUSY);
      assertThat(refusal).hasMessageContainingAll(story.stream.toString(), "MiB", "KILN_JAVA_OPTS");
      long read = scene.log.read();
      StreamException again =
          catchThrowableOfType(StreamException.class, () -> Scene.load(small, story.stream));
      assertThat(again).hasMessage(refusal.getMessage());
      assertThat(scene.log.read() - read).isLessThan(2L * StraightHistories.STRETCH);

      DecodedEvent other = Scene.init("beside");
      small.create(Notes.CODE, other, Scene.WRITE);
      assertThat(Scene.load(small, Scene.id(other)).log()).hasSize(1);
    }
  }

  private static void awaitWaiting(Thread thread) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      assertThat(System.nanoTime()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A stream that forks early, so that it is never walked as a straight one; its trunk first. */
  private List<DecodedEvent> keepForked() throws Exception {
    List<DecodedEvent> trunk = trunk();
    List<DecodedEvent> events = new ArrayList<>(trunk.subList(0, 50));
    for (int i = 0; i < BRANCHES; i++) {
      events.addAll(branch(i, trunk.get(Math.min(i, 40))));
    }
    events.addAll(trunk.subList(50, trunk.size()));
    scene.keep(story.stream, events);
    return trunk;
  }

  private List<DecodedEvent> trunk() {
    List<DecodedEvent> events = new ArrayList<>(List.of(story.init));
    for (int i = 1; i <= TRUNK; i++) {
      events.add(Scene.note(story.stream, events.getLast().event().cid(), "n" + i));
    }
    trunk = events;
    return new ArrayList<>(events);
  }

  private List<DecodedEvent> branch(int number) {
    return branch(number, trunk.get((number + 1) * (TRUNK / BRANCHES) - 10));
  }

  private List<DecodedEvent> branch(int number, DecodedEvent from) {
    List<DecodedEvent> events = new ArrayList<>();
    Cid last = from.event().cid();
    for (int i = 0; i < BRANCH; i++) {
      events.add(Scene.note(story.stream, last, "b" + number + "/" + i));
      last = events.getLast().event().cid();
    }
    return events;
  }
}
