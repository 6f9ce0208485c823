package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Durability;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreException.Kind;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.NodeTables;
import org.kiln.core.stream.StreamCatalogue;
import org.kiln.core.stream.StreamCensus;
import org.kiln.ipld.DagCbor;
import org.kiln.streams.read.Catalogue;
import org.kiln.streams.state.StateCodec;

/** What is only derived may be damaged: answers come from the log, and it is made anew. */
class LostStatesTest {
  private final Scene scene = new Scene();
  private final Scene.Story story =
      new Scene.Story().note("A", "I").time("T", "A", 100).note("B", "T");
  private final List<StreamId> others = new ArrayList<>();
  private StreamState before;

  @BeforeEach
  void keepStates() throws Exception {
    for (String name : List.of("I", "A", "T", "B")) {
      Scene.receive(scene.streams, story.stream, story.events.get(name), Scene.PEER, Scene.in(60));
    }
    for (int i = 0; i < 40; i++) {
      others.add(scene.create(Scene.init("other " + i)));
    }
    before = scene.load(story.stream);
    // Writes the states.
    scene.streams.close();
  }

  @AfterEach
  void close() {
    scene.disk.heal();
    scene.close();
  }

  private Streams again() {
    return scene.open(new Notes(1));
  }

  private byte[] kept(StreamId stream) {
    return scene.store.read(snapshot -> snapshot.get(NodeTables.STATES, stream.bytes()));
  }

  private void keep(StreamId stream, byte[] bytes) throws Exception {
    scene.store.write(
        batch -> batch.put(NodeTables.STATES, stream.bytes(), bytes),
        Durability.BUFFERED,
        Deadline.NONE);
  }

  /** One state can neither be read nor written any more, as when its page is damaged. */
  private void damage(StreamId stream) {
    scene.disk.fails(
        Kind.CORRUPT,
        (table, key, write) ->
            table.equals(NodeTables.STATES) && Arrays.equals(key, stream.bytes()));
  }

  @Test
  void shouldWriteAStateAgainThatDoesNotDecode() throws Exception {
    byte[] good = kept(story.stream);
    for (byte[] bad : List.of(new byte[0], new byte[64], Arrays.copyOf(good, good.length / 2))) {
      keep(story.stream, bad);
      try (Streams again = again()) {
        assertThat(Scene.load(again, story.stream)).isEqualTo(before);
        assertThat(Scene.load(again, story.stream)).isEqualTo(before);
        assertThat(again.unreadableStates()).isEqualTo(1);
      }
      assertThat(kept(story.stream)).isEqualTo(good);
    }
  }

  @Test
  void shouldWriteAStateAgainThatIsOfAnotherVersion() throws Exception {
    byte[] good = kept(story.stream);
    keep(story.stream, DagCbor.encode(Ipld.list(Ipld.of(0))));
    try (Streams again = again()) {
      assertThat(Scene.load(again, story.stream)).isEqualTo(before);
      assertThat(again.unreadableStates()).isZero();
    }
    assertThat(kept(story.stream)).isEqualTo(good);
  }

  @Test
  void shouldDeriveAStateWhosePlaceIsDamaged() throws Exception {
    damage(story.stream);
    try (Streams again = again()) {
      assertThat(Scene.load(again, story.stream)).isEqualTo(before);
      assertThat(again.unreadableStates()).isEqualTo(1);
      assertThat(again.events(story.stream, Scene.in(60))).hasSize(4);
    }
  }

  @Test
  void shouldReadWhileNothingCanBeWritten() throws Exception {
    byte[] bad = new byte[64];
    keep(story.stream, bad);
    scene.disk.fails(Kind.FULL, (table, key, write) -> write);
    try (Streams again = again()) {
      assertThat(Scene.load(again, story.stream)).isEqualTo(before);
    }
    scene.disk.heal();
    assertThat(kept(story.stream)).isEqualTo(bad);
  }

  @Test
  void shouldWriteTheOtherStatesAroundADamagedPlace() throws Exception {
    StreamId hurt = others.get(7);
    damage(hurt);
    try (Streams again = again()) {
      for (StreamId stream : others) {
        again.apply(stream, Scene.note(stream, stream.init(), "more"), Scene.WRITE);
      }
    }
    for (StreamId stream : others) {
      if (!stream.equals(hurt)) {
        assertThat(StateCodec.decode(stream, kept(stream)))
            .hasValueSatisfying(derivedState -> assertThat(derivedState.stored()).isEqualTo(2));
      }
    }
    try (Streams again = again()) {
      assertThat(Scene.notes(Scene.load(again, hurt))).containsExactly("other 7", "more");
    }
  }

