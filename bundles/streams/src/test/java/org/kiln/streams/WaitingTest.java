package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.stream.StreamId;
import org.kiln.core.extension.FixedExtensions;

/** What waits for something outside the node is tried again by itself. */
class WaitingTest {
  private static final Duration SOON = Duration.ofMillis(5);
  private static final Duration NEVER = Duration.ofDays(1);
  private static final String CHAIN = "chain:eip155:1";

  private final BlockingQueue<StreamId> tried = new LinkedBlockingQueue<>();
  private volatile boolean reachable;
  private Waiting waiting;

  private void open(Duration firstTry) {
    waiting =
        new Waiting(
            this::derive, FixedExtensions.builder().build(), firstTry, Duration.ofMillis(40));
  }

  private void derive(StreamId stream) {
    tried.add(stream);
    if (!reachable) {
      waiting.add(CHAIN, stream);
    }
  }

  @AfterEach
  void close() {
    waiting.close();
  }

  private static StreamId stream(String name) {
    return Scene.id(Scene.init(name));
  }

  @Test
  void shouldTryAgainUntilTheChainCanBeReached() throws Exception {
    open(SOON);
    StreamId stream = stream("a");
    waiting.add(CHAIN, stream);
    for (int i = 0; i < 5; i++) {
      assertThat(tried.poll(20, TimeUnit.SECONDS)).isEqualTo(stream);
    }
    reachable = true;
    while (waiting.size() > 0) {
      tried.poll(10, TimeUnit.MILLISECONDS);
    }
    tried.clear();
    assertThat(tried.poll(200, TimeUnit.MILLISECONDS)).as("there is nothing to try").isNull();
  }

  @Test
  void shouldLetOneStreamAskForAll() throws Exception {
    open(SOON);
    Set<StreamId> streams = Set.of(stream("a"), stream("b"), stream("c"));
    streams.forEach(stream -> waiting.add(CHAIN, stream));
    assertThat(tried.poll(20, TimeUnit.SECONDS)).isIn(streams);
    reachable = true;
    while (waiting.size() > 0) {
      tried.poll(10, TimeUnit.MILLISECONDS);
    }
    assertThat(waiting.size()).isZero();
  }

  @Test
  void shouldNotTryByTheClockWhatTellsWhenItComes() throws Exception {
    open(SOON);
    waiting.add("stream-type:77", stream("a"));
    waiting.add("stream:" + stream("b"), stream("a"));
    assertThat(tried.poll(200, TimeUnit.MILLISECONDS)).isNull();
    waiting.arrived(stream("b"));
    reachable = true;
    assertThat(tried.poll(20, TimeUnit.SECONDS)).isEqualTo(stream("a"));
  }

  @Test
  void shouldEndWhileSomethingWaits() {
    open(NEVER);
    waiting.add(CHAIN, stream("a"));
    assertThat(waiting.size()).isEqualTo(1);
  }
}
