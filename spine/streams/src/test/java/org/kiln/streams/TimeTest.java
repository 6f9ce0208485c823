package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.SyncOption;
import org.kiln.ipld.event.DecodedEvent;

/** What time events do to what came before them. */
class TimeTest {
  private static final long DAY = 86_400;

  @Test
  void shouldApplyATimeEventWithoutAskingAgainAboutWhatCameBefore() throws Exception {
    Notes type = new Notes(1);
    try (Scene scene = new Scene(type)) {
      Scene.Story story = new Scene.Story();
      String last = "I";
      for (int i = 0; i < 200; i++) {
        story.note("n" + i, last);
        last = "n" + i;
      }
      story.time("T", last, 500).note("after", "T").time("U", "after", 600);
      DecodedEvent first = story.events.remove("T");
      DecodedEvent after = story.events.remove("after");
      DecodedEvent second = story.events.remove("U");
      for (DecodedEvent event : story.events.values()) {
        Scene.receive(scene.streams, story.stream, event, Scene.PEER, Scene.in(30));
      }
      int before = type.applied();
      Scene.receive(scene.streams, story.stream, first, Scene.PEER, Scene.in(30));
      assertThat(type.applied()).as("a time event asks the type nothing").isEqualTo(before);
      Scene.receive(scene.streams, story.stream, after, Scene.PEER, Scene.in(30));
      Scene.receive(scene.streams, story.stream, second, Scene.PEER, Scene.in(30));
      assertThat(type.applied()).isEqualTo(before + 1);
      StreamState state = scene.load(story.stream);
      assertThat(state.log().get(200).timestamp()).hasValue(Instant.ofEpochSecond(500));
      assertThat(state.log().tip().timestamp()).hasValue(Instant.ofEpochSecond(600));
      assertThat(state.anchorStatus()).isEqualTo(AnchorStatus.ANCHORED);
      scene.streams.rebuild(scene.store).run((done, total) -> {});
      assertThat(scene.load(story.stream)).as("as from the beginning").isEqualTo(state);
    }
  }

  @Test
  void shouldTakeTheOlderOfTwoAnchorsOfOneEventWhenItArrivesLater() throws Exception {
    Scene.Story story = new Scene.Story().note("A", "I").time("T", "A", 100).note("B", "T");
    story.time("older", "A", 90);
    try (Scene scene = new Scene()) {
      for (String name : new String[] {"I", "A", "T", "B"}) {
        Scene.receive(scene.streams, story.stream, story.events.get(name), Scene.PEER, Scene.in(5));
      }
      assertThat(scene.load(story.stream).log().get(1).timestamp())
          .hasValue(Instant.ofEpochSecond(100));
      Scene.receive(
          scene.streams, story.stream, story.events.get("older"), Scene.PEER, Scene.in(5));
      StreamState state = scene.load(story.stream);
      assertThat(state.tip()).isEqualTo(story.cid("older"));
      assertThat(state.log())
          .extracting(LogEntry::timestamp)
          .containsOnly(Optional.of(Instant.ofEpochSecond(90)));
      assertThatThrownBy(() -> scene.load(story.stream, story.cid("B")))
          .hasMessageContaining("rejected by conflict resolution");
    }
  }

