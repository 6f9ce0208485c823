package org.kiln.http.one;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.feed.Origin;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.NodeTables;
import org.kiln.events.EventStore;
import org.kiln.ipld.DagCbor;
import org.kiln.store.memory.MemoryStore;
import org.kiln.testkit.FakeFeed;
import org.kiln.testkit.FakeHttpCall;

/** An event of the feed that cannot be given out, which is another thing than a feed that ends. */
class BrokenEventTest {
  private static final String PATH = "/ceramic/feed/events?includeData=full";
  private static final Map<String, String> PUSHED = Map.of("Accept", "text/event-stream");

  private final OneManners manners = new OneManners(List.of("*"), true);
  private final EventStore log = EventStore.open(new MemoryStore(NodeTables.ALL));
  private final FakeFeed feed = new FakeFeed();
  private final FeedRoutes routes =
      new FeedRoutes(feed, new EventTexts(log), Duration.ofSeconds(60));
  private Cid whole;
  private Cid broken;

  @BeforeEach
  void fill() {
    whole =
        event(
            DagCbor.encode(
                Ipld.map("header", Ipld.map("controllers", Ipld.list(Ipld.of("did:key:ann"))))));
    broken = event("this is no event".getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void close() {
    routes.close();
    log.close();
  }

  private Cid event(byte[] bytes) {
    Block block = new Block(Cid.sha256(Cid.DAG_CBOR, bytes), bytes);
    StreamId stream = StreamId.of(3, block.cid());
    feed.event(stream, block.cid(), LogEntry.Kind.INIT, Origin.CLIENT, List.of(block));
    return block.cid();
  }

  private TestCall.Answer page(String target) {
    return new TestCall("GET", target, Map.of(), new byte[0]).send(routes.endpoints(), manners);
  }

  private HttpReply.Streamed pushed() throws HttpProblem {
    FakeHttpCall call = new TestCall("GET", PATH, PUSHED, new byte[0]).call();
    return (HttpReply.Streamed) routes.endpoints().getFirst().handle(call);
  }

  /** The gateway makes an error of it, and a line of the log. */
  @Test
  void shouldNotTakeABrokenEventForAFeedThatIsReplaced() {
    assertThat(page(PATH + "&limit=1").text()).contains(whole.toString());

    assertThatThrownBy(() -> page(PATH))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Event " + broken + " in the log is broken");

    assertThat(page("/ceramic/feed/events").text()).contains(broken.toString());
  }

  @Test
  void shouldEndAPushedFeedAtABrokenEventWithAWordAndNotAtOnceAgain() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    assertThatThrownBy(() -> pushed().writer().write(out))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Event " + broken + " in the log is broken");

    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("id: 2\ndata: {\"id\":\"" + whole + "\"")
        .endsWith("retry: 60000\n: the next event is broken; the node's log says more\n\n");
  }

  @Test
  void shouldSendOthersAwayForAMomentWhileTheFeedIsReplaced() throws Exception {
    HttpReply.Streamed pushed = pushed();
    feed.end();

    assertThat(page(PATH).status()).isEqualTo(503);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    pushed.writer().write(out);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("retry: 1000\nid: 1\n: alive\n\n");
  }
}
