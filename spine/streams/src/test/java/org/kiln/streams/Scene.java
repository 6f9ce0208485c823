package org.kiln.streams;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.feed.Origin;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.core.consensus.TieBreak;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.NodeTables;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamArrivals;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.WriteOptions;
import org.kiln.events.EventStore;
import org.kiln.fixtures.NobodySigns;
import org.kiln.fixtures.RecordingJournal;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.store.memory.MemoryStore;
import org.kiln.streams.derive.TreeRoom;

/** A stream service over a log in memory, and the events to feed it with. */
public final class Scene implements AutoCloseable {
  static final String CHAIN = "test:1";
  public static final Origin PEER = new Origin.Peer("12D3KooWOther");
  static final AnchorProofValidator VALIDATOR = (proof, deadline) -> blockTime(proof.txHash());

  /** Holds the tree of the largest stream of these tests. */
  private static final long CACHE_BYTES = 160 << 20;

  /** The deadline counts from when this class is loaded: longer than all tests may take. */
  static final WriteOptions WRITE = new WriteOptions(false, false, true, in(3600));

  final FaultyStore disk = new FaultyStore(new MemoryStore(NodeTables.ALL));
  public final EventStore store;
  final CountingLog log;
  public final RecordingJournal journal = new RecordingJournal();
  public final Streams streams;
  private final SignatureVerifier verifier;
  private final Clock clock;

  public Scene() {
    this(new Notes(1));
  }

  Scene(StreamType type) {
    this(type, new NobodySigns(), Clock.systemUTC());
  }

  Scene(StreamType type, SignatureVerifier verifier, Clock clock) {
    this.verifier = verifier;
    this.clock = clock;
    this.store = EventStore.open(disk);
    this.log = new CountingLog(store);
    this.streams = open(type);
  }

  /** With extensions that may come and go. */
  Scene(ExtensionRegistry extensions) {
    this.verifier = new NobodySigns();
    this.clock = Clock.systemUTC();
    this.store = EventStore.open(disk);
    this.log = new CountingLog(store);
    this.streams = open(extensions);
  }

  /** A second service over the same log, as after a restart. */
  public Streams open(StreamType type) {
    return open(only(type));
  }

  private static ExtensionRegistry only(StreamType type) {
    return FixedExtensions.builder()
        .add(StreamType.class, Integer.toString(Notes.CODE), type)
        .add(AnchorProofValidator.class, CHAIN, VALIDATOR)
        .build();
  }

  public Streams open(ExtensionRegistry extensions) {
    return open(extensions, CACHE_BYTES, TreeRoom.ofHeap());
  }

  /** One with little memory. */
  Streams open(StreamType type, long cacheBytes, TreeRoom room) {
    return open(only(type), cacheBytes, room);
  }

  private Streams open(ExtensionRegistry extensions, long cacheBytes, TreeRoom room) {
    return new Streams(
        journal.over(log),
        store,
        journal,
        extensions,
        verifier,
        clock,
        new Streams.Settings(NetworkId.INMEMORY, TieBreak.JS_CERAMIC, cacheBytes),
        room);
  }

  /** Puts events into the log without telling anybody but the journal. */
  void keep(StreamId stream, List<DecodedEvent> events) throws LogBusyException {
    EventLog journaled = journal.over(log);
    for (int i = 0; i < events.size(); i += 500) {
      journaled.append(
          events.subList(i, Math.min(events.size(), i + 500)).stream()
              .map(event -> kept(stream, event))
              .toList(),
          in(30));
    }
  }

  private static NewEvent kept(StreamId stream, DecodedEvent event) {
    return new NewEvent(
        stream,
        event.event().cid(),
        event.event().kind(),
        Optional.empty(),
        true,
        1,
        event.blocks());
  }

  /** An event comes alone. */
  public static void receive(
      StreamArrivals streams, StreamId stream, DecodedEvent event, Origin origin, Deadline deadline)
      throws StreamException {
    Optional<StreamException> refusal =
        streams.receive(List.of(new StreamEvent(stream, event)), origin, deadline).get(0);
    if (refusal.isPresent()) {
      throw refusal.get();
    }
  }