  @Test
  void shouldJudgeAPermitByTheTimeOfTheAnchor() throws Exception {
    Scene.Story story = new Scene.Story();
    DecodedEvent permitted = Permits.note(story.stream, story.cid("I"), "permitted", 1000);
    DecodedEvent inTime = Scene.time(story.stream, permitted.event().cid(), 999);
    DecodedEvent late = Scene.time(story.stream, permitted.event().cid(), 1001);

    // Long after: without a time event it is too late.
    try (Scene scene = sceneAt(1000 + 2 * DAY)) {
      receive(scene, story.stream, story.init, permitted);
      assertThat(Scene.notes(scene.load(story.stream))).containsExactly("start");
      Scene.receive(scene.streams, story.stream, inTime, Scene.PEER, Scene.in(5));
      assertThat(Scene.notes(scene.load(story.stream))).containsExactly("start", "permitted");
    }
    // While it holds, and then a time event from after it expired.
    try (Scene scene = sceneAt(900)) {
      receive(scene, story.stream, story.init, permitted);
      assertThat(Scene.notes(scene.load(story.stream))).containsExactly("start", "permitted");
      Scene.receive(scene.streams, story.stream, late, Scene.PEER, Scene.in(5));
      assertThat(Scene.notes(scene.load(story.stream))).containsExactly("start");
      // An older anchor of the same event comes after all: the event was in time.
      Scene.receive(scene.streams, story.stream, inTime, Scene.PEER, Scene.in(5));
      StreamState state = scene.load(story.stream);
      assertThat(Scene.notes(state)).containsExactly("start", "permitted");
      assertThat(state.tip()).isEqualTo(inTime.event().cid());
      assertThat(state.log().get(1).timestamp()).hasValue(Instant.ofEpochSecond(999));
    }
  }

  @Test
  void rejectsLoadingWhatHasExpiredWithoutAnAnchor() throws Exception {
    Scene.Story story = new Scene.Story();
    DecodedEvent permitted = Permits.note(story.stream, story.cid("I"), "permitted", 1000);
    MovingClock clock = new MovingClock(900);
    try (Scene scene = new Scene(new Notes(1), new Permits(clock), clock)) {
      receive(scene, story.stream, story.init, permitted);
      assertThat(Scene.notes(scene.load(story.stream))).hasSize(2);
      clock.seconds = 1000 + 2 * DAY;
      assertThatThrownBy(() -> scene.load(story.stream))
          .isInstanceOf(StreamException.class)
          .hasMessageContaining("CACAO expired");
      Scene.receive(
          scene.streams,
          story.stream,
          Scene.time(story.stream, permitted.event().cid(), 950),
          Scene.PEER,
          Scene.in(5));
      assertThat(Scene.notes(scene.load(story.stream))).hasSize(2);
    }
  }

  @Test
  void shouldRestoreAStreamWithoutWhatHasExpiredWhenAskedTo() throws Exception {
    for (SyncOption sync : List.of(SyncOption.SYNC_ALWAYS, SyncOption.SYNC_ON_ERROR)) {
      Scene.Story story = new Scene.Story().note("A", "I");
      DecodedEvent permitted = Permits.note(story.stream, story.cid("A"), "permitted", 1000);
      MovingClock clock = new MovingClock(900);
      try (Scene scene = new Scene(new Notes(1), new Permits(clock), clock)) {
        receive(scene, story.stream, story.init, story.events.get("A"), permitted);
        clock.seconds = 1000 + 2 * DAY;
        for (SyncOption without : List.of(SyncOption.PREFER_CACHE, SyncOption.NEVER_SYNC)) {
          assertThatThrownBy(() -> load(scene, story.stream, without))
              .isInstanceOf(StreamException.class)
              .hasMessageContaining("CACAO expired");
        }
        StreamState restored = load(scene, story.stream, sync);
        assertThat(restored.tip()).isEqualTo(story.cid("A"));
        // For everybody, from now on, and after a restart.
        assertThat(load(scene, story.stream, SyncOption.NEVER_SYNC)).isEqualTo(restored);
        scene.streams.close();
        try (Streams restarted = scene.open(new Notes(1))) {
          assertThat(load(restarted, story.stream, SyncOption.NEVER_SYNC)).isEqualTo(restored);
          // It can be written to; a time event from when the permit held brings the event back.
          restarted.apply(
              story.stream, Scene.note(story.stream, story.cid("A"), "other"), Scene.WRITE);
          DecodedEvent inTime = Scene.time(story.stream, permitted.event().cid(), 950);
          Scene.receive(restarted, story.stream, inTime, Scene.PEER, Scene.in(5));
          assertThat(Scene.load(restarted, story.stream).tip()).isEqualTo(inTime.event().cid());
        }
      }
    }
  }

