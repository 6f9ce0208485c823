package org.kiln.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;
import org.kiln.core.sql.SqlRows;
import org.kiln.ipld.Json;

class SqlRoomTest {
  private static final String ALL =
      "SELECT conclusion_event_order, event_state_order, event_cid, data FROM event_states"
          + " ORDER BY event_state_order";

  private static final String PENDING = "SELECT count(*) AS n FROM _internal.pending_event_states";

  @TempDir Path directory;

  private final List<String> cars = new ArrayList<>();
  private Workbench bench;

  @BeforeEach
  void open() throws Exception {
    try (InputStream in = SqlRoomTest.class.getResourceAsStream("flight.json")) {
      Ipld.Map file = Json.parseMap(in.readAllBytes());
      for (Ipld event : ((Ipld.List) file.entries().get("events")).items()) {
        ((Ipld.Map) event).text("data").ifPresent(cars::add);
      }
    }
    bench = new Workbench(directory);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void shouldGoOnWhereItWasAfterARestart() throws Exception {
    bench.post(cars.subList(0, 20));
    List<Object[]> before = bench.ask(ALL);
    bench.reopen();
    assertThat(bench.room().reader().position()).isPresent();
    assertThat(bench.ask(ALL)).usingRecursiveComparison().isEqualTo(before);
    bench.post(cars.subList(20, 24));
    assertThat(bench.ask("SELECT max(conclusion_event_order) AS n FROM conclusion_events"))
        .containsExactly(new Object[] {24L});
  }

  @Test
  void shouldHaveTheSameRowsWhenMadeAnew() throws Exception {
    bench.post(cars.subList(0, 60));
    List<Object[]> before = bench.ask(ALL);
    bench.forgetAndTakeAgain();
    assertThat(bench.ask(ALL)).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void shouldMakeTablesAnewThatCannotBeOpened() throws Exception {
    bench.post(cars.subList(0, 5));
    bench.close();
    Files.writeString(directory.resolve("ceramic.duckdb"), "no database at all");
    bench = new Workbench(directory);
    assertThat(bench.room().reader().position()).isEmpty();
    assertThat(bench.ask("SELECT count(*) AS n FROM conclusion_events"))
        .containsExactly(new Object[] {0L});
  }

  @Test
  void shouldMakeTablesAnewWhosePlaceInTheFeedCannotBeRead() throws Exception {
    bench.post(cars.subList(0, 5));
    bench.close();
    try (Database database = Database.open(directory, 64);
        Connection connection = database.connection();
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE _store.place SET token = 'nowhere'");
    }
    bench = new Workbench(directory);
    assertThat(bench.room().reader().position()).isEmpty();
    assertThat(bench.ask("SELECT count(*) AS n FROM conclusion_events"))
        .containsExactly(new Object[] {0L});
  }

  @Test
  void shouldReleaseAllThatWaitedForAModelAlsoAfterAFailureInBetween() throws Exception {
    String model = cars.get(0);
    int many = 2 * TableReader.PAGE + 5;
    StreamId id = bench.event(model).stream();
    bench.postDocuments(id, "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp", many);
    assertThat(bench.ask(PENDING)).containsExactly(new Object[] {(long) many});
    bench.failAfter(TableReader.PAGE + 10);
    assertThatThrownBy(() -> bench.post(List.of(model)))
        .isInstanceOf(UnsupportedOperationException.class);
    // The first page is kept: the others are all that is read again.
    bench.failAfter(many - TableReader.PAGE);
    assertThat(bench.room().reader().position()).isPresent();
    assertThat(bench.ask(PENDING)).containsExactly(new Object[] {0L});
    List<Object[]> after = bench.ask(ALL);
    assertThat(after).hasSize(many + 1);
    assertThat(after.get(0)[0]).isEqualTo(many + 1L);
    assertThat(after.subList(1, many + 1).stream().map(row -> row[0]))
        .isEqualTo(LongStream.rangeClosed(1, many).boxed().toList());
  }

  @Test
  void shouldGoOnAfterEventsWhoseDataAreHardToShow() throws Exception {
    StreamId model = bench.event(cars.get(0)).stream();
    bench.post(List.of(cars.get(0)));
    Block init =
        Workbench.block(Ipld.map("header", header(model), "data", Ipld.map("/", Ipld.of("x"))));
    StreamId stream = StreamId.of(3, init.cid());
    Ipld deep = Ipld.of("deep");
    for (int i = 0; i < 400; i++) {
      deep = Ipld.map("a", deep);
    }
    // Each can be in a block, but not what the two make of it.
    Block first = data(init, init, patch("/deep", deep));
    Block second = data(init, first, patch("/deep" + "/a".repeat(400), deep));
    Block third = data(init, second, patch("/b", Ipld.of("x")));
    bench.take(
        List.of(
            bench.event(stream, init, LogEntry.Kind.INIT),
            bench.event(stream, first, LogEntry.Kind.DATA)));
    bench.take(List.of(bench.event(stream, second, LogEntry.Kind.DATA)));
    bench.take(List.of(bench.event(stream, third, LogEntry.Kind.DATA)));
    bench.post(List.of(cars.get(1)));
    assertThat(bench.ask("SELECT data->>'$.content.\"//\"' AS slash FROM event_states"))
        .extracting(row -> row[0])
        .containsExactly(null, "x", "x", null, null, null);
    assertThat(bench.ask("SELECT validation_errors[1] AS why FROM event_states").get(3)[0])
        .asString()
        .startsWith("its state cannot be told");
  }

  private static Ipld.Map header(StreamId model) {
    return Ipld.map(
        "controllers",
        Ipld.list(Ipld.of("did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp")),
        "model",
        new Ipld.Bytes(model.bytes()));
  }

  private static Block data(Block init, Block before, Ipld patch) {
    return Workbench.block(
        Ipld.map("id", Ipld.of(init.cid()), "prev", Ipld.of(before.cid()), "data", patch));
  }

  private static Ipld patch(String path, Ipld value) {
    return Ipld.list(Ipld.map("op", Ipld.of("add"), "path", Ipld.of(path), "value", value));
  }

  @Test
  void shouldGiveTheHistoryOfAFeedAndThenWhatComes() throws Exception {
    bench.post(cars.subList(0, 10));
    try (SqlRows feed = feed("SELECT conclusion_event_order FROM conclusion_events_feed")) {
      List<Long> seen = new ArrayList<>(numbers(feed));
      assertThat(seen).hasSize(10);
      CompletableFuture<List<Long>> next = CompletableFuture.supplyAsync(() -> numbers(feed));
      bench.post(cars.subList(10, 13));
      seen.addAll(next.get(30, TimeUnit.SECONDS));
      assertThat(seen).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE _store.events",
        "DELETE FROM _store.events",
        "CREATE TABLE x (a INT)",
        "COPY (SELECT 1) TO 'x.csv'",
        "ATTACH 'x.db'",
        "INSTALL httpfs",
        "SET threads = 1",
        "PRAGMA database_size",
        "CALL pragma_version()",
        "SELECT * FROM _store.events",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM read_csv('http://localhost/x.csv')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM 'x.csv'",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM DUCKDB_logs",
        "SELECT * FROM query('SELECT 1')",
        "SELECT 1 WHERE EXISTS (FROM duckdb_functions())",
        "WITH a AS (SELECT * FROM query_table('event_states')) SELECT * FROM a",
        "SELECT * FROM event_states a, LATERAL (SELECT * FROM repeat(1, 2)) b",
        "SELECT * FROM (WITH c AS (SELECT 1 AS x) FROM c) s, c",
        "SELECT 1 UNION (WITH c AS (SELECT 1) FROM c) UNION FROM c",
        "SELECT (WITH c AS (SELECT 1) FROM c) FROM c",
        "WITH a AS (FROM a) FROM a",
        "WITH a AS (FROM b), b AS (SELECT 1) FROM a",
        "WITH RECURSIVE a AS (FROM a UNION ALL SELECT 1) FROM a",
        "WITH \"a.b\" AS (SELECT 1) FROM \"a.b\"",
        "WITH \"a/b\" AS (SELECT 1) SELECT 1",
        "WITH duckdb_mine AS (SELECT 1) FROM duckdb_mine",
        "WITH PG_MINE AS (SELECT 1) FROM pg_mine",
        "WITH information_schema AS (SELECT 1) FROM information_schema",
        "SELECT current_setting('threads')",
        "SELECT 'threads'.CURRENT_SETTING()",
        "SELECT system.main.\"current_setting\"('threads') FROM range(1)",
        "SELECT 1 ORDER BY getvariable('mine')",
        "SELECT sleep_ms(0)"
      })
  void rejectsWhatDoesMoreThanRead(String sql) {
    assertThatThrownBy(() -> bench.ask(sql))
        .isInstanceOfSatisfying(
            SqlRefusal.class, e -> assertThat(e.reason()).isEqualTo(Reason.FORBIDDEN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM range(3), generate_series(1, 2), unnest([1])",
        "SELECT * FROM json_each('[1]') a, json_tree('[1]') b",
        "SELECT (SELECT max(x) FROM unnest(validation_errors) u(x)) FROM event_states",
        "WITH a AS (SELECT 1 AS x), b AS (FROM a) SELECT * FROM b JOIN ceramic.v0.event_states ON x"
            + " = 1",
        "WITH RECURSIVE a AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM a WHERE x < 3) FROM A",
        "WITH a AS (SELECT 1 AS x) SELECT x FROM a UNION ALL (SELECT x FROM a)",
        "WITH a AS (SELECT 1 AS x) SELECT (SELECT max(x) FROM A), (WITH b AS (FROM a) FROM b)",
        "WITH a AS (SELECT 1 AS x) VALUES ((SELECT x FROM a))",
        "WITH a AS (SELECT 1 AS x), b AS (SELECT x FROM a WHERE x IN (FROM a)) FROM b ORDER BY"
            + " (SELECT x FROM a)",
        "SELECT current_database(), current_schema(), current_date, version(), user",
        "SELECT * FROM _internal.pending_event_states",
        "SELECT table_name FROM information_schema.tables",
        "VALUES (1), (2)",
        "SHOW ALL TABLES",
        "DESCRIBE event_states"
      })
  void shouldTakeRowsFromTablesAndWhatTheStatementMakes(String sql) throws Exception {
    assertThat(bench.ask(sql)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*) FROM event_states_feed",
        "SELECT * FROM event_states_feed ORDER BY event_state_order",
        "SELECT DISTINCT controller FROM event_states_feed",
        "SELECT * FROM event_states_feed LIMIT 1 OFFSET 1",
        "SELECT * FROM event_states_feed a JOIN event_states b ON a.event_cid = b.event_cid",
        "SELECT * FROM (SELECT * FROM event_states_feed) x",
        "SELECT controller FROM event_states_feed GROUP BY controller",
        "SELECT row_number() OVER () FROM event_states_feed"
      })
  void rejectsWhatAFeedCannotAnswerWithoutAnEnd(String sql) {
    assertThatThrownBy(() -> bench.room().plan(sql))
        .isInstanceOf(SqlRefusal.class)
        .hasMessageContaining("A feed has no end");
  }

  @Test
  void shouldTakeTheLimitOfAFeedByItsName() throws Exception {
    bench.post(cars.subList(0, 10));
    String sql =
        "SELECT conclusion_event_order FROM conclusion_events_feed WHERE conclusion_event_order >"
            + " $after LIMIT $most";
    assertThat(bench.ask(sql, Map.of("$most", 3L, "$after", 4L)))
        .containsExactly(new Object[] {5L}, new Object[] {6L}, new Object[] {7L});
  }

  @Test
  void rejectsQueriesThatTakeTooMuch() {
    assertThatThrownBy(() -> bench.room().plan("SELECT '" + "x".repeat(100_000) + "'"))
        .hasMessageContaining("characters");
    assertThatThrownBy(() -> bench.ask("SELECT len(list(range::VARCHAR)) FROM range(20000000)"))
        .isInstanceOfSatisfying(
            SqlRefusal.class, e -> assertThat(e.reason()).isEqualTo(Reason.LIMIT))
        .hasMessageContaining("sql.memory-mb");
  }

  @Test
  void shouldEndAnswersThatNobodyReadsForWhoWaits() throws Exception {
    List<SqlRows> held = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      held.add(feed("SELECT * FROM range(100000)"));
    }
    assertThat(bench.ask("SELECT 1 AS one")).hasSize(1);
    int ended = 0;
    for (SqlRows rows : held) {
      try {
        assertThat(rows.next()).isPresent();
      } catch (SqlRefusal e) {
        assertThat(e).hasMessageContaining("others waited");
        ended++;
      }
      rows.close();
    }
    assertThat(ended).isOne();
  }

  @Test
  void shouldNotTakeForATableOfOursWhatTheStatementCallsSo() throws Exception {
    String with = "WITH event_states AS (SELECT 'mine' AS event_cid, 5 AS data) ";
    assertThat(bench.ask(with + "SELECT * FROM Event_States"))
        .containsExactly(new Object[] {"mine", 5L});
    assertThat(bench.ask(with + "SELECT event_cid FROM event_states"))
        .containsExactly(new Object[] {"mine"});
  }

  @Test
  void shouldShowNothingForBytesThatAreNoStreamId() throws Exception {
    assertThat(
            bench.ask(
                "SELECT stream_id_string(x) AS s, array_stream_id_string([x]) AS l FROM (VALUES"
                    + " (X'00'), (X''), (X'ce01ff'), (NULL)) v(x)"))
        .hasSize(4)
        .allSatisfy(row -> assertThat(row).containsExactly(null, Collections.singletonList(null)));
  }

  @Test
  void rejectsAValueThatIsMissingOrOfAnotherKind() {
    String sql = "SELECT 1 FROM conclusion_events WHERE event_cid = $cid";
    assertThatThrownBy(() -> bench.ask(sql, Map.of())).hasMessageContaining("$cid");
    assertThatThrownBy(() -> bench.ask(sql, Map.of("$cid", 5L))).hasMessageContaining("$cid");
  }

  private SqlRows feed(String sql) throws SqlRefusal {
    return bench.room().open(bench.room().plan(sql), Map.of());
  }

  private static List<Long> numbers(SqlRows rows) {
    try {
      return rows.next().orElse(List.of()).stream().map(row -> (Long) row[0]).toList();
    } catch (SqlRefusal | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
