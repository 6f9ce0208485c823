package org.kiln.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.duckdb.DuckDBDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.sql.SqlFile;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;
import org.kiln.core.sql.SqlRows;
import org.kiln.core.sql.SqlStatement;
import org.kiln.ipld.Json;

/** Answers for faces that push, go on later, or want a file. */
class AnswersTest {
  private static final int EVENTS = 20;
  private static final String FEED =
      "SELECT conclusion_event_order FROM conclusion_events_feed WHERE conclusion_event_order !="
          + " 12";
  private static final Duration NOT_LONG = Duration.ofMillis(1);

  @TempDir Path directory;

  private Workbench bench;

  @BeforeEach
  void open() throws Exception {
    List<String> cars = new ArrayList<>();
    try (InputStream in = AnswersTest.class.getResourceAsStream("flight.json")) {
      Ipld.Map file = Json.parseMap(in.readAllBytes());
      for (Ipld event : ((Ipld.List) file.entries().get("events")).items()) {
        ((Ipld.Map) event).text("data").ifPresent(cars::add);
      }
    }
    bench = new Workbench(directory.resolve("sql"));
    bench.post(cars.subList(0, EVENTS));
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private SqlRows feed(long after) throws SqlRefusal {
    return bench.room().open(bench.room().plan(FEED), Map.of(), after);
  }

  @Test
  void shouldGoOnWithAFeedWhereItsReaderWas() throws Exception {
    assertThat(bench.room().plan(FEED).feed()).hasValue("conclusion_event_order");
    try (SqlRows rows = feed(10)) {
      List<Object> numbers = new ArrayList<>();
      for (List<Object[]> some = rows.next(NOT_LONG).orElseThrow();
          !some.isEmpty();
          some = rows.next(NOT_LONG).orElseThrow()) {
        some.forEach(row -> numbers.add(row[0]));
      }
      assertThat(numbers)
          .containsExactlyElementsOf(
              LongStream.rangeClosed(11, EVENTS).filter(n -> n != 12).boxed().toList());
      assertThat(rows.place()).isEqualTo(EVENTS);
    }
    // What no row came of is passed over as well.
    try (SqlRows rows = feed(EVENTS)) {
      assertThat(rows.next(NOT_LONG).orElseThrow()).isEmpty();
      assertThat(rows.place()).isEqualTo(EVENTS);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {EVENTS + 1, -1, Long.MAX_VALUE})
  void rejectsToGoOnWhereAFeedHasNotBeen(long after) {
    assertThatThrownBy(() -> feed(after))
        .isInstanceOfSatisfying(
            SqlRefusal.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID))
        .hasMessageContaining(String.valueOf(EVENTS));
  }

  @Test
  void shouldNotPassAClosedFeedOffAsWhole() throws Exception {
    SqlRows rows = feed(EVENTS);
    CompletableFuture<Object> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return rows.next();
              } catch (SqlRefusal e) {
                return e.reason();
              } catch (InterruptedException e) {
                return e;
              }
            });
    rows.close();
    assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo(Reason.UNAVAILABLE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldEndWhatTheEngineHasUnderWayWhenItIsClosed(boolean intoFile) throws Exception {
    // Of its first row nobody has heard yet.
    SqlStatement statement =
        bench
            .room()
            .plan("SELECT sum(a.range * b.range) AS n FROM range(1000000) a, range(1000000) b");
    SqlRoom room = bench.room();
    CompletableFuture<Reason> asked =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                if (intoFile) {
                  room.parquet(statement, Map.of()).close();
                } else {
                  room.open(statement, Map.of()).close();
                }
                return null;
              } catch (SqlRefusal e) {
                return e.reason();
              }
            });
    Instant deadline = Instant.now().plusSeconds(60);
    while (room.executing() == 0 && !asked.isDone() && Instant.now().isBefore(deadline)) {
      Thread.onSpinWait();
    }
    room.close();
    assertThat(room.executing()).isZero();
    assertThat(asked.get(30, TimeUnit.SECONDS)).isEqualTo(Reason.UNAVAILABLE);
    assertThatThrownBy(() -> room.open(statement, Map.of()))
        .isInstanceOfSatisfying(
            SqlRefusal.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
  }

  @Test
  void shouldAnswerOnVirtualThreads() throws Exception {
    CompletableFuture<List<Object[]>> asked = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                asked.complete(bench.ask("SELECT count(*) AS n FROM conclusion_events"));
              } catch (Exception e) {
                asked.completeExceptionally(e);
              }
            });
    assertThat(asked.get(60, TimeUnit.SECONDS))
        .containsExactly(new Object[] {Long.valueOf(EVENTS)});
  }

  @Test
  void shouldWriteWholeAnswersAsParquet() throws Exception {
    String sql =
        "SELECT conclusion_event_order, event_cid, data, dimensions FROM event_states"
            + " WHERE conclusion_event_order > $after ORDER BY event_state_order; ";
    SqlStatement statement = bench.room().plan(sql);
    Path copy = directory.resolve("copy.parquet");
    try (SqlFile file = bench.room().parquet(statement, Map.of("$after", 3L));
        OutputStream out = Files.newOutputStream(copy)) {
      file.transferTo(out);
      assertThat(file.size()).isEqualTo(Files.size(copy));
    }
    assertThat(left()).isEmpty();
    List<List<Object>> expected = new ArrayList<>();
    for (Object[] row : bench.ask(sql, Map.of("$after", 3L))) {
      expected.add(List.of(row[0], hex((byte[]) row[1]), new String((byte[]) row[2])));
    }
    List<List<Object>> found = new ArrayList<>();
    try (Connection other = new DuckDBDriver().connect("jdbc:duckdb:", new java.util.Properties());
        Statement reading = other.createStatement();
        ResultSet rows =
            reading.executeQuery(
                "SELECT conclusion_event_order::BIGINT, lower(hex(event_cid)), data::VARCHAR FROM '"
                    + copy
                    + "'")) {
      while (rows.next()) {
        found.add(List.of(rows.getLong(1), rows.getString(2), rows.getString(3)));
      }
    }
    assertThat(found).isNotEmpty().isEqualTo(expected);
  }

  private static String hex(byte[] bytes) {
    return java.util.HexFormat.of().formatHex(bytes);
  }

  private List<Path> left() throws Exception {
    try (Stream<Path> files = Files.walk(answers())) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private Path answers() {
    return directory.resolve("sql").resolve("answers");
  }

  private List<Path> places() throws Exception {
    try (Stream<Path> below = Files.list(answers())) {
      return below.toList();
    }
  }

  @Test
  void rejectsAFileThatBecomesTooLarge() throws Exception {
    SqlStatement statement =
        bench.room().plan("SELECT md5(i::VARCHAR) AS x FROM range(100000000) AS r(i)");
    assertThatThrownBy(() -> bench.room().parquet(statement, Map.of()))
        .isInstanceOfSatisfying(
            SqlRefusal.class, e -> assertThat(e.reason()).isEqualTo(Reason.LIMIT))
        .hasMessageContaining(Workbench.FILE_BYTES + " bytes");
    assertThat(left()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COPY conclusion_events TO 'x.parquet'",
        "SELECT 1) TO 'x.parquet' (FORMAT csv); --",
        "SELECT * FROM conclusion_events_feed"
      })
  void rejectsWhatIsNoAnswerToWrite(String sql) throws Exception {
    assertThatThrownBy(() -> bench.room().parquet(bench.room().plan(sql), Map.of()))
        .isInstanceOf(SqlRefusal.class);
    assertThat(left()).isEmpty();
  }

  @Test
  void shouldForgetWhatAKilledNodeHasLeft() throws Exception {
    List<Path> before = places();
    assertThat(before).hasSize(1);
    Files.createFile(before.get(0).resolve("left.parquet"));
    Files.createFile(answers().resolve("left.parquet"));
    bench.reopen();
    assertThat(left()).isEmpty();
    assertThat(places()).hasSize(1).doesNotContainAnyElementsOf(before);
  }

  @Test
  void shouldNotTellCallersWhereTheFilesOfTheNodeAre() throws Exception {
    SqlStatement statement = bench.room().plan("SELECT 1 AS one");
    Files.delete(places().get(0));
    assertThatThrownBy(() -> bench.room().parquet(statement, Map.of()))
        .isInstanceOfSatisfying(
            SqlRefusal.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
        .hasMessageContaining("log")
        .hasMessageNotContaining("answers");
    AnswerFiles files =
        new AnswerFiles(
            directory.resolve("other"), directory.resolve("other/x"), Workbench.FILE_BYTES);
    Planner.Plan plan =
        new Planner.Plan(
            statement,
            new Syntax(statement.sql(), List.of(), Ipld.Map.EMPTY),
            Optional.empty(),
            List.of(),
            List.of(),
            ModelViews.NONE,
            Optional.empty());
    // The engine is done, and there is no file.
    assertThatThrownBy(() -> files.parquet(plan, (copy, watch) -> {}))
        .isInstanceOf(SqlRefusal.class)
        .hasMessageContaining("log")
        .hasMessageNotContaining("other");
  }
}
