package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.stream.StreamRef;
import org.kiln.core.log.Journal;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.ipld.event.DecodedEvent;

/** What is derived in the background counts, though others write and fail beside it. */
class DerivedBesideOthersTest {
  private static final int EVENTS = 300;

  /** So many streams share what says that one of them was written. */
  private static final int STRIPES = 4096;

  private static final int BOUND_SECONDS = 60;

  private final Impatient type = new Impatient();
  private final Scene scene = new Scene(type);
  private final Scene.Story story = new Scene.Story();
  private final Streams streams;

  DerivedBesideOthersTest() throws Exception {
    List<DecodedEvent> events = new ArrayList<>(List.of(story.init));
    for (int i = 1; i < EVENTS; i++) {
      events.add(Scene.note(story.stream, events.getLast().event().cid(), "n" + i));
    }
    scene.keep(story.stream, events);
    streams = scene.open(type);
  }

  @AfterEach
  void close() {
    streams.close();
    scene.close();
  }

  @Test
  void shouldTakeWhatWasDerivedThoughAnotherStreamWasWritten() throws Exception {
    DecodedEvent other = sharing();
    type.before(
        number -> {
          if (number == EVENTS / 2) {
            type.before(next -> {});
            create(other);
          }
        });
    streams.start();
    assertThat(scene.journal.moves(story.stream))
        .extracting(Journal.Move::tip)
        .containsExactly(Scene.load(streams, story.stream).tip());
    assertThat(type.asked()).as("each event once").isEqualTo(EVENTS + 1);
    assertThat(scene.journal.unsettled()).isEmpty();
  }

  @Test
  void shouldServeWhatIsKnownWhileItCannotBeDerived() throws Exception {
    Scene.load(streams, story.stream);
    type.patience(EVENTS);
    streams.start();
    assertThat(scene.journal.moves(story.stream)).as("nothing could be told").isEmpty();
    assertThat(
            streams.atHand(
                new StreamRef(story.stream, Optional.empty()),
                LoadOptions.local(Scene.in(BOUND_SECONDS))))
        .isPresent();
    type.patience(Integer.MAX_VALUE);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    while (scene.journal.moves(story.stream).isEmpty()) {
      assertThat(System.nanoTime()).as("it is told once it can be").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private void create(DecodedEvent init) {
    try {
      streams.create(Notes.CODE, init, Scene.WRITE);
    } catch (StreamException e) {
      throw new AssertionError(e);
    }
  }

  private DecodedEvent sharing() {
    int stripe = story.stream.hashCode() & STRIPES - 1;
    for (int i = 0; ; i++) {
      DecodedEvent init = Scene.init("other " + i);
      if ((Scene.id(init).hashCode() & STRIPES - 1) == stripe) {
        return init;
      }
    }
  }
}
