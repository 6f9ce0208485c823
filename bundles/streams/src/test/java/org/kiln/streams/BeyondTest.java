package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.net.StreamSync;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamService.LoadOptions;
import org.kiln.core.stream.StreamService.Sync;
import org.kiln.core.stream.StreamService.WriteOptions;
import org.kiln.streams.Scene.Story;

/** When other nodes are asked, and when not. */
class BeyondTest {
  private final Scene scene = new Scene();
  private final Story story = new Story().note("A", "I").note("B", "A");
  private final Others others = new Others();

  @AfterEach
  void close() {
    scene.close();
  }

  /** Other nodes: they have the whole story. */
  private final class Others implements StreamSync {
    final List<String> calls = new ArrayList<>();
    private final Set<StreamId> asked = new HashSet<>();

    @Override
    public boolean asked(StreamId stream) {
      return asked.contains(stream);
    }

    @Override
    public void ask(StreamId stream, Duration wait, Deadline deadline) {
      calls.add("ask " + wait.toSeconds());
      asked.add(stream);
      deliver(stream);
    }

    private void deliver(StreamId stream) {
      if (!stream.equals(story.stream)) {
        return;
      }
      story
          .events
          .values()
          .forEach(
              event -> {
                try {
                  scene.streams.receive(story.stream, event, Scene.in(30));
                } catch (StreamException e) {
                  throw new AssertionError(e);
                }
              });
    }

    @Override
    public void fetch(StreamId stream, Cid event, Deadline deadline) {
      calls.add("fetch " + event);
      deliver(stream);
    }

    @Override
    public void announce(StreamId stream, Cid tip, Optional<StreamId> model) {
      calls.add("tell " + tip);
    }
  }

  private StreamState load(Sync sync) throws StreamException {
    return load(sync, Optional.empty());
  }

  private StreamState load(Sync sync, Optional<Cid> event) throws StreamException {
    return scene.streams.load(
        new StreamRef(story.stream, event),
        new LoadOptions(sync, 7, OptionalLong.empty(), Scene.in(30)));
  }

  private void store(String... names) throws StreamException {
    for (String name : names) {
      scene.streams.receive(story.stream, story.events.get(name), Scene.in(30));
    }
  }

  @Test
  void shouldLoadWhatOnlyOthersHave() throws Exception {
    scene.streams.network(others);
    assertThat(load(Sync.PREFER_CACHE).tip()).isEqualTo(story.cid("B"));
    assertThat(others.calls).containsExactly("ask 7");
    // In memory now: nobody is asked again.
    load(Sync.PREFER_CACHE);
    load(Sync.SYNC_ON_ERROR);
    assertThat(others.calls).hasSize(1);
  }

  @Test
  void shouldAskOnceForAStreamThatLayInTheStore() throws Exception {
    store("I", "A");
    try (Streams restarted = scene.open(new Notes(1))) {
      restarted.network(others);
      LoadOptions options =
          new LoadOptions(Sync.PREFER_CACHE, 3, OptionalLong.empty(), Scene.in(30));
      StreamRef ref = new StreamRef(story.stream, Optional.empty());
      assertThat(restarted.load(ref, options).tip()).isEqualTo(story.cid("B"));
      restarted.load(ref, options);
      assertThat(others.calls).containsExactly("ask 3");
    }
  }

  @Test
  void shouldNeverAskWhenToldSo() throws Exception {
    scene.streams.network(others);
    assertThatThrownBy(() -> load(Sync.NEVER_SYNC)).isInstanceOf(StreamException.class);
    store("I");
    assertThat(load(Sync.NEVER_SYNC).tip()).isEqualTo(story.cid("I"));
    assertThat(others.calls).isEmpty();
  }

  @Test
  void shouldAlwaysAskWhenToldSo() throws Exception {
    store("I");
    load(Sync.NEVER_SYNC);
    scene.streams.network(others);
    assertThat(load(Sync.SYNC_ALWAYS).tip()).isEqualTo(story.cid("B"));
    load(Sync.SYNC_ALWAYS);
    assertThat(others.calls).containsExactly("ask 7", "ask 7");
  }

  @Test
  void shouldFetchACommitItDoesNotKnow() throws Exception {
    store("I");
    load(Sync.NEVER_SYNC);
    scene.streams.network(others);
    assertThat(load(Sync.PREFER_CACHE, Optional.of(story.cid("A"))).tip())
        .isEqualTo(story.cid("A"));
    assertThat(others.calls).containsExactly("fetch " + story.cid("A"));
  }

  @Test
  void shouldFetchWhatAWriteBuildsOn() throws Exception {
    scene.streams.network(others);
    Story longer = new Story().note("A", "I").note("B", "A").note("C", "B");
    scene.streams.apply(story.stream, longer.events.get("C"), Scene.WRITE);
    assertThat(others.calls).containsExactly("ask 3");
    assertThat(scene.load(story.stream).tip()).isEqualTo(longer.cid("C"));
  }

  @Test
  void shouldTellOthersOfWritesUnlessToldNotTo() throws Exception {
    scene.streams.network(others);
    WriteOptions publish = new WriteOptions(false, true, true, Scene.in(30));
    scene.streams.create(Notes.CODE, story.init, publish);
    scene.streams.create(Notes.CODE, story.init, publish);
    scene.streams.apply(story.stream, story.events.get("A"), Scene.WRITE);
    scene.streams.apply(story.stream, story.events.get("B"), publish);
    assertThat(others.calls).containsExactly("tell " + story.cid("I"), "tell " + story.cid("B"));
  }

  @Test
  void shouldDoWithoutANetwork() throws Exception {
    scene.streams.network(others);
    scene.streams.network(null);
    for (Sync sync : Sync.values()) {
      assertThatThrownBy(() -> load(sync))
          .isInstanceOf(StreamException.class)
          .hasMessageContaining("not known");
    }
    assertThat(others.calls).isEmpty();
  }
}