  @Test
  void rejectsWritingOnWhatHasExpiredAsReadingItIsRefused() throws Exception {
    Scene.Story story = new Scene.Story().note("A", "I");
    DecodedEvent permitted = Permits.note(story.stream, story.cid("A"), "permitted", 1000);
    DecodedEvent after = Scene.note(story.stream, permitted.event().cid(), "after");
    MovingClock clock = new MovingClock(900);
    try (Scene scene = new Scene(new Notes(1), new Permits(clock), clock)) {
      receive(scene, story.stream, story.init, story.events.get("A"), permitted);
      clock.seconds = 1000 + 2 * DAY;
      assertThatThrownBy(() -> scene.streams.apply(story.stream, after, Scene.WRITE))
          .isInstanceOf(StreamException.class)
          .hasMessageContaining("CACAO expired");
      assertThatThrownBy(() -> scene.create(story.init)).hasMessageContaining("CACAO expired");
      assertThat(scene.store.contains(after.event().cid())).isFalse();

      assertThat(load(scene, story.stream, SyncOption.SYNC_ALWAYS).tip()).isEqualTo(story.cid("A"));
      DecodedEvent other = Scene.note(story.stream, story.cid("A"), "other");
      StreamState written = scene.streams.apply(story.stream, other, Scene.WRITE).state();
      assertThat(load(scene, story.stream, SyncOption.PREFER_CACHE)).isEqualTo(written);
    }
  }

  /** What is expired is said in one place: to the second, reading and judging anew agree. */
  @Test
  void shouldFindExpiredWhatIsLeftOutWhenJudgedAnew() throws Exception {
    for (long now : new long[] {999, 1000, 1001}) {
      Scene.Story story = new Scene.Story();
      DecodedEvent permitted = Permits.note(story.stream, story.cid("I"), "permitted", 1000);
      MovingClock clock = new MovingClock(900);
      try (Scene scene = new Scene(new Notes(1), new Permits(clock), clock)) {
        receive(scene, story.stream, story.init, permitted);
        clock.seconds = now;
        boolean expired = now > 1000;
        if (expired) {
          assertThatThrownBy(() -> scene.load(story.stream)).hasMessageContaining("CACAO expired");
        } else {
          assertThat(Scene.notes(scene.load(story.stream))).hasSize(2);
        }
        assertThat(Scene.notes(load(scene, story.stream, SyncOption.SYNC_ALWAYS)))
            .hasSize(expired ? 1 : 2);
      }
    }
  }

  private static StreamState load(Scene scene, StreamId stream, SyncOption sync)
      throws StreamException {
    return load(scene.streams, stream, sync);
  }

  private static StreamState load(Streams streams, StreamId stream, SyncOption sync)
      throws StreamException {
    return streams.load(
        new StreamRef(stream, Optional.empty()),
        new LoadOptions(sync, 3, OptionalLong.empty(), Scene.in(30)));
  }

  @Test
  void shouldKeepATimeEventUntilWhatItStandsOnIsKnown() throws Exception {
    Scene.Story story = new Scene.Story().note("A", "I").time("T", "A", 500);
    try (Scene scene = new Scene()) {
      Scene.receive(scene.streams, story.stream, story.events.get("T"), Scene.PEER, Scene.in(5));
      Scene.receive(scene.streams, story.stream, story.events.get("I"), Scene.PEER, Scene.in(5));
      assertThat(scene.load(story.stream).log()).hasSize(1);
      Cid unknown = story.cid("A");
      assertThatThrownBy(
              () ->
                  scene.streams.apply(
                      story.stream, Scene.time(story.stream, unknown, 400), Scene.WRITE))
          .isInstanceOf(StreamException.class)
          .hasMessageContaining(unknown.toString());
      Scene.receive(scene.streams, story.stream, story.events.get("A"), Scene.PEER, Scene.in(5));
      assertThat(scene.load(story.stream).tip()).isEqualTo(story.cid("T"));
    }
  }

