package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange.Kind;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.core.log.Journal.Move;
import org.kiln.core.log.NodeTables;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.SyncOption;
import org.kiln.ipld.event.DecodedEvent;

/** What the journal is told of streams: each move once, with its kind and where it came from. */
class TellingTest {
  private Scene scene = new Scene();
  private final Scene.Story story = new Scene.Story();

  @BeforeEach
  void start() {
    scene.streams.start();
  }

  @AfterEach
  void close() {
    scene.disk.heal();
    scene.close();
  }

  private void receive(String... names) throws Exception {
    for (String name : names) {
      Scene.receive(scene.streams, story.stream, story.events.get(name), Scene.PEER, Scene.in(30));
    }
  }

  private void together(String... names) {
    List<StreamEvent> events =
        List.of(names).stream()
            .map(name -> new StreamEvent(story.stream, story.events.get(name)))
            .toList();
    assertThat(scene.streams.receive(events, Scene.PEER, Scene.in(30)))
        .containsOnly(Optional.empty());
  }

  private Move move(String tip, Kind kind, Origin origin) {
    return new Move(story.stream, story.cid(tip), kind, origin);
  }

  private List<Move> moves() {
    return scene.journal.moves(story.stream);
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + 30_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void shouldTellOfAClientsWritesWithTheirEvents() throws Exception {
    story.note("A", "I");
    scene.create(story.init);
    scene.streams.apply(story.stream, story.events.get("A"), Scene.WRITE);
    scene.create(story.init);
    scene.streams.apply(story.stream, story.events.get("A"), Scene.WRITE);
    assertThat(moves())
        .containsExactly(
            move("I", Kind.CREATED, Origin.CLIENT), move("A", Kind.UPDATED, Origin.CLIENT));
    assertThat(scene.journal.notes()).as("further writes").isZero();
  }

  @Test
  void shouldReadNothingBackOfAStreamThatBegins() throws Exception {
    story.note("A", "I").note("B", "A");
    long looks = scene.log.looks();
    together("I");
    assertThat(Scene.notes(scene.load(story.stream))).containsExactly("start");
    assertThat(scene.log.looks()).as("looks into the log").isEqualTo(looks);
    together("A", "B");
    assertThat(moves())
        .containsExactly(move("I", Kind.CREATED, Scene.PEER), move("B", Kind.UPDATED, Scene.PEER));
    assertThat(Scene.notes(scene.load(story.stream))).containsExactly("start", "A", "B");
  }

  @Test
  void shouldBeginAStreamWithWhatWasHereBeforeItsFirstEvent() throws Exception {
    story.note("A", "I").note("B", "A");
    receive("A");
    together("I", "B");
    assertThat(moves()).containsExactly(move("B", Kind.CREATED, Scene.PEER));
    assertThat(Scene.notes(scene.load(story.stream))).containsExactly("start", "A", "B");
  }

  @Test
  void shouldTellOfNoWriteThatIsRefused() throws Exception {
    story.note("bad", "I").note("A", "I").note("B", "I");
    scene.create(story.init);
    scene.streams.apply(story.stream, story.events.get("A"), Scene.WRITE);
    for (String name : List.of("bad", "B")) {
      DecodedEvent event = story.events.get(name);
      assertThatThrownBy(() -> scene.streams.apply(story.stream, event, Scene.WRITE));
    }
    assertThat(moves()).hasSize(2);
    assertThat(scene.journal.unsettled()).isEmpty();
  }

  @Test
  void shouldTellOfAPeersEventsAndWhoTold() throws Exception {
    story.note("A", "I").time("T", "A", 7);
    receive("I", "A", "T");
    assertThat(moves())
        .containsExactly(
            move("I", Kind.CREATED, Scene.PEER),
            move("A", Kind.UPDATED, Scene.PEER),
            move("T", Kind.ANCHORED, Scene.PEER));
    assertThat(scene.journal.unsettled()).isEmpty();
  }

  @Test
  void shouldTellOfEventsThatComeTogetherAsOneMove() throws Exception {
    story.note("A", "I").note("B", "A").time("T", "B", 7);
    together("I", "A", "B");
    together("T");
    assertThat(moves())
        .containsExactly(move("B", Kind.CREATED, Scene.PEER), move("T", Kind.ANCHORED, Scene.PEER));
    assertThat(scene.journal.notes()).isEqualTo(2);
    assertThat(scene.journal.unsettled()).isEmpty();
  }

  @Test
  void shouldTellWhenAnotherBranchWinsAndNotWhenItLoses() throws Exception {
    story.note("A", "I").note("B", "I").time("T", "B", 7).note("C", "A").time("U", "A", 9);
    receive("I", "A", "B");
    Move second = moves().get(1);
    assertThat(second)
        .isIn(move("A", Kind.UPDATED, Scene.PEER), move("B", Kind.UPDATED, Scene.PEER));
    receive("T");
    assertThat(moves().getLast().tip()).isEqualTo(story.cid("T"));
    int told = moves().size();
    receive("C", "U");
    assertThat(moves()).hasSize(told);
    assertThat(scene.journal.unsettled()).isEmpty();
    assertThat(told(Kind.REORGANIZED)).isLessThanOrEqualTo(2);
  }

  private long told(Kind kind) {
    return moves().stream().filter(move -> move.kind() == kind).count();
  }

  @Test
  void shouldTellOfAnEarlierTimeOnAnotherBranchAsReorganized() throws Exception {
    story.note("A", "I").time("T", "A", 9).note("B", "I").time("U", "B", 7);
    receive("I", "A", "T", "B", "U");
    assertThat(moves().getLast()).isEqualTo(move("U", Kind.REORGANIZED, Scene.PEER));
  }

  @Test
  void shouldTellOfItsOwnTimeEventsWithThem() throws Exception {
    story.time("T", "I", 7);
    scene.create(story.init);
    assertThat(
            scene.streams.continueAll(
                List.of(new StreamEvent(story.stream, story.events.get("T"))), Scene.in(30)))
        .containsOnly(Optional.empty());
    assertThat(moves().getLast()).isEqualTo(move("T", Kind.ANCHORED, Origin.NODE));
    assertThat(scene.journal.notes()).isZero();
  }

  @Test
  void shouldTellWhenWhatWasMissingHasCome() throws Exception {
    DecodedEvent needed = Scene.init("needed");
    story.events.put(
        "waits",
        Scene.data(
            story.stream,
            story.cid("I"),
            Ipld.map("needs", Ipld.of(Scene.id(needed).toString()), "note", Ipld.of("later"))));
    receive("I", "waits");
    assertThat(moves()).containsExactly(move("I", Kind.CREATED, Scene.PEER));
    assertThat(scene.journal.unsettled()).isEmpty();
    scene.create(needed);
    await(() -> moves().size() == 2);
    assertThat(moves().getLast()).isEqualTo(move("waits", Kind.UPDATED, Origin.NODE));
  }

  @Test
  void shouldTellOfAStreamWhoseFirstEventComesLast() throws Exception {
    story.note("A", "I").note("B", "A");
    receive("B", "A");
    assertThat(moves()).isEmpty();
    assertThat(scene.journal.unsettled()).isEmpty();
    receive("I");
    assertThat(moves()).containsExactly(move("B", Kind.CREATED, Scene.PEER));
  }

  @Test
  void shouldTellWhenAnEventHasExpired() throws Exception {
    MovingClock clock = new MovingClock(1);
    scene.close();
    scene = new Scene(new Notes(1), new Permits(clock), clock);
    story.permitted("P", "I", 5);
    receive("I", "P");
    clock.seconds = 100;
    scene.streams.load(
        new StreamRef(story.stream, Optional.empty()),
        new LoadOptions(SyncOption.SYNC_ALWAYS, 0, OptionalLong.empty(), Scene.in(30)));
    assertThat(moves())
        .containsExactly(
            move("I", Kind.CREATED, Scene.PEER),
            move("P", Kind.UPDATED, Scene.PEER),
            move("I", Kind.REORGANIZED, Origin.NODE));
  }

  @Test
  void shouldTellAfterTheNextStartWhatItDiedBefore() throws Exception {
    story.note("A", "I").note("B", "A");
    receive("I", "A");
    scene.journal.die();
    receive("B");
    assertThat(moves()).hasSize(2);
    scene.streams.close();
    scene.journal.revive();
    try (Streams again = scene.open(new Notes(1)).start()) {
      assertThat(moves()).hasSize(3);
      assertThat(moves().getLast()).isEqualTo(move("B", Kind.UPDATED, Origin.NODE));
      assertThat(scene.journal.allSettled()).isTrue();
    }
    try (Streams third = scene.open(new Notes(1)).start()) {
      assertThat(moves()).hasSize(3);
    }
  }

  @Test
  void shouldTellOfStreamsOfAStoreThatHadNoJournal() throws Exception {
    int streams = 1_200;
    scene.journal.die();
    for (int i = 0; i < streams; i++) {
      DecodedEvent init = Scene.init("stream " + i);
      Scene.receive(scene.streams, Scene.id(init), init, Scene.PEER, Scene.in(30));
    }
    scene.streams.close();
    scene.journal.revive();
    try (Streams again = scene.open(new Notes(1)).start()) {
      // More than are looked at before the service is there.
      await(scene.journal::allSettled);
      assertThat(scene.journal.moves()).hasSize(streams);
      assertThat(scene.journal.moves().stream().map(Move::stream)).doesNotHaveDuplicates();
      assertThat(scene.journal.moves()).allMatch(move -> move.kind() == Kind.CREATED);
    }
  }

  @Test
  void shouldTellLaterOfWhatTheStoreDidNotLetItSee() throws Exception {
    story.note("A", "I").note("B", "I");
    try (Streams streams = scene.open(new Notes(1)).start()) {
      Scene.receive(streams, story.stream, story.init, Scene.PEER, Scene.in(30));
      Scene.receive(streams, story.stream, story.events.get("A"), Scene.PEER, Scene.in(30));
      boolean[] kept = new boolean[1];
      scene.disk.fails(
          StoreException.Kind.FULL,
          (table, key, write) -> {
            kept[0] |= write && table.equals(NodeTables.EVENTS);
            return kept[0] && !write && table.equals(NodeTables.EVENTS);
          });
      assertThatThrownBy(
              () ->
                  Scene.receive(
                      streams, story.stream, story.events.get("B"), Scene.PEER, Scene.in(30)))
          .isInstanceOf(StoreException.class);
      scene.disk.heal();
      await(() -> scene.journal.unsettled().isEmpty());
      assertThat(moves().getLast().tip()).isEqualTo(Scene.load(streams, story.stream).tip());
    }
  }

  @Test
  void shouldTellWhenANewerTypeTakesOtherEvents() throws Exception {
    story.note("A", "I");
    receive("I", "A");
    scene.streams.close();
    try (Streams again = scene.open(new Notes(2, "A")).start()) {
      assertThat(Scene.load(again, story.stream).tip()).isEqualTo(story.cid("I"));
      await(() -> moves().size() == 3);
      assertThat(moves().getLast()).isEqualTo(move("I", Kind.REORGANIZED, Origin.NODE));
    }
    try (Streams third = scene.open(new Notes(2, "A")).start()) {
      Scene.load(third, story.stream);
      assertThat(moves()).hasSize(3);
    }
  }

  @Test
  void shouldRepeatNothingInARebuild() throws Exception {
    story.note("A", "I").note("B", "I").time("T", "B", 3);
    receive("I", "A", "B", "T");
    StreamId other = scene.create(Scene.init("other"));
    List<Move> before = scene.journal.moves();
    scene.streams.rebuild(scene.store).run((done, total) -> {});
    assertThat(scene.journal.moves()).isEqualTo(before);
    assertThat(scene.journal.moves(other)).hasSize(1);
  }

  @Test
  void shouldTellOfStreamsThatARebuildDerivesOtherwise() throws Exception {
    story.note("A", "I").note("B", "A");
    receive("I", "A");
    StreamId stays = scene.create(Scene.init("stays"));
    // As a release told that took another event for the tip.
    scene.journal.note(
        List.of(), List.of(new Move(story.stream, stays.init(), Kind.UPDATED, Scene.PEER)));
    scene.journal.die();
    receive("B");
    scene.journal.revive();
    scene.streams.rebuild(scene.store).run((done, total) -> {});
    assertThat(moves().getLast()).isEqualTo(move("B", Kind.REORGANIZED, Origin.NODE));
    int told = scene.journal.moves().size();
    assertThat(scene.journal.moves(stays)).hasSize(1);
    assertThat(scene.journal.unsettled()).isEmpty();
    scene.streams.rebuild(scene.store).run((done, total) -> {});
    assertThat(scene.journal.moves()).hasSize(told);
  }
}
