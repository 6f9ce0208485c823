package org.kiln.tables;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRows;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamReads;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventCar;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.testkit.FakeFeed;
import org.kiln.type.instance.InstanceType;
import org.kiln.type.model.ModelType;

/** A room of tables on events that a test gives it, without a node. */
final class Workbench implements AutoCloseable {
  /** The time of every time event here. */
  static final Instant ANCHORED = Instant.ofEpochSecond(1_704_067_200);

  /** The largest file of an answer. */
  static final long FILE_BYTES = 1 << 20;

  private final Map<Cid, NewEvent> kept = new HashMap<>();
  private final Map<Cid, StreamId> streams = new HashMap<>();
  private final Map<StreamId, StreamState> shown = new HashMap<>();
  private final Map<StreamId, StreamException> unreadable = new HashMap<>();
  private final Map<StreamId, RuntimeException> failing = new HashMap<>();
  private final ModelType models = new ModelType();
  private final Path directory;
  private final FakeFeed feed;
  private long readsLeft = Long.MAX_VALUE;
  private SqlRoom room;

  Workbench(Path directory) throws IOException {
    this.directory = directory;
    feed = new FakeFeed();
    reopen();
  }

  /** Opens the tables on the files again; what was open is not closed in order first. */
  void reopen() throws IOException {
    if (room != null) {
      room.close();
    }
    EventLog log =
        (EventLog)
            Proxy.newProxyInstance(
                EventLog.class.getClassLoader(),
                new Class<?>[] {EventLog.class},
                (self, method, arguments) ->
                    method.getName().equals("event") && readsLeft-- > 0
                        ? Optional.ofNullable(kept.get((Cid) arguments[0]))
                            .map(event -> new StoredEvent(1, event))
                        : unexpected(method.getName()));
    StreamReads reads = (ref, options) -> load(ref);
    room =
        SqlRoom.open(
            directory,
            256,
            new SqlRoom.Parts(
                log,
                feed,
                reads,
                FixedExtensions.builder()
                    .add(StreamType.class, "2", models)
                    .add(StreamType.class, "3", new InstanceType())
                    .build()),
            new Limits(Duration.ofSeconds(60), Duration.ofMillis(100), 8, 1_000, FILE_BYTES));
  }

  private static Object unexpected(String call) {
    throw new UnsupportedOperationException(call);
  }

  private StreamState load(StreamRef ref) throws StreamException {
    if (failing.containsKey(ref.stream())) {
      throw failing.get(ref.stream());
    }
    if (unreadable.containsKey(ref.stream())) {
      throw unreadable.get(ref.stream());
    }
    if (shown.containsKey(ref.stream())) {
      return shown.get(ref.stream());
    }
    NewEvent init = kept.get(ref.stream().init());
    NewEvent asked = ref.event().map(kept::get).orElse(init);
    if (init == null || asked == null) {
      throw new StreamException(StreamException.Reason.NOT_FOUND, "Nobody knows " + ref);
    }
    try {
      Event event = decoded(init);
      Document document = models.init((Event.Init) event, new Trusting(ref.stream()));
      LogEntry line = LogEntry.of(asked.cid(), asked.kind());
      return StreamState.of(
          ref.stream(),
          1,
          document,
          StreamLog.of(List.of(asked.kind() == LogEntry.Kind.TIME ? line.at(ANCHORED) : line)));
    } catch (InvalidEventException | DependencyMissingException e) {
      if (asked.kind() == LogEntry.Kind.TIME) {
        return StreamState.of(
            ref.stream(),
            1,
            Document.of(Ipld.NULL, Ipld.Map.EMPTY, Document.Signature.SIGNED),
            StreamLog.of(List.of(LogEntry.of(asked.cid(), asked.kind()).at(ANCHORED))));
      }
      throw new StreamException(StreamException.Reason.INVALID, e.getMessage());
    }
  }

