package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.InitHeader;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.stream.StreamEvent;
import org.kiln.ipld.event.DecodedEvent;

/** Every event has its place in the order of EventIds, whatever came first of its stream. */
class PlaceInOrderTest {
  private static final byte[] MAX = {(byte) 0xff};

  private final DecodedEvent init =
      Scene.decode(
          Map.of(),
          Scene.block(
              Ipld.map(
                  "header",
                  Ipld.map(
                      "note", Ipld.of("start"),
                      "model", new Ipld.Bytes(StreamId.MODEL.bytes()),
                      "controllers", Ipld.list(Ipld.of(Permits.OWNER))))));
  private final StreamId stream = Scene.id(init);
  private final EventId order =
      InitHeader.of((Event.Init) init.event()).order(NetworkId.INMEMORY, stream.init()).get();

  private static Scene scene() {
    return new Scene(new Notes(1), new Permits(Clock.systemUTC()), Clock.systemUTC());
  }

  private DecodedEvent note(Cid prev, String text) {
    return Permits.note(stream, prev, text, 4_000_000_000L);
  }

  private List<DecodedEvent> chain(int notes) {
    List<DecodedEvent> events = new ArrayList<>(List.of(init));
    Cid prev = stream.init();
    for (int i = 0; i < notes; i++) {
      DecodedEvent note = note(prev, "note " + i);
      events.add(note);
      prev = note.event().cid();
    }
    return events;
  }

  private Set<EventId> expected(List<DecodedEvent> events) {
    Set<EventId> ids = new TreeSet<>();
    events.forEach(event -> ids.add(order.withEvent(event.event().cid())));
    return ids;
  }

  private static Set<EventId> kept(Scene scene) {
    Set<EventId> ids = new TreeSet<>();
    scene.store.scanKeys(new byte[0], MAX, ids::add);
    assertThat(scene.store.rangeHash(new byte[0], MAX).count()).isEqualTo(ids.size());
    return ids;
  }

  private void receive(Scene scene, List<DecodedEvent> events) {
    assertThat(
            scene.streams.receive(
                events.stream().map(event -> new StreamEvent(stream, event)).toList(),
                Scene.PEER,
                Scene.in(30)))
        .containsOnly(Optional.empty());
  }

  @Test
  void shouldPlaceEventsThatComeWithTheirFirstOne() {
    try (Scene scene = scene()) {
      List<DecodedEvent> events = chain(5);
      receive(scene, events);
      assertThat(kept(scene)).isEqualTo(expected(events));
    }
  }

  @Test
  void shouldPlaceEventsThatCameBeforeTheirFirstOne() {
    try (Scene scene = scene()) {
      // More than are written at once.
      List<DecodedEvent> events = chain(600);
      List<DecodedEvent> shuffled = new ArrayList<>(events.subList(1, events.size()));
      Collections.shuffle(shuffled, new Random(3));
      receive(scene, shuffled.subList(0, 300));
      receive(scene, shuffled.subList(300, 600));
      assertThat(kept(scene)).isEmpty();
      receive(scene, List.of(init));
      assertThat(kept(scene)).isEqualTo(expected(events));
    }
  }

  @Test
  void shouldPlaceLargeEventsInWritesOfAFewMegabytes() {
    try (Scene scene = scene()) {
      List<DecodedEvent> events = new ArrayList<>(List.of(init));
      for (int i = 0; i < 80; i++) {
        Cid prev = events.getLast().event().cid();
        events.add(note(prev, i + " " + "x".repeat(100_000)));
      }
      for (DecodedEvent event : events.subList(1, events.size())) {
        receive(scene, List.of(event));
      }
      receive(scene, List.of(init));
      assertThat(kept(scene)).isEqualTo(expected(events));
      assertThat(scene.log.largestWrite()).isBetween(3L << 20, 5L << 20);
    }
  }

  @Test
  void shouldPlaceEventsThatCameBeforeAClientMadeTheirStream() throws Exception {
    try (Scene scene = scene()) {
      List<DecodedEvent> events = chain(3);
      receive(scene, events.subList(1, 4));
      assertThat(scene.create(init)).isEqualTo(stream);
      assertThat(kept(scene)).isEqualTo(expected(events));
    }
  }

  @Test
  void shouldPlaceWhatBuildsOnAnotherStreamWhenItsOwnBegins() throws Exception {
    try (Scene scene = scene()) {
      DecodedEvent elsewhere = Scene.init("elsewhere");
      scene.create(elsewhere);
      DecodedEvent stray = note(elsewhere.event().cid(), "stray");
      receive(scene, List.of(stray));
      receive(scene, List.of(init));
      assertThat(kept(scene)).isEqualTo(expected(List.of(init, stray)));
    }
  }

  @Test
  void shouldGiveNoPlaceToWhatNoNodeWillEverTake() throws Exception {
    try (Scene scene = scene()) {
      List<DecodedEvent> events = chain(2);
      DecodedEvent early = Scene.note(stream, stream.init(), "early, and unsigned");
      DecodedEvent late = Scene.note(stream, stream.init(), "late, and unsigned");
      receive(scene, List.of(early));
      receive(scene, events);
      receive(scene, List.of(late));
      assertThat(kept(scene)).isEqualTo(expected(events));
      // They are kept all the same.
      assertThat(scene.store.contains(early.event().cid())).isTrue();
      assertThat(scene.store.contains(late.event().cid())).isTrue();
    }
  }
}