  @Test
  void shouldRememberOverARestartWhoseSignaturesATimeEventMustBeHeldAgainst() throws Exception {
    Scene.Story story = new Scene.Story().note("A", "I").permitted("P", "A", 1000);
    DecodedEvent inTime = Scene.time(story.stream, story.cid("P"), 999);
    DecodedEvent late = Scene.time(story.stream, story.cid("P"), 1001);
    try (Scene scene = sceneAt(900)) {
      for (DecodedEvent event : story.events.values()) {
        Scene.receive(scene.streams, story.stream, event, Scene.PEER, Scene.in(30));
      }
      scene.streams.close();
      Notes type = new Notes(1);
      try (Streams restarted = scene.open(type)) {
        long read = scene.log.read();
        Scene.receive(restarted, story.stream, inTime, Scene.PEER, Scene.in(30));
        assertThat(Scene.load(restarted, story.stream).tip()).isEqualTo(inTime.event().cid());
        assertThat(type.applied()).isZero();
        assertThat(scene.log.read()).as("no event before it is looked at").isEqualTo(read);
      }
    }
    try (Scene scene = sceneAt(900)) {
      for (DecodedEvent event : story.events.values()) {
        Scene.receive(scene.streams, story.stream, event, Scene.PEER, Scene.in(30));
      }
      scene.streams.close();
      try (Streams restarted = scene.open(new Notes(1))) {
        Scene.receive(restarted, story.stream, late, Scene.PEER, Scene.in(30));
        assertThat(Scene.notes(Scene.load(restarted, story.stream))).containsExactly("start", "A");
      }
    }
  }

  @Test
  void shouldTakeTimeEventsOfOurOwnOnTheTipAlone() throws Exception {
    Scene.Story story = new Scene.Story().note("A", "I");
    DecodedEvent onInit = Scene.time(story.stream, story.cid("I"), 100);
    DecodedEvent onTip = Scene.time(story.stream, story.cid("A"), 200);
    Scene.Story unknown = new Scene.Story().note("other", "I");
    DecodedEvent elsewhere = Scene.time(unknown.stream, unknown.cid("other"), 300);
    try (Scene scene = new Scene()) {
      receive(scene, story.stream, story.init, story.events.get("A"));
      List<Optional<StreamException>> refusals =
          scene.streams.continueAll(
              List.of(new StreamEvent(story.stream, onInit), new StreamEvent(story.stream, onTip)),
              Scene.in(30));
      assertThat(refusals.get(0).orElseThrow().reason()).isEqualTo(StreamException.Reason.CONFLICT);
      assertThat(refusals.get(1)).isEmpty();
      assertThat(scene.store.contains(onInit.event().cid())).isFalse();
      assertThat(scene.load(story.stream).tip()).isEqualTo(onTip.event().cid());
    }
    try (Scene scene = new Scene()) {
      List<Optional<StreamException>> refusals =
          scene.streams.continueAll(
              List.of(new StreamEvent(unknown.stream, elsewhere)), Scene.in(30));
      assertThat(refusals.get(0).orElseThrow().reason())
          .isEqualTo(StreamException.Reason.NOT_FOUND);
      assertThat(scene.store.size()).isZero();
    }
  }

  private static Scene sceneAt(long seconds) {
    Clock clock = Clock.fixed(Instant.ofEpochSecond(seconds), ZoneOffset.UTC);
    return new Scene(new Notes(1), new Permits(clock), clock);
  }

  private static void receive(Scene scene, StreamId stream, DecodedEvent... events)
      throws StreamException {
    for (DecodedEvent event : events) {
      Scene.receive(scene.streams, stream, event, Scene.PEER, Scene.in(5));
    }
  }
}
