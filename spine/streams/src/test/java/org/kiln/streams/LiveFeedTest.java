package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.feed.StreamChange.Kind;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreStats;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.core.consensus.TieBreak;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.log.NodeTables;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.events.EventStore;
import org.kiln.fixtures.NobodySigns;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.store.memory.MemoryStore;
import org.kiln.streams.intake.LogWriter;

/** The spine with the node's own journal and feed: who hears of a change reads a state with it. */
class LiveFeedTest {
  private static final int WRITERS = 4;
  private static final int WRITES = 150;

  private final MemoryStore disk = new MemoryStore(NodeTables.ALL);
  private EventStore store;
  private Streams streams;

  LiveFeedTest() {
    open();
  }

  @AfterEach
  void close() {
    streams.close();
    store.close();
  }

  private void open() {
    store = EventStore.open(new Lasting(disk));
    streams =
        new Streams(
                store,
                store,
                store.journal(),
                FixedExtensions.builder()
                    .add(StreamType.class, Integer.toString(Notes.CODE), new Notes(1))
                    .add(AnchorProofValidator.class, Scene.CHAIN, Scene.VALIDATOR)
                    .build(),
                new NobodySigns(),
                Clock.systemUTC(),
                new Streams.Settings(NetworkId.INMEMORY, TieBreak.JS_CERAMIC, 1 << 20))
            .start();
  }

  private StreamState load(StreamId stream, Optional<Cid> event) throws StreamException {
    return streams.load(new StreamRef(stream, event), LoadOptions.local(Scene.in(30)));
  }

  private static List<DecodedEvent> chain(String name) {
    List<DecodedEvent> events = new ArrayList<>(List.of(Scene.init(name)));
    StreamId stream = Scene.id(events.getFirst());
    for (int i = 1; i < WRITES; i++) {
      events.add(Scene.note(stream, events.getLast().event().cid(), "note " + i));
    }
    return events;
  }

  private Void write(List<DecodedEvent> chain) throws StreamException {
    StreamId stream = streams.create(Notes.CODE, chain.getFirst(), Scene.WRITE).state().id();
    for (DecodedEvent event : chain.subList(1, chain.size())) {
      streams.apply(stream, event, Scene.WRITE);
    }
    return null;
  }

  private Void receive(List<DecodedEvent> chain) throws StreamException {
    StreamId stream = Scene.id(chain.getFirst());
    for (DecodedEvent event : chain) {
      Scene.receive(streams, stream, event, Scene.PEER, Scene.in(30));
    }
    return null;
  }

