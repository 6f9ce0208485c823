package org.kiln.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.feed.FeedException;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamState;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRows;
import org.kiln.core.stream.StreamException;
import org.kiln.ipld.Json;

class StreamTablesTest {
  private static final String ALL =
      "SELECT stream_id, stream_type, controller, event_height, data FROM stream_states ORDER BY"
          + " stream_state_order";
  private static final StreamId TILE = StreamId.of(0, cid("tile"));
  private static final StreamId LINK = StreamId.of(1, cid("link"));

  @TempDir Path directory;
  private Workbench bench;

  @BeforeEach
  void open() throws Exception {
    bench = new Workbench(directory);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void shouldHaveOneRowAStreamAsItIsNow() throws Exception {
    bench.move(tile("first", 1), link("did:key:a"));
    bench.move(tile("second", 2), tile("third", 3));
    List<Object[]> rows = bench.ask(ALL);
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0)[0]).isEqualTo(LINK.toString());
    assertThat(rows.get(1)).startsWith(TILE.toString(), 0L, "did:key:owner", 2L);
    assertThat(new String((byte[]) rows.get(1)[4], StandardCharsets.UTF_8))
        .isEqualTo("{\"metadata\":{\"family\":\"notes\"},\"content\":{\"text\":\"third\"}}");
  }

  @Test
  void shouldShowTilesAndLinksByWhatTheyHold() throws Exception {
    bench.move(tile("there", 1), link("did:key:a"));
    assertThat(bench.ask("SELECT stream_id, family, content->>'text' AS text FROM tiles"))
        .containsExactly(new Object[] {TILE.toString(), "notes", "there"});
    assertThat(bench.ask("SELECT account, did FROM links"))
        .containsExactly(new Object[] {"did:key:owner", "did:key:a"});
  }

  @Test
  void shouldTellTheTimeOfTheNewestTimeEvent() throws Exception {
    Instant time = Instant.ofEpochSecond(1_700_000_000);
    StreamState state = tile("there", 1);
    StreamLog log =
        StreamLog.of(List.of(LogEntry.of(TILE.init(), LogEntry.Kind.INIT)))
            .appendTime(cid("time"), time)
            .append(LogEntry.of(cid("later"), LogEntry.Kind.DATA));
    AnchorProof proof = new AnchorProof("eip155:1", cid("root"), cid("tx"), Optional.empty());
    bench.move(state.with(log).with(Optional.of(proof)));
    assertThat(bench.ask("SELECT before, chain_id, event_type FROM stream_states"))
        .containsExactly(new Object[] {1_700_000_000L, "eip155:1", 0L});
  }

  @Test
  void shouldGoOnWhereItWasAfterARestart() throws Exception {
    bench.move(tile("first", 1), link("did:key:a"));
    List<Object[]> before = bench.ask(ALL);
    bench.reopen();
    assertThat(bench.room().streamReader().position()).isPresent();
    assertThat(bench.ask(ALL)).usingRecursiveComparison().isEqualTo(before);
    bench.move(tile("second", 2));
    assertThat(bench.ask("SELECT stream_state_order FROM stream_states ORDER BY 1"))
        .containsExactly(new Object[] {2L}, new Object[] {3L});
  }

  @Test
  void shouldForgetAllWhenTheJournalIsGone() throws Exception {
    bench.move(tile("first", 1));
    FeedException gone = new FeedException(FeedException.Reason.GONE, "It is gone");
    bench.room().streamReader().refused(gone);
    assertThat(bench.room().streamReader().position()).isEmpty();
    bench.move(tile("first", 1));
    assertThat(bench.ask("SELECT stream_state_order FROM stream_states"))
        .containsExactly(new Object[] {1L});
  }

  @Test
  void shouldKeepTheRowOfAStreamThatCannotBeReadAndReadItLater() throws Exception {
    bench.move(tile("first", 1));
    List<Object[]> before = bench.ask(ALL);
    bench.move(
        TILE, new StreamException(StreamException.Reason.UNAVAILABLE, "The type 0 is missing"));
    assertThat(bench.ask(ALL)).usingRecursiveComparison().isEqualTo(before);
    assertThat(bench.settle()).isOne();
    assertThat(bench.ask(ALL)).usingRecursiveComparison().isEqualTo(before);
    String sql = "SELECT stream_state_order, event_height FROM stream_states_feed";
    try (SqlRows feed = bench.room().open(bench.room().plan(sql), Map.of())) {
      assertThat(feed.next().orElseThrow()).containsExactly(new Object[] {1L, 0L});
      CompletableFuture<List<Object[]>> next = CompletableFuture.supplyAsync(() -> next(feed));
      bench.show(tile("second", 2));
      assertThat(bench.settle()).isZero();
      assertThat(next.get(30, TimeUnit.SECONDS)).containsExactly(new Object[] {2L, 1L});
    }
    assertThat(bench.ask("SELECT content->>'text' AS text FROM tiles"))
        .containsExactly(new Object[] {"second"});
  }

  @Test
  void shouldReadAllAgainThatIsOwedThoughSomeStillCannotBeRead() throws Exception {
    StreamException missing =
        new StreamException(StreamException.Reason.UNAVAILABLE, "The type 0 is missing");
    List<StreamId> owed = new ArrayList<>();
    for (int i = 0; i < 35; i++) {
      owed.add(StreamId.of(0, cid("owed " + i)));
      bench.move(owed.get(i), missing);
    }
    owed.subList(20, 35).forEach(stream -> bench.show(state(stream, Ipld.of("x"))));
    assertThat(bench.settle()).isEqualTo(20);
    assertThat(bench.ask(ALL)).hasSize(15);
  }

  private static List<Object[]> next(SqlRows rows) {
    try {
      return rows.next().orElse(List.of());
    } catch (SqlRefusal | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldDropTheRowOfAStreamThatHasNoStateAnyMore() throws Exception {
    bench.move(tile("first", 1), link("did:key:a"));
    bench.move(TILE, new StreamException(StreamException.Reason.INVALID, "It has expired"));
    assertThat(bench.ask("SELECT stream_id FROM stream_states"))
        .containsExactly(new Object[] {LINK.toString()});
  }

  @Test
  void rejectsABatchWhileTheNodeHasTroubleAndTakesItAgain() throws Exception {
    bench.move(tile("first", 1));
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(
              () ->
                  bench.move(
                      LINK, new StreamException(StreamException.Reason.STORAGE, "It is full")))
          .hasMessageContaining("It is full");
    }
    assertThatThrownBy(() -> bench.ask(ALL)).hasMessageContaining("The tables are behind");
    bench.move(link("did:key:a"));
    assertThat(bench.ask(ALL)).hasSize(2);
  }

  @Test
  void shouldPassOverAStreamThatIsBusyOrFailsAgainAndAgain() throws Exception {
    bench.move(tile("first", 1), link("did:key:a"));
    StreamException busy = new StreamException(StreamException.Reason.BUSY, "There is no room");
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> bench.move(TILE, busy)).hasMessageContaining("There is no room");
      assertThatThrownBy(() -> bench.ask(ALL)).hasMessageContaining("The tables are behind");
    }
    bench.move(TILE, busy);
    assertThat(bench.ask(ALL)).hasSize(2);
    RuntimeException bug = new IllegalStateException("A bug");
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> bench.move(LINK, bug)).hasMessageContaining("A bug");
    }
    bench.move(LINK, bug);
    StreamId third = StreamId.of(0, cid("third"));
    bench.move(state(third, Ipld.of("x")));
    assertThat(bench.ask("SELECT content FROM tiles WHERE stream_id = '" + third + "'"))
        .containsExactly(new Object[] {"\"x\""});
  }

  @Test
  void shouldShowWhatDagJsonHasNoTextFor() throws Exception {
    bench.move(state(TILE, Ipld.map("/", Ipld.of("no CID"), "text", Ipld.of("x"))));
    assertThat(
            bench.ask("SELECT content->>'$.\"//\"' AS slash, content->>'text' AS text FROM tiles"))
        .containsExactly(new Object[] {"no CID", "x"});
  }

  @Test
  void shouldPassOverAStreamThatCannotBeShown() throws Exception {
    Ipld deep = Ipld.of("deep");
    for (int i = 0; i < 900; i++) {
      deep = Ipld.map("a", deep);
    }
    bench.move(state(TILE, deep), link("did:key:a"));
    assertThat(bench.ask("SELECT stream_id FROM stream_states"))
        .containsExactly(new Object[] {LINK.toString()});
  }

  @Test
  void shouldHaveAQueryWaitForTheChangesBeforeIt() throws Exception {
    bench.move(tile("first", 1));
    bench.change(TILE, cid("later"));
    assertThatThrownBy(() -> bench.ask(ALL))
        .isInstanceOf(SqlRefusal.class)
        .hasMessageContaining("The tables are behind");
    assertThat(bench.ask("SELECT count(*) AS n FROM event_states"))
        .containsExactly(new Object[] {0L});
  }

  @Test
  void shouldGiveTheNewestStateOfEachStreamByTheFeed() throws Exception {
    bench.move(tile("first", 1), link("did:key:a"));
    String sql = "SELECT stream_state_order, stream_id FROM stream_states_feed";
    try (SqlRows feed = bench.room().open(bench.room().plan(sql), Map.of())) {
      assertThat(feed.next().orElseThrow())
          .containsExactly(new Object[] {1L, TILE.toString()}, new Object[] {2L, LINK.toString()});
      bench.move(tile("second", 2));
      assertThat(feed.next().orElseThrow()).containsExactly(new Object[] {3L, TILE.toString()});
    }
  }

  @Test
  void shouldHaveAllTipsOfAStream() throws Exception {
    List<String> cars = new ArrayList<>();
    try (InputStream in = StreamTablesTest.class.getResourceAsStream("flight.json")) {
      Ipld.Map file = Json.parseMap(in.readAllBytes());
      for (Ipld event : ((Ipld.List) file.entries().get("events")).items()) {
        ((Ipld.Map) event).text("data").ifPresent(cars::add);
      }
    }
    // In two batches, so that a tip is followed in the same and in a later one.
    bench.post(cars.subList(0, 30));
    bench.post(cars.subList(30, cars.size()));
    String followed =
        "SELECT stream_cid, list_sort(list(event_cid)) AS tips FROM conclusion_events WHERE"
            + " event_cid NOT IN (SELECT unnest(previous) FROM conclusion_events WHERE previous IS"
            + " NOT NULL) GROUP BY ALL ORDER BY 1";
    List<Object[]> kept =
        bench.ask("SELECT stream_cid, list_sort(tips) AS tips FROM stream_tips ORDER BY 1");
    assertThat(kept).usingRecursiveComparison().isEqualTo(bench.ask(followed));
    assertThat(bench.ask("SELECT 1 FROM stream_tips WHERE len(tips) > 1")).isNotEmpty();
    bench.forgetAndTakeAgain();
    assertThat(bench.ask("SELECT stream_cid, list_sort(tips) AS tips FROM stream_tips ORDER BY 1"))
        .usingRecursiveComparison()
        .isEqualTo(kept);
  }

  private static StreamState tile(String text, int events) {
    Document document =
        Document.of(
            Ipld.map("text", Ipld.of("in force")),
            Ipld.map(
                "controllers", Ipld.list(Ipld.of("did:key:owner")), "family", Ipld.of("notes")),
            Document.Signature.SIGNED);
    Document.Next next =
        new Document.Next(Optional.of(Ipld.map("text", Ipld.of(text))), Optional.empty());
    return StreamState.of(TILE, 1, document.with(next), log(TILE, events));
  }

  private static StreamState state(StreamId stream, Ipld content) {
    Ipld.Map metadata = Ipld.map("controllers", Ipld.list(Ipld.of("did:key:owner")));
    Document document = Document.of(content, metadata, Document.Signature.SIGNED);
    return StreamState.of(stream, 1, document, log(stream, 1));
  }

  private static StreamState link(String did) {
    Document document =
        Document.of(
            Ipld.of(did),
            Ipld.map("controllers", Ipld.list(Ipld.of("did:key:owner"))),
            Document.Signature.SIGNED);
    return StreamState.of(LINK, 1, document, log(LINK, 1));
  }

  private static StreamLog log(StreamId stream, int events) {
    List<LogEntry> entries = new ArrayList<>();
    entries.add(LogEntry.of(stream.init(), LogEntry.Kind.INIT));
    for (int i = 1; i < events; i++) {
      entries.add(LogEntry.of(cid(stream + " " + i), LogEntry.Kind.DATA));
    }
    return StreamLog.of(entries);
  }

  private static Cid cid(String name) {
    return Cid.sha256(Cid.DAG_CBOR, name.getBytes(StandardCharsets.UTF_8));
  }
}
