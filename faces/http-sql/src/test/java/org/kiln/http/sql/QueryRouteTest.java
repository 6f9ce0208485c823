package org.kiln.http.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlParameter;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlType;
import org.kiln.core.sql.SqlType.Scalar;
import org.kiln.testkit.FakeHttpCall;

class QueryRouteTest {
  private static final String EVENTS = "text/event-stream";

  private final FakeTables tables = new FakeTables();
  private final SqlFace face = new SqlFace(() -> Optional.of(tables), Optional::empty);
  private final HttpRoute route = face.open().get(0);

  private static FakeHttpCall call(String... queries) {
    FakeHttpCall call = FakeHttpCall.of("GET", "/ceramic/query").withQuery("sql", "SELECT x");
    for (int i = 0; i < queries.length; i += 2) {
      call = call.withQuery(queries[i], queries[i + 1]);
    }
    return call;
  }

  private String ask(FakeHttpCall call) throws HttpProblem, IOException {
    HttpReply reply = route.handle(call);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    switch (reply) {
      case HttpReply.Body body -> body.parts().forEach(out::writeBytes);
      case HttpReply.Streamed streamed -> streamed.writer().write(out);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private void column(String name, SqlType type) {
    tables.columns.add(new SqlColumn(name, type, true));
  }

  private void row(Object... cells) {
    tables.batches.add(List.<Object[]>of(cells));
  }

  @Test
  void shouldWriteEachKindOfValueAsJson() throws Exception {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("k\"", new byte[] {1});
    map.put("none", null);
    List<Object[]> cells =
        List.of(
            new Object[] {Scalar.BOOLEAN, true, "true"},
            new Object[] {Scalar.INT64, -5L, "-5"},
            new Object[] {Scalar.UINT64, -1L, "18446744073709551615"},
            new Object[] {Scalar.FLOAT64, 1.5, "1.5"},
            new Object[] {Scalar.FLOAT64, Double.NaN, "null"},
            new Object[] {Scalar.TEXT, "a\n\"\\\u0001\ud800", "\"a\\n\\\"\\\\\\u0001\\ud800\""},
            new Object[] {Scalar.TEXT, "\ud83d\ude00é", "\"\ud83d\ude00é\""},
            new Object[] {Scalar.BINARY, new byte[] {1, 0x71}, "\"bafyq\""},
            new Object[] {Scalar.JSON_TEXT, "{\"a\":\n1.0}", "{\"a\": 1.0}"},
            new Object[] {Scalar.JSON_BYTES, "[1]".getBytes(StandardCharsets.UTF_8), "[1]"},
            new Object[] {Scalar.JSON_TEXT, "[NaN]", "\"[NaN]\""},
            new Object[] {Scalar.DATE, 1L, "\"1970-01-02\""},
            new Object[] {Scalar.TIMESTAMP, 1_500_000L, "\"1970-01-01T00:00:01.500Z\""},
            new Object[] {
              new SqlType.ListOf(Scalar.INT32, true), Arrays.asList(1L, null), "[1,null]"
            },
            new Object[] {
              new SqlType.MapOf(Scalar.BINARY), map, "{\"k\\\"\":\"bae\",\"none\":null}"
            },
            new Object[] {Scalar.TEXT, null, "null"});
    StringBuilder expected = new StringBuilder("{");
    for (int i = 0; i < cells.size(); i++) {
      column("c" + i, (SqlType) cells.get(i)[0]);
      expected.append(i == 0 ? "" : ",").append("\"c" + i + "\":").append(cells.get(i)[2]);
    }
    row(cells.stream().map(cell -> cell[1]).toArray());
    assertThat(ask(call())).isEqualTo(expected + "}\n");
    assertThat(tables.open).isZero();
  }

  @Test
  void shouldTellNullFromAnEmptyTextInCsv() throws Exception {
    column("a,b", Scalar.TEXT);
    column("l", new SqlType.ListOf(Scalar.TEXT, true));
    row("x\"\n", List.of("y"));
    row("", null);
    row(null, List.of());
    assertThat(ask(call("format", "csv")))
        .isEqualTo("\"a,b\",l\r\n\"x\"\"\n\",\"[\"\"y\"\"]\"\r\n\"\",\r\n,[]\r\n");
  }

  @Test
  void shouldSendALongAnswerAsItComes() throws Exception {
    column("t", Scalar.TEXT);
    String text = "x".repeat(100_000);
    for (int i = 0; i < 10; i++) {
      row(text);
    }
    HttpReply reply = route.handle(call());
    assertThat(reply).isInstanceOf(HttpReply.Streamed.class);
    assertThat(tables.batches).isNotEmpty();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ((HttpReply.Streamed) reply).writer().write(out);
    assertThat(out.toString(StandardCharsets.UTF_8)).hasLineCount(10);
    assertThat(tables.open).isZero();
  }

  @Test
  void shouldBreakOffALongAnswerThatCannotGoOn() throws Exception {
    column("t", Scalar.TEXT);
    row("x".repeat(1_000_000));
    tables.atTheEnd =
        Optional.of(new SqlRefusal(SqlRefusal.Reason.LIMIT, "It takes longer than it may"));
    HttpReply.Streamed reply = (HttpReply.Streamed) route.handle(call());
    assertThatThrownBy(() -> reply.writer().write(new ByteArrayOutputStream()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("It takes longer than it may");
    assertThat(tables.open).isZero();
  }

  @Test
  void shouldPushAFeedWithTheNumberOfEachRow() throws Exception {
    tables.feed = Optional.of("n");
    tables.columns.add(new SqlColumn("n", Scalar.UINT64, false));
    row(8L);
    row(9L);
    String pushed = ask(call("after", "5").withHeader("Accept", EVENTS));
    assertThat(tables.after).isEqualTo(5);
    assertThat(pushed)
        .isEqualTo(
            "retry: 1000\nid: 5\n: alive\n\nid: 8\ndata: {\"n\":8}\n\nid: 9\ndata: {\"n\":9}\n\n"
                + "event: end\nid: end\ndata: {}\n\n");
    // A browser comes again all the same, with that id.
    assertThat(route.handle(call().withHeader("Accept", EVENTS).withHeader("Last-Event-ID", "end")))
        .returns(204, HttpReply::status);
    assertThat(tables.open).isZero();
  }

  @Test
  void shouldNumberThePiecesOfAFeedWhoseRowsHaveNoNumber() throws Exception {
    tables.feed = Optional.of("n");
    column("t", Scalar.TEXT);
    tables.batches.add(List.of(new Object[] {"a\nb"}, new Object[] {"c"}));
    tables.place = 77;
    assertThat(ask(call("format", "csv").withHeader("Accept", EVENTS)))
        .contains("event: columns\ndata: t\n\n", "data: \"a\ndata: b\"\n\nid: 77\ndata: c\n\n");
  }

  @Test
  void shouldPushRowsWithoutTextAndTheLineEndsOfOthers() throws Exception {
    tables.feed = Optional.of("n");
    column("t ", Scalar.TEXT);
    row(new Object[] {null});
    row("a\rb\r\nc\nd");
    row("\n");
    assertThat(ask(call("format", "csv").withHeader("Accept", EVENTS)))
        .contains(
            "event: columns\ndata: t \n\ndata: \n\n"
                + "ends: CR CRLF LF\ndata: \"a\ndata: b\ndata: c\ndata: d\"\n\n"
                + "data: \"\ndata: \"\n\n");
  }

  @Test
  void shouldSayWhyAFeedDoesNotGoOn() throws Exception {
    tables.feed = Optional.of("n");
    tables.atTheEnd =
        Optional.of(new SqlRefusal(SqlRefusal.Reason.UNAVAILABLE, "The feed was closed"));
    assertThat(ask(call().withHeader("Accept", EVENTS)))
        .endsWith(
            "event: problem\ndata: {\"code\":\"sql-unavailable\",\"message\":\"The feed was"
                + " closed\"}\n\n")
        .doesNotContain("id: end");
  }

  @Test
  void shouldEndItsFeedsBeforeItGoes() throws Exception {
    tables.feed = Optional.of("n");
    route.handle(call().withHeader("Accept", EVENTS));
    assertThat(tables.open).isOne();
    face.close();
    assertThat(tables.open).isZero();
    route.handle(call().withHeader("Accept", EVENTS));
    assertThat(tables.open).isZero();
  }

  @Test
  void shouldGiveAFile() throws Exception {
    assertThat(ask(call("format", "parquet"))).isEqualTo("PAR1");
    assertThat(tables.open).isZero();
  }

  @Test
  void shouldBindWhatTheAddressSays() throws Exception {
    tables.parameters.add(new SqlParameter("$cid", Scalar.BINARY));
    tables.parameters.add(new SqlParameter("$n", Scalar.UINT64));
    ask(call("$cid", "f0171", "$n", "7"));
    assertThat((byte[]) tables.values.get("$cid")).containsExactly(1, 0x71);
    assertThat(tables.values.get("$n")).isEqualTo(7L);
  }

  @ParameterizedTest
  @CsvSource({"$n, x, 'a number'", "$m, 1, 'no value for the parameter $n'", "$n, -1, 'a number'"})
  void rejectsOtherValues(String name, String value, String said) {
    tables.parameters.add(new SqlParameter("$n", Scalar.UINT64));
    assertThatThrownBy(() -> ask(call(name, value)))
        .isInstanceOfSatisfying(HttpProblem.class, e -> assertThat(e.status()).isEqualTo(400))
        .hasMessageContaining(said);
    assertThat(tables.open).isZero();
  }

  @Test
  void rejectsMoreAnswersThanAStrangersShareUntilOneIsGivenBack() throws Exception {
    column("t", Scalar.TEXT);
    HttpReply.Streamed first = null;
    for (int i = 0; i < 4; i++) {
      tables.batches.clear();
      row("x".repeat(1_000_000));
      first = (HttpReply.Streamed) route.handle(call());
    }
    assertThatThrownBy(() -> ask(call()))
        .isInstanceOfSatisfying(HttpProblem.class, e -> assertThat(e.status()).isEqualTo(503))
        .hasMessageContaining("4 answers");
    first.writer().write(new ByteArrayOutputStream());
    assertThat(ask(call())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "xml", "Json"})
  void rejectsFormsThatThereAreNot(String form) {
    assertThatThrownBy(() -> ask(call("format", form)))
        .isInstanceOf(HttpProblem.class)
        .hasMessageContaining("json, csv, arrow and parquet");
  }

  @Test
  void rejectsAFeedThatIsNotPushedAndAnAnswerThatIs() {
    assertThatThrownBy(() -> ask(call().withHeader("Accept", EVENTS)))
        .hasMessageContaining("has an end");
    tables.feed = Optional.of("n");
    assertThatThrownBy(() -> ask(call())).hasMessageContaining(EVENTS);
  }

  @Test
  void rejectsTwoColumnsOfOneName() {
    column("a", Scalar.TEXT);
    column("a", Scalar.TEXT);
    assertThatThrownBy(() -> ask(call())).hasMessageContaining("Two columns are called a");
  }

  @Test
  void shouldSayWhatKindOfRefusalItIs() {
    assertThatThrownBy(
            () ->
                route.handle(
                    FakeHttpCall.of("GET", "/ceramic/query").withQuery("sql", "DROP TABLE x")))
        .isInstanceOfSatisfying(
            HttpProblem.class,
            e ->
                assertThat(List.of(e.status(), e.code())).isEqualTo(List.of(403, "sql-forbidden")));
    assertThatThrownBy(() -> route.handle(FakeHttpCall.of("GET", "/ceramic/query")))
        .isInstanceOf(HttpProblem.class)
        .hasMessageContaining("no statement");
  }
}