  public static Deadline in(int seconds) {
    return Deadline.in(Duration.ofSeconds(seconds));
  }

  public static DecodedEvent init(String note) {
    return decode(Map.of(), block(Ipld.map("header", Ipld.map("note", Ipld.of(note)))));
  }

  public static StreamId id(DecodedEvent init) {
    return StreamId.of(Notes.CODE, init.event().cid());
  }

  static DecodedEvent note(StreamId stream, Cid prev, String note) {
    return data(stream, prev, Ipld.map("note", Ipld.of(note)));
  }

  static DecodedEvent data(StreamId stream, Cid prev, Ipld.Map data) {
    return decode(
        Map.of(),
        block(Ipld.map("id", Ipld.of(stream.init()), "prev", Ipld.of(prev), "data", data)));
  }

  /** A time event whose transaction hash carries the block time. */
  static DecodedEvent time(StreamId stream, Cid prev, long seconds) {
    return time(CHAIN, stream, prev, seconds);
  }

  static DecodedEvent time(String chain, StreamId stream, Cid prev, long seconds) {
    byte[] digest = new byte[32];
    byte[] text = Long.toString(seconds).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, digest, 0, text.length);
    Block proof =
        block(
            Ipld.map(
                "root", Ipld.of(prev),
                "txHash", Ipld.of(Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, digest)),
                "txType", Ipld.of("f(bytes32)"),
                "chainId", Ipld.of(chain)));
    return decode(
        Map.of(proof.cid(), proof),
        block(
            Ipld.map(
                "id", Ipld.of(stream.init()),
                "prev", Ipld.of(prev),
                "proof", Ipld.of(proof.cid()),
                "path", Ipld.of(""))));
  }

  public static Block block(Ipld value) {
    return Block.of(Cid.DAG_CBOR, DagCbor.encode(value));
  }

  public static DecodedEvent decode(Map<Cid, Block> others, Block event) {
    Map<Cid, Block> all = new HashMap<>(others);
    all.put(event.cid(), event);
    try {
      return EventDecoder.decode(event.cid(), EventDecoder.Blocks.of(all));
    } catch (CodecException e) {
      throw new AssertionError(e);
    }
  }

  public StreamId create(DecodedEvent init) throws StreamException {
    return streams.create(Notes.CODE, init, WRITE).state().id();
  }

  StreamState load(StreamId stream) throws StreamException {
    return load(streams, stream);
  }

  static StreamState load(Streams streams, StreamId stream) throws StreamException {
    return streams.load(new StreamRef(stream, Optional.empty()), LoadOptions.local(in(30)));
  }

  StreamState load(StreamId stream, Cid event) throws StreamException {
    return streams.load(new StreamRef(stream, Optional.of(event)), LoadOptions.local(in(30)));
  }

  static List<String> notes(StreamState state) {
    return ((Ipld.List) state.document().content())
        .items().stream().map(item -> ((Ipld.Text) item).value()).toList();
  }

  private static AnchorProofValidator.Validation blockTime(Cid txHash) {
    String text = new String(txHash.digest(), StandardCharsets.US_ASCII).replace("\0", "");
    long seconds = Long.parseLong(text);
    return seconds < 0
        ? new AnchorProofValidator.Validation.Invalid("The root is not in the transaction")
        : new AnchorProofValidator.Validation.Valid(Instant.ofEpochSecond(seconds));
  }

  @Override
  public void close() {
    streams.close();
    store.close();
  }

  /** Events by a short name, in the order they depend on each other. */
  public static final class Story {
    public final DecodedEvent init = init("start");
    public final StreamId stream = id(init);
    public final Map<String, DecodedEvent> events = new LinkedHashMap<>();

    public Story() {
      events.put("I", init);
    }

    public Story note(String name, String after) {
      events.put(name, Scene.note(stream, events.get(after).event().cid(), name));
      return this;
    }

    Story time(String name, String after, long seconds) {
      events.put(name, Scene.time(stream, events.get(after).event().cid(), seconds));
      return this;
    }

    Story permitted(String name, String after, long expires) {
      events.put(name, Permits.note(stream, events.get(after).event().cid(), name, expires));
      return this;
    }

    Cid cid(String name) {
      return events.get(name).event().cid();
    }
  }
}
