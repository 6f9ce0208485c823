package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.net.StreamSync;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.SyncOption;
import org.kiln.core.stream.WriteOptions;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.streams.Scene.Story;

/** When other nodes are asked, and when not. */
class SyncReadsTest {
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
    final Map<Cid, Block> blocks = new HashMap<>();
    private final Set<StreamId> asked = new HashSet<>();

    @Override
    public boolean asked(StreamId stream) {
      return asked.contains(stream);
    }

    @Override
    public void begun(StreamId stream) {
      asked.add(stream);
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
                  Scene.receive(scene.streams, story.stream, event, Scene.PEER, Scene.in(30));
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
    public Optional<Block> block(Cid cid, Deadline deadline) {
      calls.add("block " + cid);
      return Optional.ofNullable(blocks.get(cid));
    }

    @Override
    public void announce(StreamId stream, Cid tip, Optional<StreamId> model) {
      calls.add("tell " + tip);
    }
  }

  private StreamState load(SyncOption sync) throws StreamException {
    return load(sync, Optional.empty());
  }

  private StreamState load(SyncOption sync, Optional<Cid> event) throws StreamException {
    return scene.streams.load(
        new StreamRef(story.stream, event),
        new LoadOptions(sync, 7, OptionalLong.empty(), Scene.in(30)));
  }

  private void store(String... names) throws StreamException {
    for (String name : names) {
      Scene.receive(scene.streams, story.stream, story.events.get(name), Scene.PEER, Scene.in(30));
    }
  }

  @Test
  void shouldLoadWhatOnlyOthersHave() throws Exception {
    scene.streams.network(others);
    assertThat(load(SyncOption.PREFER_CACHE).tip()).isEqualTo(story.cid("B"));
    assertThat(others.calls).containsExactly("ask 7");
    // In memory now: nobody is asked again.
    load(SyncOption.PREFER_CACHE);
    load(SyncOption.SYNC_ON_ERROR);
    assertThat(others.calls).hasSize(1);
  }

  @Test
  void shouldHaveAtHandWhatItNeedNotAskFor() throws Exception {
    store("I", "A");
    scene.streams.network(others);
    load(SyncOption.NEVER_SYNC);

    assertThat(atHand(SyncOption.NEVER_SYNC, Optional.empty()))
        .contains(scene.streams.load(new StreamRef(story.stream, Optional.empty()), local()));
    assertThat(atHand(SyncOption.PREFER_CACHE, Optional.empty())).isEmpty();
    StreamState asked = load(SyncOption.PREFER_CACHE);
    assertThat(atHand(SyncOption.PREFER_CACHE, Optional.empty())).contains(asked);
    assertThat(atHand(SyncOption.SYNC_ON_ERROR, Optional.empty())).contains(asked);
    assertThat(atHand(SyncOption.SYNC_ALWAYS, Optional.empty())).isEmpty();
    assertThat(atHand(SyncOption.NEVER_SYNC, Optional.of(story.cid("A")))).isEmpty();
  }

  private static LoadOptions local() {
    return LoadOptions.local(Scene.in(30));
  }

  private Optional<StreamState> atHand(SyncOption sync, Optional<Cid> event) {
    return scene.streams.atHand(
        new StreamRef(story.stream, event),
        new LoadOptions(sync, 7, OptionalLong.empty(), Scene.in(30)));
  }

  @Test
  void shouldAskOnceForAStreamThatLayInTheStore() throws Exception {
    store("I", "A");
    try (Streams restarted = scene.open(new Notes(1))) {
      restarted.network(others);
      LoadOptions options =
          new LoadOptions(SyncOption.PREFER_CACHE, 3, OptionalLong.empty(), Scene.in(30));
      StreamRef ref = new StreamRef(story.stream, Optional.empty());
      assertThat(restarted.load(ref, options).tip()).isEqualTo(story.cid("B"));
      restarted.load(ref, options);
      assertThat(others.calls).containsExactly("ask 3");
    }
  }

  @Test
  void shouldNeverAskWhenToldSo() throws Exception {
    scene.streams.network(others);
    assertThatThrownBy(() -> load(SyncOption.NEVER_SYNC)).isInstanceOf(StreamException.class);
    store("I");
    assertThat(load(SyncOption.NEVER_SYNC).tip()).isEqualTo(story.cid("I"));
    assertThat(others.calls).isEmpty();
  }

  @Test
  void shouldAlwaysAskWhenToldSo() throws Exception {
    store("I");
    load(SyncOption.NEVER_SYNC);
    scene.streams.network(others);
    assertThat(load(SyncOption.SYNC_ALWAYS).tip()).isEqualTo(story.cid("B"));
    load(SyncOption.SYNC_ALWAYS);
    assertThat(others.calls).containsExactly("ask 7", "ask 7");
  }

  @Test
  void shouldFetchACommitItDoesNotKnow() throws Exception {
    store("I");
    load(SyncOption.NEVER_SYNC);
    scene.streams.network(others);
    assertThat(load(SyncOption.PREFER_CACHE, Optional.of(story.cid("A"))).tip())
        .isEqualTo(story.cid("A"));
    assertThat(others.calls).containsExactly("ask 7");
  }

