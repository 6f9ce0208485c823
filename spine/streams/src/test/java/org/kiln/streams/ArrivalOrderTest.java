package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.ipld.event.DecodedEvent;

/**
 * Whatever order events arrive in, one by one or together, every node ends with the same tip, state
 * and log, or refuses them with the same sentence, and so does one that derives all anew.
 */
class ArrivalOrderTest {
  /** Permits that expire at 0 hold at no time, those at 1 now but not at all times. */
  private static final Clock NOW = Clock.fixed(Instant.ofEpochSecond(1), ZoneOffset.UTC);

  @Property(tries = 100)
  void shouldConvergeWhateverTheOrder(
      @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 0, max = 1_000_000) Integer> shape,
      @ForAll long seed)
      throws Exception {
    Scene.Story story = grow(shape);
    List<DecodedEvent> events = new ArrayList<>(story.events.values());
    Object inOrder = feed(story, events);
    java.util.Collections.shuffle(events, new java.util.Random(seed));
    assertThat(feed(story, events)).isEqualTo(inOrder);
    assertThat(feedTogether(story, events)).isEqualTo(inOrder);
  }

  @Property(tries = 50)
  void shouldChangeNothingWhenEventsComeAgain(
      @ForAll @Size(min = 1, max = 10) List<@IntRange(min = 0, max = 1_000_000) Integer> shape)
      throws Exception {
    Scene.Story story = grow(shape);
    List<DecodedEvent> twice = new ArrayList<>(story.events.values());
    Object once = feed(story, twice);
    twice.addAll(story.events.values());
    assertThat(feed(story, twice)).isEqualTo(once);
  }

  /**
   * Each number grows one event on an earlier one: a note, an invalid one, one by permit, or a time
   * event.
   */
  private static Scene.Story grow(List<Integer> shape) {
    Scene.Story story = new Scene.Story();
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
    return story;
  }

  private static Object feed(Scene.Story story, List<DecodedEvent> events) throws Exception {
    try (Scene scene = scene()) {
      for (DecodedEvent event : events) {
        Scene.receive(scene.streams, story.stream, event, Scene.PEER, Scene.in(30));
      }
      return settled(scene, story);
    }
  }

  private static Object feedTogether(Scene.Story story, List<DecodedEvent> events)
      throws Exception {
    try (Scene scene = scene()) {
      List<StreamEvent> received =
          events.stream().map(event -> new StreamEvent(story.stream, event)).toList();
      assertThat(scene.streams.receive(received, Scene.PEER, Scene.in(30)))
          .containsOnly(Optional.empty());
      return settled(scene, story);
    }
  }

  private static Object settled(Scene scene, Scene.Story story) throws Exception {
    Object answer = answer(scene, story);
    scene.streams.rebuild(scene.store).run((done, total) -> {});
    assertThat(answer(scene, story)).as("from the beginning").isEqualTo(answer);
    return answer;
  }

  /**
   * What a reader gets: the state, or the sentence that refuses it. A permit that a time event of
   * another branch saved keeps its event, but no time stands beside it in the log.
   */
  private static Object answer(Scene scene, Scene.Story story) {
    try {
      return scene.load(story.stream);
    } catch (StreamException e) {
      return e.getMessage();
    }
  }

  private static Scene scene() {
    return new Scene(new Notes(1), new Permits(NOW), NOW);
  }
}
