package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.core.log.NewEvent;
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
    keep(straight());
    demandGoingOn(EVENTS + 1, EVENTS);
  }

  @Test
  void shouldGoOnWithAForkedStreamWhereItWasCutShort() throws Exception {
    List<DecodedEvent> events = straight();
    events.add(Scene.note(story.stream, events.get(EVENTS / 2).event().cid(), "fork"));
    keep(events);
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
    keep(events);
    StreamState state = scene.load(story.stream);
    assertThat(state.log()).hasSize(603);
    assertThat(type.times).as("each by the time it got").isEqualTo(601);
    assertThat(type.asked.get()).isEqualTo(602);
  }

  @Test
  void shouldDeriveALongStreamOnceForAllWhoAskAtOnce() throws Exception {
    keep(straight());
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
    assertThat(type.asked.get())
        .as("nobody reads more than a stretch for himself")
        .isLessThanOrEqualTo(EVENTS + 1 + readers * StraightHistories.STRETCH);
  }

  private void demandGoingOn(int length, int once) throws Exception {
    type.patience = EVENTS / 4;
    StreamException refusal =
        catchThrowableOfType(StreamException.class, () -> scene.load(story.stream));
    assertThat(refusal.reason()).isEqualTo(StreamException.Reason.BUSY);
    assertThat(refusal).hasMessageContaining("background");

    type.patience = Integer.MAX_VALUE;
    assertThat(scene.load(story.stream).log()).hasSize(length);
    assertThat(type.asked.get()).as("nothing is done twice").isLessThan(once + EVENTS / 4);
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

  private void keep(List<DecodedEvent> events) throws Exception {
    List<NewEvent> kept = new ArrayList<>();
    for (DecodedEvent event : events) {
      LogEntry.Kind kind =
          switch (event.event()) {
            case Event.Init i -> LogEntry.Kind.INIT;
            case Event.Data d -> LogEntry.Kind.DATA;
            case Event.Time t -> LogEntry.Kind.TIME;
          };
      kept.add(
          new NewEvent(
              story.stream, event.event().cid(), kind, Optional.empty(), true, 1, event.blocks()));
    }
    for (int i = 0; i < kept.size(); i += 500) {
      scene.store.append(kept.subList(i, Math.min(kept.size(), i + 500)), Scene.in(30));
    }
  }

  /** Keeps the last note only, and lets the time be over after so many events. */
  private static final class Impatient implements StreamType {
    private final AtomicInteger asked = new AtomicInteger();
    private volatile int patience = Integer.MAX_VALUE;
    private volatile int times;

    @Override
    public int typeCode() {
      return Notes.CODE;
    }

    @Override
    public String name() {
      return "impatient";
    }

    @Override
    public int revision() {
      return 1;
    }

    @Override
    public boolean readsTime() {
      return true;
    }

    @Override
    public Document init(Event.Init event, ApplyContext context) {
      return note(event.header(), event.header(), Document.Signature.GENESIS, context);
    }

    @Override
    public Document apply(StreamState state, Event.Data event, ApplyContext context) {
      return note(
          (Ipld.Map) event.data(), state.document().metadata(), Document.Signature.SIGNED, context);
    }

    private Document note(
        Ipld.Map event, Ipld.Map metadata, Document.Signature signature, ApplyContext context) {
      if (asked.get() >= patience) {
        throw new DeadlineExpiredException("The time is over");
      }
      asked.incrementAndGet();
      times += context.anchoredAt().isPresent() ? 1 : 0;
      return Document.of(event.get("note").orElseThrow(), metadata, signature);
    }
  }
}
