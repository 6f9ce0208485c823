package org.kiln.sync;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.core.consensus.TieBreak;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.log.Journal.Move;
import org.kiln.core.log.NodeTables;
import org.kiln.core.net.BlockFetcher;
import org.kiln.core.net.PubSub;
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

/**
 * Nodes that gossip and fetch without a network, in one thread: messages and walks lie in a queue
 * until {@link #settle} lets them happen.
 */
final class World implements AutoCloseable {
  static final int TYPE = 9;
  static final Sync.Place PLACE = new Sync.Place("/ceramic/local-1", "test", 10);

  final HandTimer timer = new HandTimer(this::settle);
  final List<Node> nodes = new ArrayList<>();
  private final Deque<Runnable> tasks = new ArrayDeque<>();

  Node node() {
    Node node = new Node(nodes.size() + 1);
    nodes.add(node);
    return node;
  }

  static PeerId peer(int number) {
    byte[] id = new byte[38];
    id[1] = 36;
    id[2] = 8;
    id[3] = 1;
    id[4] = 0x12;
    id[5] = 32;
    id[35] = (byte) (number >> 16);
    id[36] = (byte) (number >> 8);
    id[37] = (byte) number;
    return PeerId.of(id);
  }

  static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(60));
  }

  /** Lets everything happen that does not wait for the time. */
  void settle() {
    timer.pass(0);
    nodes.forEach(Node::hear);
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
      nodes.forEach(Node::hear);
      timer.pass(0);
    }
  }

  /** The same while time passes. */
  void pass(long millis) {
    settle();
    for (long left = millis; left > 0; left -= 50) {
      timer.pass(Math.min(50, left));
      settle();
    }
  }

  final class Node implements PubSub, BlockFetcher, Connections {
    final PeerId id;
    final MemoryStore memory = new MemoryStore(NodeTables.ALL);
    final EventStore log = EventStore.open(memory);
    final RecordingJournal journal = new RecordingJournal();
    final Streams streams =
        new Streams(
            journal.over(log),
            log,
            journal,
            FixedExtensions.builder()
                .add(StreamType.class, Integer.toString(TYPE), new Lines())
                .build(),
            new NobodySigns(),
            Clock.systemUTC(),
            new Streams.Settings(NetworkId.INMEMORY, TieBreak.JS_CERAMIC, 1 << 20));
    final Set<Node> reach = new HashSet<>();
    final Map<Node, Long> sessions = new HashMap<>();
    final List<String> said = new ArrayList<>();

    /** Blocks that it gives to nobody. */
    final Set<Cid> secret = new HashSet<>();

    /** Models all of whose documents it wants. */
    final Set<StreamId> wanted = new HashSet<>();

    int fetched;

    /** How long each walk takes, and each answer. */
    long workMs;

    final Sync sync;
    private Subscriber subscriber;
    private int heard;

    Node(int number) {
      id = peer(number);
      sync =
          new Sync(
              log,
              streams,
              streams,
              this,
              () -> Optional.of(this),
              this,
              wanted::contains,
              PLACE,
              timer,
              this::work);
      streams.network(sync);
    }

    /** What the feed tells of this node's streams. */
    private void hear() {
      List<Move> moves = journal.moves();
      for (; heard < moves.size(); heard++) {
        Move move = moves.get(heard);
        sync.changed(
            StreamChange.of(
                new ResumeToken(0, heard + 1),
                move.stream(),
                move.tip(),
                move.kind(),
                move.origin()));
      }
    }

    @Override
    public AutoCloseable subscribe(String topic, Subscriber to) {
      subscriber = to;
      return () -> subscriber = null;
    }

    @Override
    public int publish(String topic, byte[] data) {
      said.add(new String(data, StandardCharsets.UTF_8));
      reach.forEach(other -> tasks.add(() -> other.hear(id, data)));
      return reach.size();
    }

    Verdict hear(PeerId author, byte[] data) {
      return hear(author, author, data);
    }

    Verdict hear(PeerId author, PeerId via, byte[] data) {
      return subscriber.received(new Origin(author, via), data);
    }

    double standing(PeerId peer) {
      return subscriber.standing(peer);
    }

    /** What blocks, and so takes a while. */
    private void work(Runnable task) {
      if (workMs == 0) {
        tasks.add(task);
      } else {
        timer.after(workMs, () -> tasks.add(task));
      }
    }

    @Override
    public boolean any() {
      return !reach.isEmpty();
    }

    @Override
    public boolean has(PeerId peer) {
      return reach.stream().anyMatch(other -> other.id.equals(peer));
    }

    @Override
    public List<Member> members(String topic) {
      return reach.stream()
          .map(other -> new Member(other.id, "/test", true, sessions.get(other), 0))
          .toList();
    }

    @Override
    public Optional<Block> fetch(Cid cid, Set<PeerId> hints, Deadline deadline) {
      fetched++;
      return reach.stream()
          .filter(other -> !other.secret.contains(cid))
          .flatMap(other -> other.log.block(cid).stream())
          .findFirst();
    }

    StreamId create(String text) throws StreamException {
      return create(Ipld.map("line", Ipld.of(text)));
    }

    StreamId create(StreamId model, String text) throws StreamException {
      return create(Ipld.map("line", Ipld.of(text), "model", new Ipld.Bytes(model.bytes())));
    }

    private StreamId create(Ipld header) throws StreamException {
      return streams.create(TYPE, decode(block(Ipld.map("header", header))), WRITE).state().id();
    }

    void write(StreamId stream, String text) throws StreamException {
      StreamState state = load(stream);
      streams.apply(stream, line(stream, state.tip(), text), WRITE);
    }

    StreamState load(StreamId stream) throws StreamException {
      return streams.load(new StreamRef(stream, Optional.empty()), LoadOptions.local(soon()));
    }

    List<String> lines(StreamId stream) throws StreamException {
      return ((Ipld.List) load(stream).document().content())
          .items().stream().map(item -> ((Ipld.Text) item).value()).toList();
    }
  }

  static final WriteOptions WRITE =
      new WriteOptions(false, true, true, Deadline.in(Duration.ofHours(1)));

  static DecodedEvent line(StreamId stream, Cid prev, String text) {
    return decode(
        block(
            Ipld.map(
                "id", Ipld.of(stream.init()),
                "prev", Ipld.of(prev),
                "data", Ipld.map("line", Ipld.of(text)))));
  }

  static Block block(Ipld value) {
    return Block.of(Cid.DAG_CBOR, DagCbor.encode(value));
  }

  static DecodedEvent decode(Block event) {
    try {
      return EventDecoder.decode(event.cid(), EventDecoder.Blocks.of(Map.of(event.cid(), event)));
    } catch (CodecException e) {
      throw new AssertionError(e);
    }
  }

  void connect(Node one, Node other) {
    one.reach.add(other);
    one.sessions.merge(other, 1L, Long::sum);
    other.reach.add(one);
    other.sessions.merge(one, 1L, Long::sum);
  }

  void disconnect(Node one, Node other) {
    one.reach.remove(other);
    other.reach.remove(one);
  }

  @Override
  public void close() throws Exception {
    for (Node node : nodes) {
      node.sync.close();
      node.streams.close();
      node.log.close();
    }
  }
}
