package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.ipld.event.DecodedEvent;

/** A time event of our own never displaces what was acknowledged, whatever cannot be known now. */
class OwnTimeEventsTest {
  private static final long FAR_AWAY = 100_000_000_000L;

  @Test
  void shouldWaitForTheTypeAndThenSeeThatTheStreamHasGoneOn() throws Exception {
    MissingTypeTest.Switch extensions = new MissingTypeTest.Switch();
    try (Scene scene = new Scene(extensions)) {
      Scene.Story story = new Scene.Story().note("a", "I").note("b", "a");
      DecodedEvent onA = Scene.time(story.stream, story.cid("a"), 100);
      DecodedEvent onB = Scene.time(story.stream, story.cid("b"), 200);
      scene.create(story.init);
      scene.streams.apply(story.stream, story.events.get("a"), Scene.WRITE);
      scene.streams.apply(story.stream, story.events.get("b"), Scene.WRITE);

      extensions.set(false);
      StreamException missing = refusal(scene.streams, story.stream, onA).orElseThrow();
      assertThat(missing.reason()).isEqualTo(Reason.UNAVAILABLE);
      assertThat(missing.details()).containsEntry("missing", "stream-type:" + Notes.CODE);
      assertThat(scene.store.contains(onA.event().cid())).isFalse();

      extensions.set(true);
      assertThat(refusal(scene.streams, story.stream, onA).orElseThrow().reason())
          .isEqualTo(Reason.CONFLICT);
      assertThat(refusal(scene.streams, story.stream, onB)).isEmpty();
      assertThat(Scene.notes(scene.load(story.stream))).containsExactly("start", "a", "b");
      assertThat(scene.load(story.stream).tip()).isEqualTo(onB.event().cid());
    }
  }