  @Test
  void shouldGiveUpARoundInATableThatIsAllDamaged() throws Exception {
    int[] refused = new int[1];
    StreamId one = null;
    try (Streams again = again()) {
      for (int i = 0; i < 400; i++) {
        one = again.create(Notes.CODE, Scene.init("one " + i), Scene.WRITE).state().id();
      }
      scene.disk.fails(
          Kind.CORRUPT,
          (table, key, write) -> {
            boolean state = table.equals(NodeTables.STATES);
            refused[0] += state ? 1 : 0;
            return state;
          });
    }
    // State by state it would be twice as many as there are.
    assertThat(refused[0]).isBetween(64, 200);
    try (Streams again = again()) {
      assertThat(Scene.notes(Scene.load(again, one))).containsExactly("one 399");
    }
  }

  @Test
  void shouldAskTheChainAgainWhenItsAnswerIsDamaged() throws Exception {
    scene.disk.fails(
        Kind.CORRUPT,
        (table, key, write) ->
            table.equals(NodeTables.PROOFS) || !write && table.equals(NodeTables.STATES));
    try (Streams again = again()) {
      assertThat(Scene.load(again, story.stream)).isEqualTo(before);
    }
  }

  @Test
  void rejectsAReadWhenTheLogItselfIsDamaged() throws Exception {
    keep(story.stream, new byte[64]);
    scene.disk.fails(
        Kind.CORRUPT, (table, key, write) -> table.equals(NodeTables.EVENTS) && !write);
    try (Streams again = again()) {
      assertThatThrownBy(() -> Scene.load(again, story.stream))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
    }
  }

  @Test
  void shouldFindAStreamWhoseStateDoesNotDecode() throws Exception {
    keep(story.stream, new byte[64]);
    try (Streams again = again();
        Catalogue catalogue = again.catalogue(scene.store)) {
      List<StreamState> seen = new ArrayList<>();
      catalogue.walk(Optional.empty(), 1_000, Scene.in(60), seen::add);
      assertThat(seen).hasSize(others.size() + 1).contains(before);
    }
  }

  @Test
  void shouldFindTheStreamsBesideDamage() throws Exception {
    List<StreamId> all = new ArrayList<>(others);
    all.add(story.stream);
    all.sort((a, b) -> Arrays.compareUnsigned(a.bytes(), b.bytes()));
    // The first, two together, and the last.
    Set<StreamId> hurt = Set.of(all.get(0), all.get(20), all.get(21), all.get(40));
    scene.disk.fails(
        Kind.CORRUPT,
        (table, key, write) ->
            table.equals(NodeTables.STATES) && hurt.contains(StreamId.of(key)) && !write);
    try (Streams again = again();
        Catalogue catalogue = again.catalogue(scene.store)) {
      List<StreamId> seen = new ArrayList<>();
      StreamCatalogue.Walk walk =
          catalogue.walk(Optional.empty(), 1_000, Scene.in(60), state -> seen.add(state.id()));
      assertThat(seen)
          .containsExactlyElementsOf(all.stream().filter(id -> !hurt.contains(id)).toList());
      assertThat(walk.seen()).isEqualTo(37);
      assertThat(walk.last()).isEmpty();
      assertThat(walk.damage()).isPresent();

      // Part by part as well.
      seen.clear();
      Optional<StreamId> after = Optional.empty();
      do {
        after = catalogue.walk(after, 5, Scene.in(60), state -> seen.add(state.id())).last();
      } while (after.isPresent());
      assertThat(seen).hasSize(37).doesNotHaveDuplicates();
      scene.disk.heal();
      assertThat(catalogue.walk(Optional.empty(), 1_000, Scene.in(60), state -> true).damage())
          .isEmpty();
    }
  }

  @Test
  void shouldEndAWalkWhereNothingCanBeRead() {
    scene.disk.loses(NodeTables.STATES);
    try (Streams again = again();
        Catalogue catalogue = again.catalogue(scene.store)) {
      assertThat(catalogue.walk(Optional.empty(), 1_000, Deadline.NONE, state -> true))
          .satisfies(walk -> assertThat(walk.damage().orElseThrow()).contains("root"))
          .extracting(StreamCatalogue.Walk::seen, StreamCatalogue.Walk::last)
          .containsExactly(0, Optional.empty());
    }
  }

  @Test
  void shouldSayThatACensusIsNotComplete() {
    damage(story.stream);
    try (Streams again = again()) {
      StreamCensus.Count count = again.census(scene.store, Clock.systemUTC()).count();
      assertThat(count.complete()).isFalse();
    }
  }
}
