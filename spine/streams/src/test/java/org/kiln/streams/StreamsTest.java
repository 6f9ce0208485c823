package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.anchor.AnchorRequests;
import org.kiln.core.log.NodeTables;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.SyncOption;
import org.kiln.core.stream.WriteOptions;
import org.kiln.ipld.event.DecodedEvent;

class StreamsTest {
  private final Scene scene = new Scene();

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void shouldCreateUpdateAndLoad() throws Exception {
    DecodedEvent init = Scene.init("start");
    StreamId id = scene.create(init);
    DecodedEvent second = Scene.note(id, init.event().cid(), "second");
    assertThat(scene.streams.apply(id, second, Scene.WRITE).changed()).isTrue();
    StreamState state = scene.load(id);
    assertThat(Scene.notes(state)).containsExactly("start", "second");
    assertThat(state.log())
        .extracting(LogEntry::cid)
        .containsExactly(init.event().cid(), second.event().cid());
    assertThat(scene.streams.pinned(id)).isTrue();
    assertThat(scene.streams.events(id, Scene.in(5))).hasSize(2);
  }

  @Test
  void shouldAnswerTheSameStateWhenAnEventIsSentAgain() throws Exception {
    DecodedEvent init = Scene.init("start");
    StreamId id = scene.create(init);
    assertThat(scene.streams.create(Notes.CODE, init, Scene.WRITE).changed()).isFalse();
    DecodedEvent second = Scene.note(id, init.event().cid(), "second");
    scene.streams.apply(id, second, Scene.WRITE);
    assertThat(scene.streams.apply(id, second, Scene.WRITE).changed()).isFalse();
    assertThat(scene.store.size()).isEqualTo(2);
  }

