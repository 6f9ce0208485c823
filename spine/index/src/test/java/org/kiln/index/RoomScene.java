package org.kiln.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.feed.StreamChange.Kind;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.index.CollectionService.Wanted;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.SyncOption;
import org.kiln.index.sqlite.SqliteBackend;
import org.kiln.testkit.FakeFeed;
import org.kiln.testkit.SampleStream;

/** An index room on SQLite, before a feed and streams that a test makes up. */
abstract class RoomScene {
  static final Deadline PATIENCE = Deadline.in(Duration.ofMinutes(2));

  @TempDir Path directory;
  final FakeFeed feed = new FakeFeed();
  final Map<StreamId, StreamState> states = new ConcurrentHashMap<>();

  /** What only other nodes have. */
  final Map<StreamId, StreamState> elsewhere = new ConcurrentHashMap<>();

  final Map<StreamId, Throwable> damaged = new ConcurrentHashMap<>();
  final AtomicInteger loads = new AtomicInteger();
  volatile Reason missing = Reason.UNAVAILABLE;
  IndexRoom room;

  @BeforeEach
  void open() {
    open(Duration.ofSeconds(30));
  }

  IndexBackend backend() {
    return new SqliteBackend();
  }

  void open(Duration wait) {
    IndexSpec spec = IndexSpec.of(directory, NetworkId.INMEMORY);
    OpenIndex index = new OpenIndex(backend(), spec);
    room = new IndexRoom(index, feed, this::load, wait, Duration.ofSeconds(30));
  }

  @AfterEach
  void close() {
    room.close();
  }

  StreamState load(StreamRef ref, LoadOptions options) throws StreamException {
    loads.incrementAndGet();
    switch (damaged.get(ref.stream())) {
      case Error error -> throw error;
      case RuntimeException damage -> throw damage;
      case null, default -> {}
    }
    if (options.sync() != SyncOption.NEVER_SYNC && elsewhere.containsKey(ref.stream())) {
      states.put(ref.stream(), elsewhere.get(ref.stream()));
    }
    StreamState state = states.get(ref.stream());
    if (state == null) {
      throw new StreamException(missing, "It is not here");
    }
    return state;
  }

  StreamId model(String name, Object... members) {
    StreamId id = StreamId.of(2, SampleStream.cid(name));
    Ipld.Map metadata =
        Ipld.map(
            "controllers",
            Ipld.list(Ipld.of("did:key:ann")),
            "model",
            new Ipld.Bytes(StreamId.MODEL.bytes()));
    put(id, Ipld.map(members), metadata);
    return id;
  }

  StreamId document(StreamId model, String name, Ipld content) {
    StreamId id = StreamId.of(3, SampleStream.cid(name));
    put(id, content, metadata(model));
    return id;
  }

  static Ipld.Map metadata(StreamId model) {
    return Ipld.map(
        "controllers", Ipld.list(Ipld.of("did:key:ann")), "model", new Ipld.Bytes(model.bytes()));
  }

  void put(StreamId id, Ipld content, Ipld.Map metadata) {
    Document document = Document.of(content, metadata, Document.Signature.SIGNED);
    states.put(id, SampleStream.created(id.type(), id.init(), document));
    told(id);
  }

  void told(StreamId id) {
    feed.change(id, id.init(), Kind.UPDATED, Origin.CLIENT);
  }

  /** As the feed's room does. */
  void read() throws FeedException, InterruptedException {
    try (FeedCursor<StreamChange> cursor =
        feed.changes(room.reader().position().orElseGet(feed::beginning))) {
      List<StreamChange> batch = cursor.next(3, Duration.ZERO);
      while (!batch.isEmpty()) {
        room.reader().take(batch, cursor.position());
        batch = cursor.next(3, Duration.ZERO);
      }
    }
  }

  List<StreamId> found(StreamId... models) throws StreamException {
    List<StreamId> page = paged(models);
    assertThat(room.count(IndexQuery.of(Set.of(models)), PATIENCE)).isEqualTo(page.size());
    return page;
  }

  /** One question only: between two of them, what is filled in behind may have come. */
  List<StreamId> paged(StreamId... models) throws StreamException {
    IndexQuery query = IndexQuery.of(Set.of(models)).first(100);
    return room.page(query, PATIENCE).places().stream().map(IndexPlace::stream).toList();
  }

  void index(StreamId... models) throws StreamException {
    room.index(List.of(models).stream().map(id -> new Wanted(id, List.of())).toList(), PATIENCE);
  }
}
