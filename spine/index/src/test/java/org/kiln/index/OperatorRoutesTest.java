package org.kiln.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.feed.StreamChange.Kind;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.http.HttpRoute.Access;
import org.kiln.api.index.FieldIndex;
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
import org.kiln.index.sqlite.SqliteBackend;
import org.kiln.testkit.FakeFeed;
import org.kiln.testkit.FakeHttpCall;
import org.kiln.testkit.HttpRouteContract;
import org.kiln.testkit.SampleStream;

class OperatorRoutesTest extends HttpRouteContract {
  private static final StreamId NOTE = StreamId.of(2, SampleStream.cid("note"));

  @TempDir Path directory;
  private final FakeFeed feed = new FakeFeed();
  private final Map<StreamId, StreamState> states = new ConcurrentHashMap<>();
  private IndexRoom room;
  private List<HttpRoute> routes;

  @BeforeEach
  void open() {
    IndexSpec spec = IndexSpec.of(directory, NetworkId.INMEMORY);
    OpenIndex index = new OpenIndex(new SqliteBackend(), spec);
    room = new IndexRoom(index, feed, this::load, Duration.ofSeconds(30), Duration.ofSeconds(30));
    routes = OperatorRoutes.of(room, this::load);
    put(NOTE, Ipld.map("name", Ipld.of("Note")), StreamId.MODEL);
  }

  @AfterEach
  void close() {
    room.close();
  }

  @Override
  protected HttpRoute route() {
    return routes.get(1);
  }

  @Override
  protected FakeHttpCall call() {
    return call("PUT", NOTE);
  }

  private static FakeHttpCall call(String method, StreamId model) {
    return FakeHttpCall.of(method, "/admin/index/" + model).withVariable("model", model.toString());
  }

  private StreamState load(StreamRef ref, LoadOptions options) throws StreamException {
    StreamState state = states.get(ref.stream());
    if (state == null) {
      throw new StreamException(StreamException.Reason.UNAVAILABLE, "It is not here");
    }
    return state;
  }

  private void put(StreamId id, Ipld content, StreamId model) {
    Ipld.Map metadata =
        Ipld.map(
            "controllers",
            Ipld.list(Ipld.of("did:key:ann")),
            "model",
            new Ipld.Bytes(model.bytes()));
    Document document = Document.of(content, metadata, Document.Signature.SIGNED);
    states.put(id, SampleStream.created(id.type(), id.init(), document));
    feed.change(id, id.init(), Kind.UPDATED, Origin.CLIENT);
  }

  private void read() throws Exception {
    try (FeedCursor<StreamChange> cursor =
        feed.changes(room.reader().position().orElseGet(feed::beginning))) {
      room.reader().take(cursor.next(100, Duration.ZERO), cursor.position());
    }
  }

  private String answer(int route, FakeHttpCall call) throws HttpProblem {
    HttpReply.Body reply = (HttpReply.Body) routes.get(route).handle(call);
    return new String(reply.parts().get(0), UTF_8);
  }

  private String list() throws HttpProblem {
    return answer(0, FakeHttpCall.of("GET", "/admin/index"));
  }

  @Test
  void shouldLetOperatorsChangeWhatViewersSee() {
    assertThat(routes)
        .extracting(HttpRoute::access)
        .containsExactly(Access.VIEWER, Access.OPERATOR, Access.OPERATOR);
  }

  @Test
  void shouldTellModelsWithTheirDocumentsAndIndices() throws Exception {
    FieldIndex ranked = new FieldIndex(List.of(List.of("rank"), List.of("author", "name")));
    room.index(List.of(new Wanted(NOTE, List.of(ranked))), Deadline.NONE);
    put(StreamId.of(3, SampleStream.cid("one")), Ipld.map(), NOTE);
    put(StreamId.of(3, SampleStream.cid("two")), Ipld.map(), NOTE);
    read();

    assertThat(list())
        .isEqualTo(
            "{\"models\":[{\"model\":\""
                + NOTE
                + "\",\"name\":\"Note\",\"documents\":2,\"indices\":[[\"rank\",\"author.name\"]],"
                + "\"filling\":null}],\"trouble\":null}");
  }

  @Test
  void shouldBeginAndEnd() throws Exception {
    assertThat(answer(1, call("PUT", NOTE))).contains("Model Note (" + NOTE + ") is indexed.");
    assertThat(list()).contains(NOTE.toString());

    assertThat(answer(2, call("DELETE", NOTE))).contains("is not indexed any more");
    assertThat(list()).isEqualTo("{\"models\":[],\"trouble\":null}");
  }

  @Test
  void rejectsWhatIsNotIndexedAndWhatCannotBe() throws Exception {
    StreamId tile = StreamId.of(0, SampleStream.cid("tile"));
    StreamId unknown = StreamId.of(2, SampleStream.cid("unknown"));
    assertThatThrownBy(() -> answer(2, call("DELETE", NOTE)))
        .isInstanceOfSatisfying(HttpProblem.class, e -> assertThat(e.status()).isEqualTo(404))
        .hasMessage("Model Note (" + NOTE + ") is not indexed.");
    assertThatThrownBy(() -> answer(1, call("PUT", tile)))
        .isInstanceOfSatisfying(HttpProblem.class, e -> assertThat(e.status()).isEqualTo(400))
        .hasMessage("Cannot index " + tile + ", it is not a Model StreamID");
    assertThatThrownBy(() -> answer(1, call("PUT", unknown)))
        .isInstanceOfSatisfying(HttpProblem.class, e -> assertThat(e.status()).isEqualTo(503))
        .hasMessageContaining("cannot be loaded");
    assertThat(room.models()).isEmpty();
  }

  @Test
  void shouldTellWhyTheIndexDoesNotGoOn() throws Exception {
    room.index(List.of(new Wanted(NOTE, List.of())), Deadline.NONE);
    StreamId lost = StreamId.of(3, SampleStream.cid("lost"));
    put(lost, Ipld.map(), NOTE);
    states.remove(lost);

    assertThatThrownBy(this::read).hasMessageContaining("cannot be read now");

    assertThat(list())
        .contains("\"trouble\":\"Stream " + lost + " cannot be read now: It is not here\"");
  }
}