  @Test
  void shouldTakeTheSameFirstEventTwiceAtOnceWithAnAnchor() throws Exception {
    scene.streams.anchorRequests(new Pending());
    WriteOptions anchored = new WriteOptions(true, false, true, Scene.in(60));
    DecodedEvent init = Scene.init("twice");
    List<StreamState> first = new ArrayList<>();
    // The first one finds no stream; before it goes on, the other has made it.
    scene.log.meanwhile(
        () -> {
          try {
            Thread.ofVirtual().start(() -> first.add(created(init, anchored))).join();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    StreamState second = created(init, anchored);
    assertThat(first).containsExactly(second);
    assertThat(second.anchorStatus()).isEqualTo(AnchorStatus.PENDING);
    assertThat(scene.store.size()).isEqualTo(1);
  }

  private StreamState created(DecodedEvent init, WriteOptions options) {
    try {
      return scene.streams.create(Notes.CODE, init, options).state();
    } catch (StreamException e) {
      throw new AssertionError(e);
    }
  }

  /** An anchor service that takes everything and never comes to it. */
  private static final class Pending implements AnchorRequests {
    @Override
    public AnchorStatus request(StreamId stream, Cid tip, Deadline deadline) {
      return AnchorStatus.PENDING;
    }

    @Override
    public Optional<Request> prepare(StreamId stream, Cid tip) {
      return Optional.of(new Request(batch -> {}, () -> {}));
    }

    @Override
    public AnchorStatus status(StreamId stream, Cid tip) {
      return AnchorStatus.PENDING;
    }
  }

  @Test
  void rejectsAStaleWriteAndKeepsNothingOfIt() throws Exception {
    DecodedEvent init = Scene.init("start");
    StreamId id = scene.create(init);
    scene.streams.apply(id, Scene.note(id, init.event().cid(), "first"), Scene.WRITE);
    DecodedEvent stale = Scene.note(id, init.event().cid(), "stale");
    assertThatThrownBy(() -> scene.streams.apply(id, stale, Scene.WRITE))
        .isInstanceOfSatisfying(
            StreamException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.CONFLICT);
              assertThat(e).hasMessageContaining("builds on stale state");
            });
    assertThat(scene.store.contains(stale.event().cid())).isFalse();
  }

  @Test
  void rejectsAnInvalidEventAndKeepsNothingOfIt() throws Exception {
    DecodedEvent init = Scene.init("start");
    StreamId id = scene.create(init);
    DecodedEvent bad = Scene.note(id, init.event().cid(), "bad");
    assertThatThrownBy(() -> scene.streams.apply(id, bad, Scene.WRITE)).hasMessage("A bad note");
    DecodedEvent badInit = Scene.init("bad start");
    assertThatThrownBy(() -> scene.create(badInit)).hasMessage("A bad note");
    assertThat(scene.store.size()).isEqualTo(1);
    assertThat(Scene.notes(scene.load(id))).containsExactly("start");
  }

  @Test
  void rejectsAnUnknownStreamTypeAndAnUnknownStream() {
    assertThatThrownBy(() -> scene.streams.create(4711, Scene.init("x"), Scene.WRITE))
        .hasMessage("4711 is not a valid stream type");
    assertThatThrownBy(() -> scene.load(Scene.id(Scene.init("nobody"))))
        .isInstanceOfSatisfying(
            StreamException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
  }

  @Test
  void shouldGiveTimeBackToTheEventsBefore() throws Exception {
    Scene.Story story = new Scene.Story().note("A", "I").time("T", "A", 500).note("B", "T");
    feed(story, List.of("I", "A", "T", "B"));
    StreamState state = scene.load(story.stream);
    Instant anchored = Instant.ofEpochSecond(500);
    assertThat(state.log())
        .extracting(LogEntry::timestamp)
        .containsExactly(
            Optional.of(anchored), Optional.of(anchored), Optional.of(anchored), Optional.empty());
    assertThat(state.anchorStatus()).isEqualTo(AnchorStatus.NOT_REQUESTED);
    assertThat(state.anchorProof()).isPresent();

    StreamState then = scene.load(story.stream, story.cid("T"));
    assertThat(then.anchorStatus()).isEqualTo(AnchorStatus.ANCHORED);
    assertThat(Scene.notes(then)).containsExactly("start", "A");
    assertThat(scene.load(story.stream, story.cid("I")).log().get(0).timestamp())
        .hasValue(Instant.ofEpochSecond(500));
  }

  @Test
  void shouldLoadAsOfATime() throws Exception {
    Scene.Story story =
        new Scene.Story().note("A", "I").time("T", "A", 500).note("B", "T").time("U", "B", 900);
    feed(story, List.of("I", "A", "T", "B", "U"));
    assertThat(Scene.notes(asOf(story.stream, 499))).containsExactly("start");
    assertThat(Scene.notes(asOf(story.stream, 500))).containsExactly("start", "A");
    assertThat(Scene.notes(asOf(story.stream, 899))).containsExactly("start", "A");
    assertThat(Scene.notes(asOf(story.stream, 900))).containsExactly("start", "A", "B");
  }

  @Test
  void shouldKeepALostBranchAndRefuseToLoadIt() throws Exception {
    Scene.Story story = new Scene.Story().note("A", "I").note("B", "A").note("X", "I");
    feed(story, List.of("I", "A", "B", "X"));
    assertThat(Scene.notes(scene.load(story.stream))).containsExactly("start", "A", "B");
    assertThat(scene.store.contains(story.cid("X"))).isTrue();
    assertThatThrownBy(() -> scene.load(story.stream, story.cid("X")))
        .hasMessageContaining("rejected by conflict resolution");
  }

  @Test
  void shouldIgnoreATimeEventWhoseProofDoesNotHold() throws Exception {
    Scene.Story story = new Scene.Story().note("A", "I").time("T", "A", -1).note("B", "A");
    feed(story, List.of("I", "A", "T", "B"));
    assertThat(Scene.notes(scene.load(story.stream))).containsExactly("start", "A", "B");
  }

  @Test
  void shouldWaitForAStreamThatAnEventNeeds() throws Exception {
    DecodedEvent needed = Scene.init("needed");
    Scene.Story story = new Scene.Story();
    Scene.receive(scene.streams, story.stream, story.init, Scene.PEER, Scene.in(5));
    DecodedEvent waits =
        Scene.data(
            story.stream,
            story.cid("I"),
            Ipld.map("needs", Ipld.of(Scene.id(needed).toString()), "note", Ipld.of("later")));
    Scene.receive(scene.streams, story.stream, waits, Scene.PEER, Scene.in(5));
    assertThat(Scene.notes(scene.load(story.stream))).containsExactly("start");
    assertThat(scene.streams.stats().waiting()).isEqualTo(1);

    scene.create(needed);
    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
        java.time.Duration.ofSeconds(60),
        () -> {
          while (Scene.notes(scene.load(story.stream)).size() < 2) {
            Thread.onSpinWait();
          }
        });
    assertThat(Scene.notes(scene.load(story.stream))).containsExactly("start", "later");
  }

  @Test
  void rejectsAClientsWriteThatNeedsAnUnknownStream() throws Exception {
    DecodedEvent init = Scene.init("start");
    StreamId id = scene.create(init);
    Ipld.Map data =
        Ipld.map("needs", Ipld.of(Scene.id(Scene.init("nobody")).toString()), "note", Ipld.of("x"));
    DecodedEvent event = Scene.data(id, init.event().cid(), data);
    assertThatThrownBy(() -> scene.streams.apply(id, event, Scene.WRITE))
        .isInstanceOf(StreamException.class)
        .hasMessageContaining("not found locally");
    assertThat(scene.store.contains(event.event().cid())).isFalse();
  }

  @Test
  void shouldGiveTheSameStateAfterARestartAndAfterARebuild() throws Exception {
    Scene.Story story =
        new Scene.Story()
            .note("A", "I")
            .note("B", "A")
            .note("X", "I")
            .time("T", "X", 100)
            .note("C", "T");
    feed(story, List.of("I", "A", "B", "X", "T", "C"));
    StreamState before = scene.load(story.stream);
    scene.streams.close();
    try (Streams again = scene.open(new Notes(1))) {
      assertThat(Scene.load(again, story.stream)).isEqualTo(before);
      List<Long> progress = new ArrayList<>();
      Rebuild.Report report = again.rebuild(scene.store).run((done, total) -> progress.add(done));
      assertThat(report.streams()).isEqualTo(1);
      assertThat(progress).last().isEqualTo(scene.store.lastSequence());
      assertThat(Scene.load(again, story.stream)).isEqualTo(before);
    }
  }

  @Test
  void shouldKeepOtherStatesWhenOneIsTooLargeForTheStore() throws Exception {
    StreamId large = scene.create(Scene.init("start"));
    Cid tip = large.init();
    for (int i = 0; i < 36; i++) {
      DecodedEvent event = Scene.note(large, tip, i + "x".repeat(250_000));
      scene.streams.apply(large, event, Scene.WRITE);
      tip = event.event().cid();
    }
    StreamId small = scene.create(Scene.init("small"));
    StreamState before = scene.load(large);
    scene.streams.close();
    assertThat(scene.store.<byte[]>read(snapshot -> snapshot.get(NodeTables.STATES, small.bytes())))
        .isNotNull();
    try (Streams again = scene.open(new Notes(1))) {
      assertThat(Scene.load(again, large)).isEqualTo(before);
    }
  }

  @Test
  void shouldDeriveAnewWhenTheTypeHasChanged() throws Exception {
    StreamId id = scene.create(Scene.init("start"));
    scene.streams.close();
    try (Streams again = scene.open(new Notes(2))) {
      assertThat(Scene.load(again, id).typeRevision()).isEqualTo(2);
    }
  }

  private StreamState asOf(StreamId stream, long seconds) throws StreamException {
    return scene.streams.load(
        new StreamRef(stream, java.util.Optional.empty()),
        new LoadOptions(SyncOption.NEVER_SYNC, 0, OptionalLong.of(seconds), Scene.in(5)));
  }

  private void feed(Scene.Story story, List<String> order) throws StreamException {
    for (String name : order) {
      Scene.receive(scene.streams, story.stream, story.events.get(name), Scene.PEER, Scene.in(5));
    }
  }
}
