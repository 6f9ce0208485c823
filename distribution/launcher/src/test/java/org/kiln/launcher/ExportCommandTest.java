package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports from a node that says what a test has it say. */
class ExportCommandTest {
  private static final String DAY = "day=2026-01-31/000000000001-000000000007.parquet";

  @TempDir Path path;

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<Long> pauses = new CopyOnWriteArrayList<>();
  private final AtomicInteger refusals = new AtomicInteger();
  private String newest = "7";
  private String event = "AB";
  private String models = "";
  private int refusal;
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/ceramic/query", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String query =
        URLDecoder.decode(exchange.getRequestURI().getRawQuery(), StandardCharsets.UTF_8);
    asked.add(query);
    boolean refused = refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    byte[] body =
        (refused ? "{\"detail\":\"it is so\"}" : said(query)).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(refused ? refusal : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String said(String query) {
    if (query.contains("format=parquet")) {
      return query.replaceAll("(?s).*X'([^']*)'.*", "$1");
    }
    if (query.contains("max(")) {
      // The second table is empty.
      return "newest\r\n" + (query.contains("event_state_order") ? "" : newest) + "\r\n";
    }
    return query.contains("GROUP BY") ? "bytes,model,n\r\n" + models : "event\r\n" + event + "\r\n";
  }

  private int export() throws RefusedException {
    SqlConnection connection =
        SqlConnection.to("http://127.0.0.1:" + server.getAddress().getPort());
    return new ExportCommand(
            new ExportSource(connection, pauses::add),
            Clock.fixed(Instant.parse("2026-01-31T12:00:00Z"), ZoneOffset.UTC),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8))
        .run(path.resolve("lake"));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      return all.filter(Files::isRegularFile)
          .map(file -> path.relativize(file).toString().replace('\\', '/'))
          .filter(name -> name.endsWith(".parquet"))
          .sorted()
          .toList();
    }
  }

  @Test
  void shouldKeepEachModelUnderAnotherName() throws Exception {
    String large = "AB".repeat(1_000);
    models = "01,kone,1\r\n02,kone,2\r\n03,,1\r\n04,../kup,1\r\n\"\",,1\r\n" + large + ",,1\r\n";
    assertThat(export()).isZero();
    assertThat(files())
        .hasSize(6)
        .contains(
            "lake/conclusion_events/model=kone/" + DAY,
            "lake/conclusion_events/model=02/" + DAY,
            "lake/conclusion_events/model=03/" + DAY,
            "lake/conclusion_events/model=04/" + DAY,
            "lake/conclusion_events/model=none/" + DAY)
        .anyMatch(name -> name.matches("lake/conclusion_events/model=sha256-[0-9a-f]{64}/.*"));
    assertThat(path.resolve("lake/conclusion_events/model=kone/" + DAY)).hasContent("01");
    assertThat(path.resolve("lake/conclusion_events/model=02/" + DAY)).hasContent("02");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x,,1\r\n",
        "' OR '1'='1,kone,1\r\n",
        "ab,kone,1\r\n",
        "A,kone,1\r\n",
        ",kone,1\r\n",
        "01,kone\r\n",
        "01,kone,1,2\r\n",
        "01,kone,many\r\n",
        "01,kone,-1\r\n",
        "01,kone,99999999999999999999\r\n",
        "01,kone,1\r\n01,ktwo,1\r\n",
        "\r\n"
      })
  void rejectsModelsThatAreNone(String said) throws Exception {
    models = said;
    assertThatThrownBy(this::export)
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.exitCode()).isEqualTo(Exit.FAILURE))
        .hasMessageContaining("unlike what was asked");
    assertThat(asked).noneMatch(query -> query.contains("../x") || query.contains("OR '1'"));
    assertThat(files()).noneMatch(name -> !name.startsWith("lake/conclusion_events/model=kone/"));
  }

  @Test
  void rejectsABytesCellThatIsTooLong() {
    models = "AB".repeat(2_049) + ",kone,1\r\n";
    assertThatThrownBy(this::export).hasMessageContaining("2,048");
  }

  @ParameterizedTest
  @ValueSource(strings = {"7\r\n8", "7,8", "x", "-1", "9999999999999999999999"})
  void rejectsNumbersThatAreNone(String said) {
    newest = said;
    assertThatThrownBy(this::export).hasMessageContaining("unlike what was asked");
  }

  @Test
  void rejectsRowsThatAreMissing() {
    event = "AB\r\nCD\r\nEF,1";
    assertThatThrownBy(this::export).hasMessageContaining("unlike what was asked");
  }

  @Test
  void shouldComeAgainWhileTheNodeIsBusy() throws Exception {
    models = "01,kone,1\r\n";
    refusal = 503;
    refusals.set(7);
    assertThat(export()).isZero();
    assertThat(pauses).containsExactly(1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 30_000L, 30_000L);
    assertThat(files()).hasSize(1);
  }

  @Test
  void rejectsANodeThatStaysBusy() {
    refusal = 503;
    refusals.set(Integer.MAX_VALUE);
    assertThatThrownBy(this::export).hasMessage("it is so");
    assertThat(pauses).hasSize(11);
  }

  @Test
  void shouldAskForLessOnlyWhereItIsTooMuch() throws Exception {
    newest = "200000";
    models = "01,kone,1\r\n";
    refusal = 429;
    // The newest number is told, then the first part is refused.
    server.removeContext("/ceramic/query");
    server.createContext(
        "/ceramic/query",
        exchange -> {
          if (exchange.getRequestURI().getRawQuery().contains("GROUP") && pauses.isEmpty()) {
            pauses.add(0L);
            refusals.set(1);
          }
          answer(exchange);
        });
    assertThat(export()).isZero();
    assertThat(asked)
        .filteredOn(query -> query.contains("GROUP BY"))
        .satisfiesExactly(
            one -> assertThat(one).contains("> 0 ", "<= 200000"),
            two -> assertThat(two).contains("> 0 ", "<= 125000"),
            three -> assertThat(three).contains("> 125000 ", "<= 200000"));
  }
}
