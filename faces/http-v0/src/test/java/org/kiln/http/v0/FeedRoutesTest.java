package org.kiln.http.v0;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.http.HttpReply;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.http.v0.FakeCall.Answer;
import org.kiln.testkit.FakeFeed;

/** The feed of documents as clients read it, and those who listen slowly, wrongly or too long. */
@Timeout(120)
class FeedRoutesTest {
  private static final String PATH = "/api/v0/feed/aggregation/documents";
  private static final Duration NEVER = Duration.ofHours(1);
  private static final Duration SOON = Duration.ofMillis(1);

  private final FakeStreams streams = new FakeStreams();
  private final FakeFeed feed = new FakeFeed();
  private final List<FeedRoutes> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(FeedRoutes::close);
  }

  private FeedRoutes routes(Duration keepAlive, Duration patience) {
    FeedRoutes routes =
        new FeedRoutes(
            Optional.of(feed),
            streams,
            AnswerRoom.ofHeap(),
            new FeedListener.Times(keepAlive, SOON, patience, NEVER));
    opened.add(routes);
    return routes;
  }

  private static HttpReply ask(FeedRoutes routes, FakeCall call) throws Exception {
    return call.reply(routes.endpoints());
  }

  private Listener listen(FakeCall call) throws Exception {
    return Listener.to(ask(routes(NEVER, NEVER), call));
  }

  private static FakeCall call() {
    return FakeCall.get(PATH);
  }

  private StreamId stream(int salt) {
    return streams.put(0, Ipld.map("n", Ipld.of(salt)), salt);
  }

  private StreamChange changed(StreamId stream) {
    return feed.change(
        stream, streams.states.get(stream).tip(), StreamChange.Kind.UPDATED, Origin.CLIENT);
  }

  private static String content(JsonNode document) {
    return document.path("content").asText();
  }

  @Test
  void shouldWriteWhatTheClientsCodecReads() throws Exception {
    StreamId model = StreamId.of(2, Cid.sha256(0x71, new byte[] {1}));
    StreamId id = StreamId.of(3, Cid.sha256(0x71, new byte[] {2}));
    Cid tip = Cid.sha256(0x85, new byte[] {3});
    Document document =
        Document.of(Ipld.map(), Ipld.map(), Document.Signature.SIGNED)
            .with(
                new Document.Next(
                    Optional.of(Ipld.map("text", Ipld.of("a \"b\"\n\\ é 😀"))),
                    Optional.of(
                        Ipld.map(
                            "controllers", new Ipld.List(List.of(Ipld.of("did:key:ann"))),
                            "model", new Ipld.Bytes(model.bytes()),
                            "unique", new Ipld.Bytes(new byte[] {1, 2})))));
    StreamLog log =
        StreamLog.of(
            List.of(
                LogEntry.of(id.init(), LogEntry.Kind.INIT),
                LogEntry.of(tip, LogEntry.Kind.TIME)
                    .expiring(Instant.ofEpochSecond(1_700_000_000))));
    streams.states.put(id, StreamState.of(id, 1, document, log).with(AnchorStatus.ANCHORED));
    Listener listener = listen(call().query("after", "0"));

    StreamChange change = changed(id);

    assertThat(listener.event().get("data"))
        .isEqualTo(
            "{\"resumeToken\":\""
                + change.token()
                + "\",\"commitId\":\""
                + new CommitId(id, tip)
                + "\",\"content\":\"{\\\"text\\\":\\\"a \\\\\\\"b\\\\\\\"\\\\n\\\\\\\\ é 😀\\\"}\""
                + ",\"metadata\":{\"controllers\":[\"did:key:ann\"],\"model\":\""
                + model
                + "\",\"unique\":\"AQI\"},\"eventType\":2}");
  }

  @Test
  void shouldAnswerAsAStreamOfEventsThatNobodyKeepsBack() throws Exception {
    HttpReply reply = ask(routes(NEVER, NEVER), call());

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.contentType()).isEqualTo("text/event-stream");
    assertThat(reply.headers()).containsEntry("Cache-Control", "no-cache");
  }

  @Test
  void shouldBeginWithWhatComesFromNowOn() throws Exception {
    changed(stream(1));
    Listener listener = listen(call());

    changed(stream(2));

    assertThat(content(listener.document())).isEqualTo("{\"n\":2}");
  }

  @Test
  void shouldSayWhereItIsBeforeAnythingHasCome() throws Exception {
    String now = changed(stream(1)).token().toString();
    Listener listener = Listener.to(ask(routes(SOON, NEVER), call()));

    assertThat(listener.block()).containsEntry("id", now).containsKey("retry");
    assertThat(listener.block()).containsEntry("id", now).doesNotContainKey("data");
    listener.leave();
    assertThat(listener.end()).hasMessage("gone");
  }

  @Test
  void shouldGoOnAfterATokenAndPreferTheNewerOneOfTheTwo() throws Exception {
    String first = changed(stream(1)).token().toString();
    String second = changed(stream(2)).token().toString();
    changed(stream(3));

    assertThat(content(listen(call().query("after", first)).document())).isEqualTo("{\"n\":2}");
    assertThat(
            content(
                listen(call().query("after", first).header("Last-Event-ID", second)).document()))
        .isEqualTo("{\"n\":3}");
    for (String beginning : List.of("0", "")) {
      assertThat(content(listen(call().query("after", beginning)).document()))
          .isEqualTo("{\"n\":1}");
    }
  }

  @Test
  void shouldSendOneEventForEachChangeWithTheStateThatThereIs() throws Exception {
    StreamId id = stream(1);
    String first = changed(id).token().toString();
    String second = changed(id).token().toString();

    Listener listener = listen(call().query("after", "0"));

    assertThat(listener.event()).containsEntry("id", first);
    assertThat(listener.event()).containsEntry("id", second);
  }

  @Test
  void rejectsPlacesThatAreNone() {
    FeedRoutes routes = routes(NEVER, NEVER);
    String token = changed(stream(1)).token().toString();
    String journal = token.substring(0, 17);
    for (String wrong : List.of("1733333333333000000", "undefined", journal, journal + "-1")) {
      Answer answer = call().query("after", wrong).send(routes.endpoints());
      assertThat(answer.status()).as(wrong).isEqualTo(400);
      assertThat(answer.body()).contains("16 hexadecimal digits").contains("after=0 begins");
    }
    assertThat(call().header("Last-Event-ID", "5").send(routes.endpoints()).status())
        .isEqualTo(400);
    Answer future = call().query("after", journal + "2").send(routes.endpoints());
    assertThat(future.status()).isEqualTo(400);
    Answer other = call().query("after", "00c0ffee00c0ffee-0").send(routes.endpoints());
    assertThat(other.status()).isEqualTo(400);

    feed.beginAnew();

    Answer gone = call().query("after", token).send(routes.endpoints());
    assertThat(gone.status()).isEqualTo(410);
    assertThat(List.of(future.body(), other.body(), gone.body()))
        .doesNotHaveDuplicates()
        .allSatisfy(text -> assertThat(text).contains("after=0 begins"));
  }

  @Test
  void shouldKeepNobodyWaitingForASlowListenerWhoLosesNothing() throws Exception {
    FeedRoutes routes = routes(NEVER, NEVER);
    CountDownLatch reading = new CountDownLatch(1);
    HttpReply reply = ask(routes, call());
    Listener slow = Listener.slow(ask(routes, call()), reading);
    Listener quick = Listener.to(reply);
    Set<String> tokens = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      tokens.add(changed(stream(i % 100)).token().toString());
    }

    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      seen.add(quick.event().get("id"));
    }
    assertThat(seen).isEqualTo(tokens);
    reading.countDown();
    seen.clear();
    for (int i = 0; i < 1_000; i++) {
      seen.add(slow.event().get("id"));
    }
    assertThat(seen).isEqualTo(tokens);
  }

  @Test
  void shouldSayWhichDocumentCannotBeReadAndGoOn() throws Exception {
    StreamId unknown = StreamId.of(0, Cid.sha256(0x71, new byte[] {99}));
    Listener listener = listen(call());
    feed.change(unknown, unknown.init(), StreamChange.Kind.CREATED, Origin.CLIENT);
    changed(stream(1));

    Map<String, String> event = listener.event();

    assertThat(event).containsEntry("event", "unreadable");
    assertThat(Listener.json(event).path("streamId").asText()).isEqualTo(unknown.toString());
    assertThat(Listener.json(event).path("error").asText()).contains("is not known");
    assertThat(content(listener.document())).isEqualTo("{\"n\":1}");
  }

  @Test
  void shouldWaitForWhatCannotBeReadForTheMoment() throws Exception {
    streams.refusal = new StreamException(Reason.UNAVAILABLE, "The type is being replaced");
    Listener listener = listen(call());
    listener.block();
    changed(stream(1));
    assertThat(listener.block()).doesNotContainKey("data");
    assertThat(listener.block()).doesNotContainKey("data");

    streams.refusal = null;

    assertThat(content(listener.document())).isEqualTo("{\"n\":1}");
  }

  @Test
  void shouldNotWaitForEver() throws Exception {
    streams.failure = new IllegalStateException("It is broken");
    Listener listener = Listener.to(ask(routes(NEVER, SOON), call()));
    changed(stream(1));

    assertThat(listener.event()).containsEntry("event", "unreadable");
  }

  @Test
  void shouldPassOverNoDocumentBecauseTheNodeIsBusy() throws Exception {
    streams.refusal = new StreamException(Reason.BUSY, "Too much to do");
    Listener listener = Listener.to(ask(routes(NEVER, SOON), call()));
    listener.block();
    changed(stream(1));
    for (int i = 0; i < 20; i++) {
      assertThat(listener.block()).doesNotContainKeys("data", "id");
    }

    streams.refusal = null;

    assertThat(content(listener.document())).isEqualTo("{\"n\":1}");
  }

  @Test
  void shouldWriteLargeDocuments() throws Exception {
    Listener listener = listen(call());

    changed(streams.put(0, Ipld.map("x", Ipld.of("\"".repeat(300_000))), 1));

    assertThat(content(listener.document())).hasSize(600_000 + "{\"x\":\"\"}".length());
  }

  @Test
  void shouldSendListenersAwayWhenItCloses() throws Exception {
    FeedRoutes routes = routes(NEVER, NEVER);
    Listener idle = Listener.to(ask(routes, call()));
    idle.block();
    streams.refusal = new StreamException(Reason.BUSY, "Too much to do");
    Listener waiting = Listener.to(ask(routes, call()));
    waiting.block();
    changed(stream(1));
    waiting.block();

    routes.close();

    assertThat(idle.end()).isNull();
    assertThat(waiting.end()).isNull();
    assertThat(Listener.to(ask(routes, call())).end()).isNull();
  }

  @Test
  void shouldEndWithoutAFailureWhenTheFeedEnds() throws Exception {
    Listener listener = listen(call());
    listener.block();

    feed.end();

    assertThat(listener.end()).isNull();
  }

  @Test
  void shouldSayThatThereIsNoFeed() {
    FeedRoutes none =
        new FeedRoutes(Optional.empty(), streams, AnswerRoom.ofHeap(), FeedListener.Times.DEFAULT);

    assertThat(call().send(none.endpoints()).status()).isEqualTo(503);
  }
}
