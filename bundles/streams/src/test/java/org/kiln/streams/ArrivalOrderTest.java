package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.kiln.api.stream.StreamState;
import org.kiln.ipld.event.DecodedEvent;

/** Whatever order events arrive in, every node ends with the same tip, state and log. */
class ArrivalOrderTest {

  @Property(tries = 200)
  void shouldConvergeWhateverTheOrder(
      @ForAll @Size(min = 1, max = 14) List<@IntRange(min = 0, max = 1_000_000) Integer> shape,
      @ForAll long seed)
      throws Exception {
    Scene.Story story = grow(shape);
    List<DecodedEvent> events = new ArrayList<>(story.events.values());
    StreamState inOrder = feed(story, events);
    java.util.Collections.shuffle(events, new java.util.Random(seed));
    assertThat(feed(story, events)).isEqualTo(inOrder);
  }

  @Property(tries = 50)
  void shouldChangeNothingWhenEventsComeAgain(
      @ForAll @Size(min = 1, max = 10) List<@IntRange(min = 0, max = 1_000_000) Integer> shape)
      throws Exception {
    Scene.Story story = grow(shape);
    List<DecodedEvent> twice = new ArrayList<>(story.events.values());
    StreamState once = feed(story, twice);
    twice.addAll(story.events.values());
    assertThat(feed(story, twice)).isEqualTo(once);
  }

  /** Each number grows one event on an earlier one: a note, an invalid note, or a time event. */
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
        default -> story.note(name, after);
      }
      names.add(name);
    }
    return story;
  }

  private static StreamState feed(Scene.Story story, List<DecodedEvent> events) throws Exception {
    try (Scene scene = new Scene()) {
      for (DecodedEvent event : events) {
        scene.streams.receive(story.stream, event, Scene.in(30));
      }
      return scene.load(story.stream);
    }
  }
}
