package org.kiln.streams.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamType;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.log.NodeTables;
import org.kiln.events.EventStore;
import org.kiln.store.memory.MemoryStore;
import org.kiln.streams.Notes;
import org.kiln.streams.Scene;

/** What waits for something outside the node is tried again by itself. */
class WaitingTest {
  private static final Dependency CHAIN = Dependency.chain("eip155:1");

  private static final FixedExtensions EXTENSIONS =
      FixedExtensions.builder()
          .add(StreamType.class, Integer.toString(Notes.CODE), new Notes(1))
          .build();

  private final EventStore store = EventStore.open(new MemoryStore(NodeTables.ALL));
  private final LaterByHand later = new LaterByHand();
  private final List<StreamId> tried = new ArrayList<>();
  private final List<Dependency> sought = new ArrayList<>();
  private final Waiting waiting =
      new Waiting(
          this::derive,
          sought::add,
          EXTENSIONS,
          new Unfinished(store, new LaterByHand(), 10),
          later);
  private boolean reachable;

  /** Whether what is tried takes too long again. */
  private boolean goOnAgain;

  @AfterEach
  void close() {
    waiting.close();
    store.close();
  }

  private void derive(StreamId stream) {
    tried.add(stream);
    if (goOnAgain) {
      waiting.goOn(stream);
      return;
    }
    if (!reachable) {
      waiting.add(CHAIN, stream);
    }
  }

  private static StreamId stream(String name) {
    return Scene.id(Scene.init(name));
  }

  @Test
  void shouldTryAgainUntilTheChainCanBeReached() {
    StreamId stream = stream("a");
    waiting.add(CHAIN, stream);
    for (int i = 0; i < 5; i++) {
      later.turn();
    }
    assertThat(tried).hasSize(5).containsOnly(stream);

    reachable = true;
    later.turn();
    assertThat(tried).hasSize(6);
    assertThat(waiting.size()).isZero();
    assertThat(later.pauses()).as("there is nothing to try").isEmpty();
  }

  @Test
  void shouldWaitLongerEachTimeUpToTenMinutes() {
    waiting.add(CHAIN, stream("a"));
    List<Duration> pauses = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      pauses.addAll(later.pauses());
      later.turn();
    }
    assertThat(pauses)
        .extracting(Duration::toSeconds)
        .containsExactly(15L, 30L, 60L, 120L, 240L, 480L, 600L, 600L);
  }

  @Test
  void shouldLetOneStreamAskForAll() {
    Set<StreamId> streams = Set.of(stream("a"), stream("b"), stream("c"));
    streams.forEach(stream -> waiting.add(CHAIN, stream));
    assertThat(later.pauses()).hasSize(1);

    later.turn();
    assertThat(tried).hasSize(1).first().isIn(streams);
    assertThat(waiting.size()).isEqualTo(3);

    reachable = true;
    tried.clear();
    later.turn();
    assertThat(tried).containsExactlyInAnyOrderElementsOf(streams);
    assertThat(waiting.size()).isZero();
  }

  @Test
  void shouldNotTryByTheClockWhatTellsWhenItComes() {
    waiting.add(Dependency.streamType(78), stream("a"));
    assertThat(later.pauses()).isEmpty();
  }

  @Test
  void shouldTryAgainWhatIsInstalledAndFailed() {
    reachable = true;
    waiting.add(Dependency.streamType(Notes.CODE), stream("a"));
    later.turn();
    assertThat(tried).containsExactly(stream("a"));
  }

  @Test
  void shouldKnowHowManyWaitAndTakeNoMoreThanItCanHold() {
    reachable = true;
    for (int i = 0; i < Waiting.MAX_STREAMS; i++) {
      waiting.add(Dependency.didMethod("test" + i % 10), other(i));
      waiting.add(Dependency.didMethod("test" + i % 10), other(i));
    }
    assertThat(waiting.size()).isEqualTo(Waiting.MAX_STREAMS);
    waiting.add(Dependency.didMethod("more"), stream("a"));
    assertThat(waiting.size()).isEqualTo(Waiting.MAX_STREAMS);

    waiting.arrived(other(1));
    waiting.add(Dependency.stream(stream("b")), stream("a"));
    assertThat(waiting.size()).isEqualTo(Waiting.MAX_STREAMS);
  }

  private static StreamId other(int number) {
    return StreamId.of(
        Notes.CODE,
        Cid.ofDigest(Cid.DAG_CBOR, Cid.SHA2_256, ByteBuffer.allocate(32).putInt(number).array()));
  }

  @Test
  void shouldLookOutsideForAStreamUntilItComes() {
    Dependency missing = Dependency.stream(stream("b"));
    reachable = true;
    waiting.add(missing, stream("a"));
    assertThat(later.pauses()).containsExactly(Waiting.FIRST_TRY);
    assertThat(sought).isEmpty();
    later.turn();
    assertThat(sought).containsExactly(missing);

    waiting.add(missing, stream("a"));
    tried.clear();
    waiting.arrived(stream("b"));
    assertThat(tried).as("the caller may hold a lock").isEmpty();
    later.turn();
    assertThat(tried).containsExactly(stream("a"));
    later.turn();
    assertThat(sought).as("it is here").hasSize(1);
  }

  @Test
  void shouldGoOnWithAStreamOnceAtATime() {
    StreamId stream = stream("a");
    goOnAgain = true;
    waiting.goOn(stream);
    waiting.goOn(stream);
    later.turn();
    assertThat(tried).containsExactly(stream);
    assertThat(later.pauses()).as("who tried it and failed asks for the next try").isEmpty();

    goOnAgain = false;
    waiting.goOn(stream);
    later.turn();
    assertThat(tried).containsExactly(stream, stream);
  }

  @Test
  void shouldRunWhatIsPutOffAndNothingOnceClosed() throws InterruptedException {
    LaterOnThreads thread = new LaterOnThreads("waiting-test");
    CountDownLatch ran = new CountDownLatch(1);
    thread.run(
        Duration.ZERO,
        () -> {
          throw new IllegalStateException("a task that fails does not stop the others");
        });
    thread.run(Duration.ofDays(1), () -> tried.add(stream("never")));
    thread.run(Duration.ofMillis(1), ran::countDown);
    assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
    thread.close();
    thread.run(Duration.ZERO, () -> tried.add(stream("closed")));
    assertThat(tried).isEmpty();
  }
}
