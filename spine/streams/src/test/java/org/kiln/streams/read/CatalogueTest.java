package org.kiln.streams.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.StreamCatalogue.Walk;
import org.kiln.streams.Scene;
import org.kiln.streams.state.MentionIndex;

class CatalogueTest {
  private static final int STREAMS = 7;
  private static final String CONTROLLER = "did:key:ann";

  private final Scene scene = new Scene();
  private final Catalogue catalogue = scene.streams.catalogue(scene.store);
  private final Set<StreamId> created = new HashSet<>();

  @BeforeEach
  void create() throws Exception {
    for (int i = 0; i < STREAMS; i++) {
      Ipld.Map header =
          Ipld.map("note", Ipld.of("stream " + i), "controllers", Ipld.list(Ipld.of(CONTROLLER)));
      created.add(scene.create(Scene.decode(Map.of(), Scene.block(Ipld.map("header", header)))));
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

  private List<StreamId> search(String mention) {
    List<StreamId> found = new ArrayList<>();
    Optional<StreamId> after = Optional.empty();
    do {
      Walk walk =
          catalogue.search(
              mention,
              after,
              2,
              Scene.in(30),
              state -> {
                if (state.document().metadata().toString().contains(mention)) {
                  found.add(state.id());
                }
                return true;
              });
      after = walk.last();
    } while (after.isPresent());
    return found;
  }

  @Test
  void shouldFindTheSameWithTheIndexAndWithout() throws Exception {
    List<StreamId> without = search(CONTROLLER);
    catalogue.awaitIndex();
    assertThat(search(CONTROLLER)).isEqualTo(without).hasSize(STREAMS);
    Walk nobody =
        catalogue.search("did:key:nobody", Optional.empty(), 100, Scene.in(30), state -> true);
    assertThat(nobody).isEqualTo(new Walk(0, Optional.empty(), Optional.empty()));
  }

  @Test
  void shouldNoteWhatIsWrittenLater() {
    MentionIndex index = new MentionIndex();
    List<StreamState> states = new ArrayList<>();
    catalogue.walk(Optional.empty(), 100, Scene.in(30), states::add);
    index.note(states.get(0));
    assertThat(index.mayMention(CONTROLLER)).as("nobody asked yet").isEmpty();
    index.begin();
    states.forEach(index::note);
    List<MentionIndex.Range> ranges = index.mayMention(CONTROLLER);
    for (StreamId stream : created) {
      assertThat(ranges)
          .anyMatch(
              range ->
                  Arrays.compareUnsigned(range.from(), stream.bytes()) <= 0
                      && Arrays.compareUnsigned(stream.bytes(), range.to()) < 0);
    }
    assertThat(index.mayMention("did:key:nobody")).isEmpty();
  }
}
