package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.feed.Origin;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.StreamId;
import org.kiln.core.anchor.AnchorRequests;
import org.kiln.ipld.event.DecodedEvent;

/** What a client wrote is pinned and anchored, also where it stands beside the tip. */
class ClientWishesTest {
  private final Scene scene = new Scene();
  private final Wanted wanted = new Wanted();

  /** An anchor service that keeps the newest wish of each stream and never comes to it. */
  private static final class Wanted implements AnchorRequests {
    private final Map<StreamId, Cid> tips = new HashMap<>();

    @Override
    public AnchorStatus request(StreamId stream, Cid tip, Deadline deadline) {
      tips.put(stream, tip);
      return AnchorStatus.PENDING;
    }

    @Override
    public Optional<Request> prepare(StreamId stream, Cid tip) {
      return Optional.of(new Request(batch -> tips.put(stream, tip), () -> {}));
    }

    @Override
    public AnchorStatus status(StreamId stream, Cid tip) {
      return tip.equals(tips.get(stream)) ? AnchorStatus.PENDING : AnchorStatus.NOT_REQUESTED;
    }
  }

  @BeforeEach
  void anchor() {
    scene.streams.anchorRequests(wanted);
  }

  @AfterEach
  void close() {
    scene.close();
  }

  private void receive(StreamId stream, DecodedEvent event, Origin origin) throws Exception {
    Scene.receive(scene.streams, stream, event, origin, Scene.in(30));
  }

  @Test
  void shouldAskForTheTipWhicheverBranchWins() throws Exception {
    Scene.Story story = new Scene.Story().note("left", "I").note("right", "I");
    receive(story.stream, story.init, Origin.CLIENT);
    assertThat(wanted.tips).containsEntry(story.stream, story.cid("I"));
    for (String branch : new String[] {"left", "right"}) {
      receive(story.stream, story.events.get(branch), Origin.CLIENT);
      Cid tip = scene.load(story.stream).tip();
      assertThat(wanted.tips).containsEntry(story.stream, tip);
      assertThat(scene.load(story.stream).anchorStatus()).isEqualTo(AnchorStatus.PENDING);
    }
    // One of the two did not become the tip.
    assertThat(scene.store.contains(story.cid("left"))).isTrue();
    assertThat(scene.store.contains(story.cid("right"))).isTrue();
    assertThat(scene.streams.pinned(story.stream)).isTrue();
  }

  @Test
  void shouldAskForWhatCannotBeDerivedYet() throws Exception {
    DecodedEvent needed = Scene.init("needed");
    DecodedEvent init =
        Scene.decode(
            Map.of(),
            Scene.block(
                Ipld.map(
                    "header",
                    Ipld.map(
                        "note",
                        Ipld.of("needs another"),
                        "needs",
                        Ipld.of(Scene.id(needed).toString())))));
    StreamId stream = Scene.id(init);
    receive(stream, init, Origin.CLIENT);
    assertThat(wanted.tips).containsEntry(stream, init.event().cid());
    assertThat(scene.streams.pinned(stream)).isTrue();
  }

  @Test
  void shouldAskForNothingOfOthers() throws Exception {
    Scene.Story story = new Scene.Story().note("left", "I");
    receive(story.stream, story.init, Scene.PEER);
    receive(story.stream, story.events.get("left"), Scene.PEER);
    assertThat(wanted.tips).isEmpty();
    assertThat(scene.streams.pinned(story.stream)).isFalse();
  }

  @Test
  void shouldNotAskAgainForWhatIsAnchored() throws Exception {
    Scene.Story story = new Scene.Story().note("left", "I").time("anchored", "left", 100);
    receive(story.stream, story.init, Origin.CLIENT);
    receive(story.stream, story.events.get("left"), Origin.CLIENT);
    wanted.tips.clear();
    receive(story.stream, story.events.get("anchored"), Origin.CLIENT);
    assertThat(wanted.tips).isEmpty();
    assertThat(scene.load(story.stream).anchorStatus()).isEqualTo(AnchorStatus.ANCHORED);
  }
}