  @Test
  void shouldFetchACommitThatNobodyNames() throws Exception {
    store("I");
    scene.streams.network(others);
    others.begun(story.stream);
    assertThat(load(SyncOption.PREFER_CACHE, Optional.of(story.cid("A"))).tip())
        .isEqualTo(story.cid("A"));
    assertThat(others.calls).containsExactly("fetch " + story.cid("A"));
  }

  @Test
  void shouldAskForAStreamInMemoryOfWhichNobodyWasAsked() throws Exception {
    scene.streams.network(others);
    store("I");
    assertThat(load(SyncOption.NEVER_SYNC).tip()).isEqualTo(story.cid("I"));
    assertThat(load(SyncOption.PREFER_CACHE).tip()).isEqualTo(story.cid("B"));
    assertThat(others.calls).containsExactly("ask 7");
  }

  private static WriteOptions creation(SyncOption sync) {
    return new WriteOptions(false, false, true, sync, 5, Scene.in(30));
  }

  @Test
  void shouldAskBeforeItCreatesAStreamUnlessToldNotTo() throws Exception {
    scene.streams.network(others);
    StreamState empty =
        scene.streams.create(Notes.CODE, story.init, creation(SyncOption.NEVER_SYNC)).state();
    assertThat(empty.tip()).isEqualTo(story.cid("I"));
    assertThat(others.calls).isEmpty();
    // The same genesis again: nobody was asked yet, though it is in memory.
    StreamState found =
        scene.streams.create(Notes.CODE, story.init, creation(SyncOption.PREFER_CACHE)).state();
    assertThat(found.tip()).isEqualTo(story.cid("B"));
    scene.streams.create(Notes.CODE, story.init, creation(SyncOption.PREFER_CACHE));
    assertThat(others.calls).containsExactly("ask 5");
    scene.streams.create(Notes.CODE, story.init, creation(SyncOption.SYNC_ALWAYS));
    assertThat(others.calls).hasSize(2);
  }

  @Test
  void shouldPinAStreamOfOthersOnlyWhenNothingWasWrittenToIt() throws Exception {
    scene.streams.network(others);
    scene.streams.create(Notes.CODE, story.init, creation(SyncOption.PREFER_CACHE));
    assertThat(scene.streams.pinned(story.stream)).isFalse();

    DecodedEvent empty = Scene.init("nobody has it");
    WriteOptions unpinned = new WriteOptions(false, false, false, Scene.in(30));
    scene.streams.create(Notes.CODE, empty, unpinned);
    assertThat(scene.streams.pinned(Scene.id(empty))).isFalse();
    scene.streams.create(Notes.CODE, empty, Scene.WRITE);
    assertThat(scene.streams.pinned(Scene.id(empty))).isTrue();
    scene.streams.create(Notes.CODE, empty, unpinned);
    assertThat(scene.streams.pinned(Scene.id(empty))).isFalse();
  }

  @Test
  void shouldRefuseAWriteOnWhatOthersHaveGoneBeyond() throws Exception {
    scene.streams.network(others);
    store("I");
    load(SyncOption.NEVER_SYNC);
    Story rival = new Story().note("mine", "I");
    assertThatThrownBy(
            () -> scene.streams.apply(story.stream, rival.events.get("mine"), Scene.WRITE))
        .isInstanceOf(StreamException.class)
        .hasMessageContaining("stale state");
    assertThat(scene.load(story.stream).tip()).isEqualTo(story.cid("B"));
  }

  @Test
  void shouldTellOfAStreamOnceMoreWhenItIsUnpinnedAloud() throws Exception {
    scene.streams.network(others);
    scene.create(story.init);
    scene.streams.unpin(story.stream, true, Scene.in(30));
    assertThat(others.calls).containsExactly("tell " + story.cid("I"));
    scene.streams.unpin(Scene.id(Scene.init("unknown")), true, Scene.in(30));
    scene.streams.unpin(story.stream, false, Scene.in(30));
    assertThat(others.calls).hasSize(1);
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
  void shouldFetchTheProofOfATimeEvent() throws Exception {
    scene.streams.network(others);
    scene.create(story.init);
    others.begun(story.stream);
    DecodedEvent time = Scene.time(story.stream, story.cid("I"), 1_000);
    Block own = time.blocks().get(0);
    DecodedEvent bare = Scene.decode(Map.of(), own);
    assertThat(bare.blocks()).containsExactly(own);
    assertThatThrownBy(() -> scene.streams.apply(story.stream, bare, Scene.WRITE))
        .isInstanceOf(StreamException.class);

    time.blocks().forEach(block -> others.blocks.put(block.cid(), block));
    scene.streams.apply(story.stream, bare, Scene.WRITE);
    assertThat(scene.load(story.stream).anchorStatus()).isEqualTo(AnchorStatus.ANCHORED);
    // It is here now, with its proof.
    others.calls.clear();
    scene.streams.apply(story.stream, bare, Scene.WRITE);
    assertThat(others.calls).noneMatch(call -> call.startsWith("block"));
  }

  @Test
  void shouldTellOthersOfWritesUnlessToldNotTo() throws Exception {
    scene.streams.network(others);
    others.begun(story.stream);
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
    for (SyncOption sync : SyncOption.values()) {
      assertThatThrownBy(() -> load(sync))
          .isInstanceOf(StreamException.class)
          .hasMessageContaining("not known");
    }
    assertThat(others.calls).isEmpty();
  }
}