  @Test
  void shouldGiveAStateThatIsAsNewAsEachChange() throws Exception {
    Map<StreamId, List<Cid>> expected = new HashMap<>();
    Map<StreamId, List<Cid>> told = new HashMap<>();
    List<Future<Void>> under = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        FeedCursor<StreamChange> cursor = store.feed().changes(store.feed().beginning())) {
      for (int i = 0; i < WRITERS; i++) {
        List<DecodedEvent> mine = chain("mine " + i);
        List<DecodedEvent> others = chain("others " + i);
        for (List<DecodedEvent> chain : List.of(mine, others)) {
          expected.put(
              Scene.id(chain.getFirst()), chain.stream().map(one -> one.event().cid()).toList());
        }
        under.add(threads.submit(() -> write(mine)));
        under.add(threads.submit(() -> receive(others)));
      }
      for (int seen = 0; seen < expected.size() * WRITES; ) {
        List<StreamChange> changes = cursor.next(100, Duration.ofSeconds(30));
        assertThat(changes).as("changes after %d", seen).isNotEmpty();
        for (StreamChange change : changes) {
          StreamState now = load(change.stream(), Optional.empty());
          assertThat(now.log().indexOf(change.tip())).as("as new as the change").isNotNegative();
          assertThat(load(change.stream(), Optional.of(change.tip())).tip())
              .isEqualTo(change.tip());
          told.computeIfAbsent(change.stream(), id -> new ArrayList<>()).add(change.tip());
        }
        seen += changes.size();
      }
      for (Future<Void> one : under) {
        one.get();
      }
      assertThat(cursor.next(1, Duration.ZERO)).isEmpty();
    }
    assertThat(told).isEqualTo(expected);
  }

  @Test
  void shouldReadWhatIsToldBeforeItsWriterIsBack() throws Exception {
    List<DecodedEvent> chain = chain("alone");
    StreamId stream = Scene.id(chain.getFirst());
    List<Cid> read = new ArrayList<>();
    EventLogWithReader log =
        new EventLogWithReader(
            store,
            cid -> {
              try {
                read.add(load(stream, Optional.empty()).tip());
                assertThat(load(stream, Optional.of(cid)).tip()).isEqualTo(cid);
              } catch (StreamException e) {
                throw new AssertionError(e);
              }
            });
    streams.close();
    streams =
        new Streams(
            log,
            store,
            store.journal(),
            FixedExtensions.builder()
                .add(StreamType.class, Integer.toString(Notes.CODE), new Notes(1))
                .build(),
            new NobodySigns(),
            Clock.systemUTC(),
            new Streams.Settings(NetworkId.INMEMORY, TieBreak.JS_CERAMIC, 1 << 20));
    write(chain.subList(0, 5));
    assertThat(read)
        .isEqualTo(chain.subList(0, 5).stream().map(event -> event.event().cid()).toList());
  }

  @Test
  void shouldTellAfterTheNextStartWhatWasOnlyKept() throws Exception {
    Scene.Story story = new Scene.Story().note("A", "I").note("B", "A");
    for (String name : List.of("I", "A")) {
      Scene.receive(streams, story.stream, story.events.get(name), Scene.PEER, Scene.in(30));
    }
    // As when the node dies between the append and the note.
    LogWriter writer = new LogWriter(store, Clock.systemUTC(), (event, init) -> Optional.empty());
    DecodedEvent kept = story.events.get("B");
    writer.append(
        List.of(
            LogWriter.admission(
                writer.event(story.stream, kept, Optional.empty(), true), kept, Scene.PEER)),
        batch -> {},
        Scene.in(30));
    for (int start = 0; start < 2; start++) {
      close();
      open();
      List<StreamChange> told = from(store.feed().beginning());
      assertThat(told)
          .extracting(StreamChange::tip)
          .containsExactly(story.cid("I"), story.cid("A"), story.cid("B"));
      assertThat(told.getLast().kind()).isEqualTo(Kind.UPDATED);
      assertThat(told.getLast().origin()).isEqualTo(Origin.NODE);
    }
  }

  @Test
  void shouldKeepTokensOverARebuildThatRepeatsNothing() throws Exception {
    Scene.Story story =
        new Scene.Story().note("A", "I").time("T", "A", 9).note("B", "I").time("U", "B", 7);
    List<StreamEvent> events =
        story.events.values().stream().map(event -> new StreamEvent(story.stream, event)).toList();
    streams.receive(events.subList(0, 3), Scene.PEER, Scene.in(30));
    streams.receive(events.subList(3, 5), Scene.PEER, Scene.in(30));
    ResumeToken middle = new ResumeToken(store.feed().now().journal(), 1);
    List<StreamChange> before = from(middle);
    streams.rebuild(store).run((done, total) -> {});
    assertThat(from(middle)).isEqualTo(before);
    close();
    open();
    assertThat(from(middle)).isEqualTo(before);
    assertThat(before.getLast().kind()).isEqualTo(Kind.REORGANIZED);
  }

  /** Once what is noted is written. */
  private List<StreamChange> from(ResumeToken token) throws Exception {
    store.write(batch -> {}, Durability.SYNCED, Deadline.NONE);
    try (FeedCursor<StreamChange> cursor = store.feed().changes(token)) {
      return cursor.next(1_000, Duration.ZERO);
    }
  }

  /** The disk stays when a node closes its store. */
  private record Lasting(MemoryStore disk) implements Store {
    @Override
    public <T> T read(java.util.function.Function<? super Snapshot, ? extends T> reader) {
      return disk.read(reader);
    }

    @Override
    public void write(java.util.function.Consumer<? super Batch> writer, Durability durability) {
      disk.write(writer, durability);
    }

    @Override
    public StoreStats stats() {
      return disk.stats();
    }

    @Override
    public void close() {}
  }
}
