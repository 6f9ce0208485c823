package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamHistory.Found;
import org.kiln.core.stream.StreamHistory.Point;
import org.kiln.ipld.event.DecodedEvent;

/** Many points of one stream's history in one walk. */
class HistoryTest {
  private static final int NOTES = 200;

  private final Notes type = new Notes(1);
  private final Scene scene = new Scene(type);
  private final Scene.Story story = new Scene.Story();
  private final List<Cid> events = new ArrayList<>();

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void shouldReadEachEventOnceForAllPoints() throws Exception {
    write();
    List<Point> points = new ArrayList<>();
    events.forEach(event -> points.add(at(event)));
    Collections.reverse(points);
    int applied = type.applied();
    long read = scene.log.read();
    Sink sink = new Sink(Integer.MAX_VALUE);

    scene.streams.loadEach(story.stream, points, LoadOptions.local(Scene.in(30)), sink);

    assertThat(sink.states).hasSize(events.size());
    assertThat(type.applied() - applied).isLessThanOrEqualTo(NOTES + 2);
    assertThat(scene.log.read() - read).isLessThanOrEqualTo(2L * (NOTES + 2));
    for (int i = 0; i < points.size(); i++) {
      Cid event = points.get(i).event().orElseThrow();
      StreamState alone =
          scene.streams.load(
              new StreamRef(story.stream, Optional.of(event)), LoadOptions.local(Scene.in(30)));
      assertThat(sink.states.get(i)).isEqualTo(alone);
    }
  }

  @Test
  void shouldReadTheEventsOfALogInAFewScans() throws Exception {
    write();
    long read = scene.log.read();
    long looks = scene.log.looks();

    List<StoredEvent> found = scene.streams.events(story.stream, Scene.in(30));

    assertThat(found).extracting(event -> event.event().cid()).containsExactlyElementsOf(events);
    assertThat(scene.log.read() - read).isEqualTo(events.size());
    assertThat(scene.log.looks() - looks).isLessThanOrEqualTo(events.size() / 32 + 1);
    assertThat(found.get(7).event().cid()).isEqualTo(events.get(7));
    assertThat(found.get(3).event().cid()).isEqualTo(events.get(3));
  }

  @Test
  void shouldListTheLogBesideADamagedEventOfALostBranch() throws Exception {
    write(true);
    scene.log.damage(story.cid("lost"));
    long looks = scene.log.looks();

    assertThat(scene.streams.events(story.stream, Scene.in(30)))
        .extracting(event -> event.event().cid())
        .containsExactlyElementsOf(events);
    // About the page with the damage is read one by one, and what follows in scans again.
    assertThat(scene.log.looks() - looks).isLessThanOrEqualTo(2 * 32 + events.size() / 32 + 2);
  }

  @Test
  void shouldFindPointsByTimeAndTheTip() throws Exception {
    write();
    List<Point> points =
        List.of(
            new Point(Optional.empty(), OptionalLong.of(1_000)),
            new Point(Optional.empty(), OptionalLong.of(2_000)),
            new Point(Optional.empty(), OptionalLong.empty()));
    Sink sink = new Sink(Integer.MAX_VALUE);

    scene.streams.loadEach(story.stream, points, LoadOptions.local(Scene.in(30)), sink);

    assertThat(sink.states.get(0).log()).hasSize(1);
    assertThat(sink.states.get(1).tip()).isEqualTo(story.cid("time"));
    assertThat(sink.states.get(2).tip()).isEqualTo(events.get(events.size() - 1));
  }

  @Test
  void shouldLeaveOutWhatIsNoEventOfTheStream() throws Exception {
    write();
    Sink sink = new Sink(Integer.MAX_VALUE);

    scene.streams.loadEach(
        story.stream,
        List.of(at(Scene.init("another").event().cid()), at(events.get(3))),
        LoadOptions.local(Scene.in(30)),
        sink);

    assertThat(sink.states.keySet()).containsExactly(1);
  }

  @Test
  void shouldStopWhenNobodyWantsMore() throws Exception {
    write();
    int applied = type.applied();
    Sink sink = new Sink(3);

    scene.streams.loadEach(
        story.stream,
        events.subList(0, 100).stream().map(HistoryTest::at).toList(),
        LoadOptions.local(Scene.in(30)),
        sink);

    assertThat(sink.states).hasSize(3);
    assertThat(type.applied() - applied).isLessThan(5);
  }

  private void write() throws Exception {
    write(false);
  }

  private void write(boolean withALostBranch) throws Exception {
    scene.create(story.init);
    events.add(story.cid("I"));
    story.note("n0", "I").time("time", "n0", 1_500);
    String after = "time";
    for (int i = 1; i < NOTES; i++) {
      story.note("n" + i, after);
      after = "n" + i;
      if (withALostBranch && i == NOTES / 2) {
        story.note("lost", "n" + i / 2);
      }
    }
    for (DecodedEvent event : story.events.values()) {
      if (!event.event().cid().equals(story.stream.init())) {
        Scene.receive(scene.streams, story.stream, event, Scene.PEER, Scene.in(30));
        events.add(event.event().cid());
      }
    }
    if (withALostBranch) {
      events.remove(story.cid("lost"));
    }
  }

  private static Point at(Cid event) {
    return new Point(Optional.of(event), OptionalLong.empty());
  }

  /** Keeps so many states and wants no more then. */
  private static final class Sink implements Found {
    private final TreeMap<Integer, StreamState> states = new TreeMap<>();
    private final int most;

    Sink(int most) {
      this.most = most;
    }

    @Override
    public boolean wanted() {
      return states.size() < most;
    }

    @Override
    public void state(int index, StreamState state) {
      states.put(index, state);
    }
  }
}
