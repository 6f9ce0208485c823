package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange.Kind;
import org.kiln.api.ipld.Cid;
import org.kiln.core.log.Journal.Move;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.ipld.event.DecodedEvent;

/**
 * Whatever order the events of a stream come in, and whoever brings them: who follows the moves
 * that are told ends where the stream is, each move is what it is said to be, no tip is told twice
 * in a row, and what a client was promised is told once.
 */
class FollowingTest {
  private static final Clock NOW = Clock.fixed(Instant.ofEpochSecond(1), ZoneOffset.UTC);

  private final Random random = new Random(1);
  private Scene.Story story;
  private Scene scene;
  private int followed;
  private List<Cid> log;

  @Property(tries = 150)
  void shouldLeadToTheStateOfTheStream(
      @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 0, max = 1_000_000) Integer> shape,
      @ForAll long seed)
      throws Exception {
    random.setSeed(seed);
    story = new Scene.Story();
    followed = 0;
    log = List.of();
    grow(shape);
    List<DecodedEvent> events = new ArrayList<>(story.events.values());
    Collections.shuffle(events, random);
    Set<Cid> promised = new HashSet<>();
    try (Scene one = new Scene(new Notes(1), new Permits(NOW), NOW)) {
      scene = one;
      for (int at = 0; at < events.size(); ) {
        if (random.nextInt(4) == 0) {
          write(promised);
        } else {
          int many = Math.min(events.size() - at, 1 + random.nextInt(3));
          receive(events.subList(at, at + many));
          at += many;
        }
        follow();
      }
      assertThat(log).isEqualTo(events());
      assertThat(promised)
          .allSatisfy(
              cid ->
                  assertThat(scene.journal.moves())
                      .filteredOn(move -> move.tip().equals(cid))
                      .filteredOn(move -> move.origin().equals(Origin.CLIENT))
                      .hasSize(1));
      assertThat(scene.journal.unsettled()).isEmpty();
      int told = scene.journal.moves().size();
      scene.streams.rebuild(scene.store).run((done, total) -> {});
      assertThat(scene.journal.moves()).hasSize(told);
    }
  }

  /** Each number grows one event on an earlier one. */
  private void grow(List<Integer> shape) {
    List<String> names = new ArrayList<>(List.of("I"));
    for (int i = 0; i < shape.size(); i++) {
      int number = shape.get(i);
      String after = names.get(number % names.size());
      String name = "e" + i;
      switch (number / 20 % 10) {
        case 0 -> story.note(name = "bad" + i, after);
        case 1, 2, 3 -> story.time(name, after, number / 200 % 4 - 1);
        case 4, 5 -> story.permitted(name, after, number / 200 % 4);
        default -> story.note(name, after);
      }
      names.add(name);
    }
  }

  private void receive(List<DecodedEvent> events) {
    List<StreamEvent> together =
        events.stream().map(event -> new StreamEvent(story.stream, event)).toList();
    assertThat(scene.streams.receive(together, Scene.PEER, Scene.in(30)))
        .allMatch(java.util.Optional::isEmpty);
  }

  /** A client writes on the tip, if there is one. */
  private void write(Set<Cid> promised) {
    try {
      DecodedEvent event =
          log.isEmpty()
              ? story.init
              : Scene.note(story.stream, log.getLast(), "mine " + promised.size());
      if (log.isEmpty()
          ? scene.streams.create(Notes.CODE, event, Scene.WRITE).changed()
          : scene.streams.apply(story.stream, event, Scene.WRITE).changed()) {
        promised.add(event.event().cid());
      }
    } catch (StreamException refused) {
      assertThat(refused).hasMessageNotContaining("null");
    }
  }

  private void follow() throws Exception {
    List<Move> moves = scene.journal.moves();
    for (; followed < moves.size(); followed++) {
      Move move = moves.get(followed);
      List<Cid> now = events();
      assertThat(now).as("a state at least as new").contains(move.tip());
      now = now.subList(0, now.indexOf(move.tip()) + 1);
      assertThat(now).isNotEqualTo(log);
      boolean onwards = now.size() > log.size() && now.subList(0, log.size()).equals(log);
      assertThat(move.kind() == Kind.CREATED).isEqualTo(log.isEmpty());
      assertThat(move.kind() != Kind.REORGANIZED).isEqualTo(onwards);
      log = now;
    }
  }

  private List<Cid> events() throws Exception {
    try {
      return scene.streams.events(story.stream, Scene.in(30)).stream()
          .map(StoredEvent::event)
          .map(event -> event.cid())
          .toList();
    } catch (StreamException e) {
      return List.of();
    }
  }
}
