package org.kiln.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kiln.anchor.AnchorServiceTest.await;
import static org.kiln.anchor.AnchorServiceTest.in;

import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.kiln.anchor.inmemory.InMemoryChain;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreStats;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.core.consensus.TieBreak;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.log.NodeTables;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.WriteOptions;
import org.kiln.events.EventStore;
import org.kiln.fixtures.NobodySigns;
import org.kiln.fixtures.RecordingJournal;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.store.memory.MemoryStore;
import org.kiln.streams.Streams;

/** The room beside the real ones: streams ask, the in-memory chain stamps, streams apply. */
final class AnchoredStreamsTest {
  private static final int TYPE = 77;

  /** The deadline counts from when this class is loaded: longer than all tests may take. */
  private static final WriteOptions WRITE =
      new WriteOptions(true, false, true, Deadline.in(Duration.ofHours(1)));

  /** A node without faces. */
  private static final class Node implements AutoCloseable {
    private final EventStore store;
    private final RecordingJournal journal = new RecordingJournal();
    private final Streams streams;
    private final AnchorService anchoring;

    Node(Store disk, boolean automatic) {
      InMemoryChain chain =
          new InMemoryChain(InstantSource.system(), Duration.ZERO, Duration.ofSeconds(5));
      FixedExtensions extensions =
          FixedExtensions.builder()
              .add(StreamType.class, Integer.toString(TYPE), new Anything())
              .add(AnchorChain.class, InMemoryChain.CHAIN_ID, chain)
              .add(AnchorProofValidator.class, InMemoryChain.CHAIN_ID, chain)
              .build();
      this.store = EventStore.open(disk);
      this.streams =
          new Streams(
              journal.over(store),
              store,
              journal,
              extensions,
              new NobodySigns(),
              Clock.systemUTC(),
              new Streams.Settings(NetworkId.INMEMORY, TieBreak.JS_CERAMIC, 1 << 20));
      AnchorSettings settings =
          new AnchorSettings(
              true,
              automatic,
              InMemoryChain.CHAIN_ID,
              Duration.ofMillis(20),
              1000,
              Duration.ofSeconds(5),
              Duration.ofMillis(50),
              Duration.ofMillis(50),
              Duration.ofSeconds(1),
              64,
              Duration.ofDays(1));
      this.anchoring =
          new AnchorService(
              store,
              extensions,
              () -> Optional.of(AnchoredStreams.of(streams)),
              settings,
              InstantSource.system());
      streams.anchorRequests(anchoring);
    }

    StreamState load(StreamId stream) {
      try {
        return streams.load(new StreamRef(stream, Optional.empty()), LoadOptions.local(in()));
      } catch (StreamException e) {
        throw new AssertionError(e);
      }
    }

    boolean anchored(StreamId stream) {
      return load(stream).anchorStatus() == AnchorStatus.ANCHORED;
    }

    @Override
    public void close() {
      streams.anchorRequests(null);
      anchoring.close();
      streams.close();
      store.close();
    }
  }

  @Test
  void shouldGiveStreamsTimeThatHoldsAfterARestart() throws StreamException {
    MemoryStore disk = new MemoryStore(NodeTables.ALL);
    List<StreamId> created = new ArrayList<>();
    Map<StreamId, StreamState> before = new HashMap<>();
    try (Node node = new Node(shared(disk), true)) {
      for (int i = 0; i < 40; i++) {
        StreamState state = node.streams.create(TYPE, init("stream " + i), WRITE).state();
        // A batch may begin before the answer is out.
        assertThat(state.anchorStatus()).isIn(AnchorStatus.PENDING, AnchorStatus.PROCESSING);
        created.add(state.id());
      }
      await(() -> created.stream().allMatch(node::anchored));
      for (StreamId stream : created) {
        StreamState state = node.load(stream);
        assertThat(state.log()).hasSize(2);
        assertThat(state.log().tip().kind()).isEqualTo(LogEntry.Kind.TIME);
        assertThat(state.log().get(0).timestamp()).isEqualTo(state.log().tip().timestamp());
        assertThat(state.anchorProof().orElseThrow().chainId()).isEqualTo("inmemory:12345");
        before.put(stream, state);
      }
      // A change on top is anchored again.
      StreamState first = before.get(created.get(0));
      node.streams.apply(first.id(), data(first.id(), first.tip(), "more"), WRITE);
      await(() -> node.anchored(first.id()) && node.load(first.id()).log().size() == 4);
      before.put(first.id(), node.load(first.id()));
    }
    try (Node node = new Node(shared(disk), true)) {
      for (StreamId stream : created) {
        assertThat(node.load(stream).log()).isEqualTo(before.get(stream).log());
        assertThat(node.load(stream).anchorStatus()).isEqualTo(AnchorStatus.ANCHORED);
      }
    }
  }