  private static Event decoded(NewEvent stored) {
    try {
      return EventDecoder.decode(
              stored.cid(),
              cid -> stored.blocks().stream().filter(b -> b.cid().equals(cid)).findFirst())
          .event();
    } catch (CodecException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Events as clients post them, which come through the feed at once. */
  void post(List<String> cars) throws Exception {
    List<FeedEvent> events = new ArrayList<>();
    for (String car : cars) {
      events.add(event(car));
    }
    take(events);
  }

  /** As when the node has lost its journal: all events come once more, in the same order. */
  void forgetAndTakeAgain() throws Exception {
    room.reader().refused(new FeedException(FeedException.Reason.GONE, "It is gone"));
    try (FeedCursor<FeedEvent> all = feed.events(feed.beginning())) {
      take(all.next(1_000, Duration.ZERO));
    }
  }

  void take(List<FeedEvent> events) throws Exception {
    room.reader().take(events, events.get(events.size() - 1).token());
  }

  /** Streams have these states now, and the feed tells of it. */
  void move(StreamState... states) throws Exception {
    List<StreamChange> changes = new ArrayList<>();
    for (StreamState state : states) {
      show(state);
      changes.add(change(state.id(), state.tip()));
    }
    room.streamReader().take(changes, changes.get(changes.size() - 1).token());
  }

  /** As it comes by time: what could not be read is read again. */
  long settle() throws Exception {
    return ((StreamTableReader) room.streamReader()).settle();
  }

  /** A stream has this state now; the feed does not tell of it. */
  void show(StreamState state) {
    unreadable.remove(state.id());
    failing.remove(state.id());
    shown.put(state.id(), state);
  }

  /** A stream moves, and who reads it then fails. */
  void move(StreamId stream, RuntimeException failure) throws Exception {
    failing.put(stream, failure);
    StreamChange change = change(stream, stream.init());
    room.streamReader().take(List.of(change), change.token());
  }

  /** A stream moves, and cannot be read then. */
  void move(StreamId stream, StreamException reason) throws Exception {
    unreadable.put(stream, reason);
    StreamChange change = change(stream, stream.init());
    room.streamReader().take(List.of(change), change.token());
  }

  /** A stream has moved, but the tables have not heard of it. */
  StreamChange change(StreamId stream, Cid tip) {
    return feed.change(stream, tip, StreamChange.Kind.UPDATED, Origin.CLIENT);
  }

  /** Documents without content of a model, as they come when nobody has signed them. */
  void postDocuments(StreamId model, String controller, int many) throws Exception {
    List<FeedEvent> events = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      Ipld header =
          Ipld.map(
              "controllers",
              Ipld.list(Ipld.of(controller)),
              "model",
              new Ipld.Bytes(model.bytes()),
              "unique",
              new Ipld.Bytes(new byte[] {(byte) (i >> 8), (byte) i}));
      Block block = block(Ipld.map("header", header));
      events.add(event(StreamId.of(3, block.cid()), block, LogEntry.Kind.INIT));
    }
    take(events);
  }

  /** An event as a block that nobody has signed. */
  FeedEvent event(StreamId stream, Block block, LogEntry.Kind kind) {
    NewEvent event =
        new NewEvent(stream, block.cid(), kind, Optional.empty(), true, 0, List.of(block));
    streams.put(block.cid(), stream);
    kept.put(block.cid(), event);
    return feed.event(stream, block.cid(), kind, Origin.CLIENT, event.blocks());
  }

  static Block block(Ipld content) {
    return Block.of(Cid.DAG_CBOR, DagCbor.encode(content));
  }

  /** From now on the log can be read so many times, and then fails. */
  void failAfter(int reads) {
    readsLeft = reads;
  }

  FeedEvent event(String car) throws CodecException {
    DecodedEvent decoded = EventCar.readText(car);
    Event event = decoded.event();
    StreamId stream =
        event.previous().isPresent()
            ? streams.get(event.previous().get())
            : StreamId.of(type((Event.Init) event), event.cid());
    streams.put(event.cid(), stream);
    kept.put(
        event.cid(),
        new NewEvent(
            stream, event.cid(), event.kind(), Optional.empty(), true, 0, decoded.blocks()));
    return feed.event(stream, event.cid(), event.kind(), Origin.CLIENT, decoded.blocks());
  }

  private static int type(Event.Init init) {
    return new StreamMetadata(init.header()).model().filter(StreamId.MODEL::equals).isPresent()
        ? 2
        : 3;
  }

  SqlRoom room() {
    return room;
  }

  /** All rows of an answer. */
  List<Object[]> ask(String sql) throws SqlRefusal, InterruptedException {
    return ask(sql, Map.of());
  }

  List<Object[]> ask(String sql, Map<String, Object> values)
      throws SqlRefusal, InterruptedException {
    List<Object[]> all = new ArrayList<>();
    try (SqlRows rows = room.open(room.plan(sql), values)) {
      for (var some = rows.next(); some.isPresent(); some = rows.next()) {
        all.addAll(some.get());
      }
    }
    return all;
  }

  @Override
  public void close() {
    room.close();
  }

  /** Signatures are not what these tests are about. */
  private record Trusting(StreamId stream) implements ApplyContext {
    @Override
    public void requireController(String controller, Optional<StreamId> model) {}

    @Override
    public StreamState load(StreamId other) {
      throw new UnsupportedOperationException("A model was asked for " + other);
    }

    @Override
    public StreamState load(CommitId commit) {
      throw new UnsupportedOperationException("A model was asked for " + commit);
    }

    @Override
    public Optional<Instant> anchoredAt() {
      return Optional.empty();
    }

    @Override
    public boolean local() {
      return false;
    }

    @Override
    public Deadline deadline() {
      return Deadline.in(Duration.ofMinutes(1));
    }
  }
}
