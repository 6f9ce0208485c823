package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.stream.StreamId;
import org.kiln.core.stream.StreamCatalogue.Walk;

class CatalogueTest {
  private static final int STREAMS = 7;

  private final Scene scene = new Scene();
  private final Catalogue catalogue = new Catalogue(scene.store);
  private final Set<StreamId> created = new HashSet<>();

  @BeforeEach
  void create() throws Exception {
    for (int i = 0; i < STREAMS; i++) {
      created.add(scene.create(Scene.init("stream " + i)));
    }
    // What waits to be written is written at the end.
    scene.streams.close();
  }

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void shouldGoThroughAllStatesAPartAtATime() {
    List<StreamId> seen = new ArrayList<>();
    Optional<StreamId> after = Optional.empty();
    int walks = 0;
    do {
      Walk walk = catalogue.walk(after, 3, Scene.in(30), state -> seen.add(state.id()));
      after = walk.last();
      walks++;
    } while (after.isPresent() && walks < 10);
    assertThat(seen).hasSize(STREAMS).containsExactlyInAnyOrderElementsOf(created).isSorted();
    assertThat(walks).isEqualTo(3);
  }

  @Test
  void shouldStopWhereTheReaderHasEnough() {
    List<StreamId> seen = new ArrayList<>();
    Walk walk =
        catalogue.walk(
            Optional.empty(),
            100,
            Scene.in(30),
            state -> {
              seen.add(state.id());
              return seen.size() < 2;
            });
    assertThat(walk.seen()).isEqualTo(2);
    assertThat(walk.last()).contains(seen.get(1));
  }

  @Test
  void shouldComeBackWhenTheTimeIsOver() {
    Walk walk = catalogue.walk(Optional.empty(), 100, Scene.in(0), state -> true);
    // One page is always looked at, so that a search gets on; here it was the last one.
    assertThat(walk.seen()).isEqualTo(STREAMS);
    assertThat(walk.last()).isEmpty();
  }
}