  @Test
  void shouldGoOnWithRequestsOfAnEarlierRun() throws StreamException {
    MemoryStore disk = new MemoryStore(NodeTables.ALL);
    StreamId stream;
    try (Node node = new Node(shared(disk), false)) {
      stream = node.streams.create(TYPE, init("alone"), WRITE).state().id();
    }
    try (Node node = new Node(shared(disk), false)) {
      assertThat(node.load(stream).anchorStatus()).isEqualTo(AnchorStatus.PENDING);
      assertThat(node.anchoring.anchorNow()).isEqualTo(1);
      await(() -> node.anchored(stream));
    }
  }

  @Test
  void shouldSendTheTipOfAStreamThatWentOnWithoutAWish() throws StreamException {
    WriteOptions quiet = new WriteOptions(false, false, true, in());
    try (Node node = new Node(shared(new MemoryStore(NodeTables.ALL)), false)) {
      StreamState first = node.streams.create(TYPE, init("goes on"), WRITE).state();
      StreamState second =
          node.streams.apply(first.id(), data(first.id(), first.tip(), "more"), quiet).state();
      assertThat(second.anchorStatus()).isEqualTo(AnchorStatus.NOT_REQUESTED);
      node.anchoring.anchorNow();
      await(() -> node.anchored(first.id()));
      assertThat(node.load(first.id()).log()).hasSize(3);
      assertThat(node.anchoring.overview().waiting()).isZero();
    }
  }

  /** The disk stays when a node closes its store. */
  private static Store shared(MemoryStore disk) {
    return new Store() {
      @Override
      public <T> T read(Function<? super Snapshot, ? extends T> reader) {
        return disk.read(reader);
      }

      @Override
      public void write(Consumer<? super Batch> writer, Durability durability) {
        disk.write(writer, durability);
      }

      @Override
      public StoreStats stats() {
        return disk.stats();
      }

      @Override
      public void close() {}
    };
  }

  private static DecodedEvent init(String text) {
    return decode(Ipld.map("header", Ipld.map("text", Ipld.of(text))));
  }

  private static DecodedEvent data(StreamId stream, Cid prev, String text) {
    return decode(
        Ipld.map(
            "id", Ipld.of(stream.init()),
            "prev", Ipld.of(prev),
            "data", Ipld.map("text", Ipld.of(text))));
  }

  private static DecodedEvent decode(Ipld value) {
    Block block = Block.of(Cid.DAG_CBOR, DagCbor.encode(value));
    try {
      return EventDecoder.decode(block.cid(), EventDecoder.Blocks.of(Map.of(block.cid(), block)));
    } catch (CodecException e) {
      throw new AssertionError(e);
    }
  }

  /** A stream type that takes anything. */
  private static final class Anything implements StreamType {
    @Override
    public int typeCode() {
      return TYPE;
    }

    @Override
    public String name() {
      return "anything";
    }

    @Override
    public int revision() {
      return 1;
    }

    @Override
    public Document init(Event.Init event, ApplyContext context) {
      return Document.of(Ipld.NULL, event.header(), Document.Signature.GENESIS);
    }

    @Override
    public Document apply(StreamState state, Event.Data event, ApplyContext context) {
      return Document.of(event.data(), state.document().metadata(), Document.Signature.SIGNED);
    }
  }
}
