package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.StreamException;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.streams.derive.StraightHistories;

/** Streams of which one request cannot see the end. Counted in events, not in time. */
class LongStreamTest {
  private static final int EVENTS = 10_000;

  private final Impatient type = new Impatient();
  private final Scene scene = new Scene(type);
  private final Scene.Story story = new Scene.Story();

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void shouldGoOnWithAStraightStreamWhereItWasCutShort() throws Exception {
    scene.keep(story.stream, straight());
    demandGoingOn(EVENTS + 1, EVENTS);
  }

  @Test
  void shouldGoOnWithAForkedStreamWhereItWasCutShort() throws Exception {
    List<DecodedEvent> events = straight();
    events.add(Scene.note(story.stream, events.get(EVENTS / 2).event().cid(), "fork"));
    scene.keep(story.stream, events);
    // That it forks is only found out at the end.
    demandGoingOn(EVENTS + 1, 2 * EVENTS);
  }

  @Test
  void shouldJudgeByTheTimeThatComesFarBehind() throws Exception {
    // More bytes than are kept until their time event comes.
    List<DecodedEvent> events = new ArrayList<>(List.of(story.init));
    for (int i = 0; i < 600; i++) {
      Ipld.Map data = Ipld.map("note", Ipld.of("n" + i), "padding", Ipld.of("x".repeat(20_000)));
      events.add(Scene.data(story.stream, last(events), data));
    }
    events.add(Scene.time(story.stream, last(events), 500));
    events.add(Scene.note(story.stream, last(events), "after"));
    scene.keep(story.stream, events);
    StreamState state = scene.load(story.stream);
    assertThat(state.log()).hasSize(603);
    assertThat(type.times()).as("each by the time it got").isEqualTo(601);
    assertThat(type.asked()).isEqualTo(602);
  }

  @Test
  void shouldDeriveALongStreamOnceForAllWhoAskAtOnce() throws Exception {
    scene.keep(story.stream, straight());
    int readers = 8;
    CyclicBarrier start = new CyclicBarrier(readers);
    try (ExecutorService pool = Executors.newFixedThreadPool(readers)) {
      List<Future<StreamState>> states = new ArrayList<>();
      for (int i = 0; i < readers; i++) {
        states.add(
            pool.submit(
                () -> {
                  start.await();
                  return scene.load(story.stream);
                }));
      }
      for (Future<StreamState> state : states) {
        assertThat(state.get(120, TimeUnit.SECONDS).log()).hasSize(EVENTS + 1);
      }
    }
    assertThat(type.asked())
        .as("nobody reads more than a stretch for himself")
        .isLessThanOrEqualTo(EVENTS + 1 + readers * StraightHistories.STRETCH);
  }

  private void demandGoingOn(int length, int once) throws Exception {
    type.patience(EVENTS / 4);
    StreamException refusal =
        catchThrowableOfType(StreamException.class, () -> scene.load(story.stream));
    assertThat(refusal.reason()).isEqualTo(StreamException.Reason.BUSY);
    assertThat(refusal).hasMessageContaining("background");

    type.patience(Integer.MAX_VALUE);
    assertThat(scene.load(story.stream).log()).hasSize(length);
    assertThat(type.asked()).as("nothing is done twice").isLessThan(once + EVENTS / 4);
  }

  private List<DecodedEvent> straight() {
    List<DecodedEvent> events = new ArrayList<>(List.of(story.init));
    for (int i = 1; i <= EVENTS; i++) {
      events.add(
          i % 1_000 == 0
              ? Scene.time(story.stream, last(events), i)
              : Scene.note(story.stream, last(events), "n" + i));
    }
    return events;
  }

  private static Cid last(List<DecodedEvent> events) {
    return events.get(events.size() - 1).event().cid();
  }
}