  /** The stream can be derived, though not as far as it goes. */
  @Test
  void shouldWaitForAnUpdateThatCannotBeAppliedNow() throws Exception {
    MissingMethodTest.Method method = new MissingMethodTest.Method();
    try (Scene scene = new Scene(new Notes(1), method, Clock.systemUTC())) {
      DecodedEvent init = Scene.init("start");
      StreamId stream = scene.create(init);
      DecodedEvent note = Permits.note(stream, init.event().cid(), "signed", FAR_AWAY);
      DecodedEvent onInit = Scene.time(stream, init.event().cid(), 100);
      scene.streams.apply(stream, note, Scene.WRITE);
      // Its checkpoint is not what this is about.
      scene.streams.rebuild(scene.store).run((done, total) -> {});

      method.installed = false;
      try (Streams restarted = scene.open(new Notes(2))) {
        assertThat(Scene.notes(Scene.load(restarted, stream))).containsExactly("start");
        StreamException waits = refusal(restarted, stream, onInit).orElseThrow();
        assertThat(waits.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(waits)
            .hasMessageContaining(note.event().cid().toString())
            .hasMessageContaining("did-method:test");
        assertThat(scene.store.contains(onInit.event().cid())).isFalse();

        // Neither may a client's write take its place.
        DecodedEvent other = Scene.note(stream, init.event().cid(), "other");
        StreamException refused =
            catchThrowableOfType(
                StreamException.class, () -> restarted.apply(stream, other, Scene.WRITE));
        assertThat(refused.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(scene.store.contains(other.event().cid())).isFalse();
      }
      method.installed = true;
      try (Streams restarted = scene.open(new Notes(3))) {
        assertThat(refusal(restarted, stream, onInit).orElseThrow().reason())
            .isEqualTo(Reason.CONFLICT);
        assertThat(Scene.notes(Scene.load(restarted, stream))).containsExactly("start", "signed");
      }
    }
  }

  @Test
  void shouldWaitForAnotherStreamThatAnUpdateNeeds() throws Exception {
    try (Scene scene = new Scene()) {
      StreamId needed = StreamId.of(Notes.CODE, Scene.init("needed").event().cid());
      Scene.Story story = new Scene.Story();
      scene.create(story.init);
      DecodedEvent needs =
          Scene.data(
              story.stream,
              story.cid("I"),
              Ipld.map("note", Ipld.of("needs"), "needs", Ipld.of(needed.toString())));
      Scene.receive(scene.streams, story.stream, needs, Scene.PEER, Scene.in(30));
      DecodedEvent onInit = Scene.time(story.stream, story.cid("I"), 100);
      StreamException waits = refusal(scene.streams, story.stream, onInit).orElseThrow();
      assertThat(waits.reason()).isEqualTo(Reason.UNAVAILABLE);
      assertThat(waits.details()).containsEntry("missing", "stream:" + needed);
    }
  }

  @Test
  void shouldAppendNoneWhoseProofCannotBeJudgedOrDoesNotHold() throws Exception {
    try (Scene scene = new Scene(new MissingTypeTest.Switch())) {
      Scene.Story story = new Scene.Story();
      scene.create(story.init);
      DecodedEvent refused = Scene.time(story.stream, story.cid("I"), -1);
      assertThat(refusal(scene.streams, story.stream, refused).orElseThrow().reason())
          .isEqualTo(Reason.INVALID);
      DecodedEvent elsewhere = Scene.time("test:2", story.stream, story.cid("I"), 100);
      StreamException waits = refusal(scene.streams, story.stream, elsewhere).orElseThrow();
      assertThat(waits.reason()).isEqualTo(Reason.UNAVAILABLE);
      assertThat(waits.details()).containsEntry("missing", "chain:test:2");
      assertThat(scene.store.size()).isEqualTo(1);
      // Nor one that is none.
      assertThat(
              refusal(scene.streams, story.stream, Scene.note(story.stream, story.cid("I"), "n"))
                  .orElseThrow()
                  .reason())
          .isEqualTo(Reason.INVALID);
    }
  }

  /** It would prove that an event came after its permit had expired, and take it out. */
  @Test
  void shouldAppendNoneThatComesTooLateForWhatItCovers() throws Exception {
    Clock clock = Clock.fixed(Instant.ofEpochSecond(900), ZoneOffset.UTC);
    try (Scene scene = new Scene(new Notes(1), new Permits(clock), clock)) {
      Scene.Story story = new Scene.Story();
      scene.create(story.init);
      DecodedEvent permitted = Permits.note(story.stream, story.cid("I"), "permitted", 1000);
      scene.streams.apply(story.stream, permitted, Scene.WRITE);
      DecodedEvent late = Scene.time(story.stream, permitted.event().cid(), 1001);
      assertThat(refusal(scene.streams, story.stream, late).orElseThrow().reason())
          .isEqualTo(Reason.INVALID);
      assertThat(Scene.notes(scene.load(story.stream))).containsExactly("start", "permitted");
      DecodedEvent inTime = Scene.time(story.stream, permitted.event().cid(), 999);
      assertThat(refusal(scene.streams, story.stream, inTime)).isEmpty();
      assertThat(scene.load(story.stream).tip()).isEqualTo(inTime.event().cid());
    }
  }

  /** With branches too: it is weighed before it is appended. */
  @Test
  void shouldTakeOneOnTheTipOfABranchedStream() throws Exception {
    try (Scene scene = new Scene()) {
      Scene.Story story = new Scene.Story().note("a", "I").note("b", "a").note("x", "I");
      for (DecodedEvent event : story.events.values()) {
        Scene.receive(scene.streams, story.stream, event, Scene.PEER, Scene.in(30));
      }
      DecodedEvent onX = Scene.time(story.stream, story.cid("x"), 100);
      DecodedEvent onB = Scene.time(story.stream, story.cid("b"), 200);
      assertThat(refusal(scene.streams, story.stream, onX).orElseThrow().reason())
          .isEqualTo(Reason.CONFLICT);
      assertThat(refusal(scene.streams, story.stream, onB)).isEmpty();
      assertThat(scene.load(story.stream).tip()).isEqualTo(onB.event().cid());
      // Twice is once.
      assertThat(refusal(scene.streams, story.stream, onB)).isEmpty();
    }
  }

  private static Optional<StreamException> refusal(
      Streams streams, StreamId stream, DecodedEvent event) {
    return streams.continueAll(List.of(new StreamEvent(stream, event)), Scene.in(30)).get(0);
  }
}
