package org.kiln.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kiln.anchor.AnchorServiceTest.await;
import static org.kiln.anchor.AnchorServiceTest.in;
import static org.kiln.anchor.AnchorServiceTest.service;
import static org.kiln.anchor.AnchorServiceTest.settings;
import static org.kiln.anchor.AnchorServiceTest.stream;
import static org.kiln.anchor.AnchorServiceTest.tip;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.core.anchor.AnchorControl.Wish;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeTables;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.store.memory.MemoryStore;

/** Time events whose streams cannot be judged when they are made. */
class HeldEventsTest {
  private final MemoryStore disk = new MemoryStore(NodeTables.ALL);
  private final FakeChain chain = new FakeChain();
  private final FakeStreams streams = new FakeStreams();

  @Test
  void shouldHoldATimeEventOverARestartAndNotItsBatch() throws LogBusyException {
    streams.refuse(stream(1), Reason.UNAVAILABLE);
    try (AnchorService service = open()) {
      request(service, 1);
      request(service, 2);
      service.anchorNow();
      await(() -> service.overview().batchesDone() == 1);
      assertThat(streams.stamped()).isEqualTo(1);
      // Others go on meanwhile.
      request(service, 3);
      service.anchorNow();
      await(() -> service.overview().batchesDone() == 2);
      assertThat(streams.stamped()).isEqualTo(2);
    }
    try (AnchorService service = open()) {
      assertThat(service.overview().held()).isEqualTo(1);
      assertThat(service.status(stream(1), tip(1, 0))).isEqualTo(AnchorStatus.PROCESSING);
      assertThat(service.wishes(10))
          .singleElement()
          .satisfies(
              wish -> {
                assertThat(wish.stream()).isEqualTo(stream(1));
                assertThat(wish.tip()).isEqualTo(tip(1, 0));
                assertThat(wish.own()).isTrue();
                assertThat(wish.held()).isTrue();
                assertThat(wish.failure()).contains("refused: UNAVAILABLE");
              });
      // The same wish once more is the same.
      service.request(stream(1), tip(1, 0), in());
      assertThat(service.overview().waiting()).isZero();
      streams.refuse(stream(1), null);
      await(() -> service.overview().held() == 0);
      assertThat(streams.timeEvents(tip(1, 0))).hasSize(1);
      assertThat(service.status(stream(1), tip(1, 0))).isEqualTo(AnchorStatus.NOT_REQUESTED);
    }
    assertThat(chain.roots()).as("nothing is sent twice").hasSize(2);
  }

  @Test
  void shouldDropOneWhoseStreamHasGoneOn() throws LogBusyException {
    streams.refuse(stream(1), Reason.UNAVAILABLE);
    try (AnchorService service = open()) {
      request(service, 1);
      service.anchorNow();
      await(() -> service.overview().held() == 1);
      // It is still refused, so that a handover begun before cannot succeed after.
      streams.tip(stream(1), tip(1, 1));
      await(() -> service.overview().held() == 0);
    }
    assertThat(streams.stamped()).isZero();
    assertThat(streams.asked()).containsExactly(stream(1));
  }

  @Test
  void shouldKeepTheRequestOfOneThatIsRefused() throws LogBusyException {
    streams.refuse(stream(1), Reason.INVALID);
    streams.refuse(stream(2), Reason.UNAVAILABLE);
    try (AnchorService service = open()) {
      request(service, 1);
      request(service, 2);
      service.anchorNow();
      await(() -> service.overview().failed() == 1);
      // Held at first, and then refused as well.
      streams.refuse(stream(2), Reason.INVALID);
      await(() -> service.overview().failed() == 2);
      assertThat(service.overview().held()).isZero();
      assertThat(service.status(stream(1), tip(1, 0))).isEqualTo(AnchorStatus.FAILED);
      assertThat(service.wishes(10)).extracting(Wish::failure).allMatch(why -> why.isPresent());
      streams.refuse(stream(1), null);
      streams.refuse(stream(2), null);
      assertThat(service.anchorNow()).isEqualTo(2);
      await(() -> streams.stamped() == 2);
      await(() -> service.overview().failed() == 0);
    }
  }

  /** Killed before or just after each write, while the streams cannot be judged. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldLoseNoneWhenKilledAtAnyWrite(boolean lastOneLands) throws LogBusyException {
    boolean survived = false;
    for (int writes = 0; !survived; writes++) {
      MemoryStore store = new MemoryStore(NodeTables.ALL);
      FakeChain theChain = new FakeChain();
      FakeStreams theStreams = new FakeStreams();
      theStreams.refuse(Reason.UNAVAILABLE);
      FragileStore fragile = new FragileStore(store, writes, lastOneLands);
      Set<Integer> acknowledged = new HashSet<>();
      AnchorSettings settings = settings(false, 0, 100);
      try (AnchorService first = service(fragile, theChain, theStreams, settings)) {
        for (int i = 0; i < 3; i++) {
          theStreams.tip(stream(i), tip(i, 0));
          try {
            first.request(stream(i), tip(i, 0), in());
            acknowledged.add(i);
          } catch (StoreException e) {
            break;
          }
        }
        first.anchorNow();
        await(() -> fragile.dead() || first.overview().held() == 3);
        theStreams.refuse(null);
        await(() -> fragile.dead() || first.overview().held() == 0);
      }
      survived = !fragile.dead();
      try (AnchorService second =
          service(FragileStore.solid(store), theChain, theStreams, settings)) {
        await(
            () -> {
              second.anchorNow();
              return acknowledged.stream()
                  .allMatch(i -> theStreams.timeEvents(tip(i, 0)).size() == 1);
            });
        await(() -> second.overview().held() == 0 && second.overview().batch().isEmpty());
      }
      assertThat(theChain.roots()).as("writes " + writes).hasSizeLessThanOrEqualTo(1);
    }
  }

  private AnchorService open() {
    return service(FragileStore.solid(disk), chain, streams, settings(false, 0, 100));
  }

  private void request(AnchorService service, int stream) throws LogBusyException {
    streams.tip(stream(stream), tip(stream, 0));
    service.request(stream(stream), tip(stream, 0), in());
  }
}
