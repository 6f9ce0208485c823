package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryCommandTest {
  private final List<String> asked = new ArrayList<>();
  private final Deque<Answer> answers = new ArrayDeque<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private HttpServer server;

  /** An answer in chunks; one that is cut ends without the last of them. */
  private record Answer(int status, String body, boolean cut) {}

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
    asked.add(URLDecoder.decode(exchange.getRequestURI().getRawQuery(), StandardCharsets.UTF_8));
    Answer answer = answers.remove();
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    if (answer.cut()) {
      exchange.sendResponseHeaders(answer.status(), body.length + 1);
      exchange.getResponseBody().write(body);
      exchange.getResponseBody().flush();
    } else {
      exchange.sendResponseHeaders(answer.status(), 0);
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private int run(String... words) {
    return ask("http://127.0.0.1:" + server.getAddress().getPort(), words);
  }

  private int ask(String url, String... words) {
    List<String> line = new ArrayList<>(List.of("query"));
    line.addAll(List.of(words));
    line.addAll(List.of("--url", url));
    return Main.run(
        line,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @Test
  void shouldShowATable() {
    answers.add(
        new Answer(
            200,
            "n,t\r\n1,\"a \"\"b\"\"\u0007\"\r\n22,\r\n333,\"" + "x".repeat(80) + "\"\r\n",
            false));
    assertThat(run("SELECT n, t FROM x")).isZero();
    assertThat(asked).containsExactly("sql=SELECT n, t FROM x&format=csv");
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualToNormalizingNewlines(
            "n    t\n"
                + "---  "
                + "-".repeat(64)
                + "\n1    a \"b\"\uFFFD\n22   NULL\n333  "
                + "x".repeat(63)
                + "…\n");
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("3 rows, ");
  }

  @Test
  void shouldHandOnWhatTheNodeWrites() {
    answers.add(new Answer(200, "{\"n\":1}\n{\"n\":\"é\"}\n", false));
    assertThat(run("SELECT 1", "--format=json")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"n\":1}\n{\"n\":\"é\"}\n");
    assertThat(err.size()).isZero();
  }

  @Test
  void shouldFollowAFeedFromWhereItWasCut() {
    answers.add(
        new Answer(200, "id: 4\n: alive\n\nid: 5\ndata: {\"n\":5}\n\nid: 6\ndata: {\"n\":6", true));
    answers.add(
        new Answer(
            200,
            "id: 5\n: alive\n\nid: 6\ndata: {\"n\":6}\n\nevent: end\nid: end\ndata: {}\n\n",
            false));
    assertThat(run("SELECT n FROM x_feed", "--follow", "--after", "4", "--format", "json"))
        .isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualToNormalizingNewlines("{\"n\":5}\n{\"n\":6}\n");
    assertThat(asked)
        .satisfiesExactly(
            one -> assertThat(one).contains("after=4"), two -> assertThat(two).contains("after=5"));
  }

  @Test
  void shouldFollowRowsWithoutTextAndWithTheLineEndsTheyHave() {
    answers.add(
        new Answer(
            200,
            "id: 4\n: alive\n\nevent: columns\ndata: t\n\nid: 5\ndata: \n\nid: 6\ndata:\n\n"
                + "id: 7\nends: CR CRLF LF\ndata: \"a\ndata: \ndata: c\ndata: d\"\n\n"
                + "id: 8\ndata: \"\ndata: \"\n\nevent: end\nid: end\ndata: {}\n\n",
            false));
    assertThat(run("SELECT t FROM x_feed", "--follow", "--format", "csv")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            String.join(System.lineSeparator(), "t", "", "", "\"a\r\r\nc\nd\"", "\"\n\"", ""));
  }

  @ParameterizedTest
  @CsvSource({"400, 2", "403, 2", "429, 1", "503, 1"})
  void shouldSayWhatTheNodeSaysAndTellItInTheExitCode(int status, int exit) {
    answers.add(new Answer(status, "{\"detail\":\"it is so\",\"code\":\"sql\"}", false));
    assertThat(run("SELECT 1")).isEqualTo(exit);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualToNormalizingNewlines("kiln: it is so\n");
    assertThat(out.size()).isZero();
  }

  @Test
  void rejectsToPassACutAnswerOffAsWhole() {
    answers.add(new Answer(200, "{\"n\":1}\n", true));
    assertThat(run("SELECT 1", "--format", "json")).isEqualTo(Exit.FAILURE);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("cut off");
  }

  @Test
  void rejectsAnAnswerThatDoesNotSayWhereItEnds() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread answering =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (Socket client = plain.accept()) {
                      client
                          .getOutputStream()
                          .write("HTTP/1.1 200 OK\r\n\r\n{}".getBytes(StandardCharsets.UTF_8));
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
      assertThat(ask("http://127.0.0.1:" + plain.getLocalPort(), "SELECT 1"))
          .isEqualTo(Exit.FAILURE);
      answering.join();
    }
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("where it ends");
  }

  @Test
  void shouldSayWhereNothingAnswers() {
    server.stop(0);
    assertThat(run("SELECT 1")).isEqualTo(Exit.FAILURE);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("does not answer");
  }

  @ParameterizedTest
  @CsvSource({
    "'', with --format table",
    "SELECT 1, in quotes",
    "--format, needs a value",
    "x --format xls, no format xls",
    "x --follow --format parquet, followed as",
    "x --after 5, --follow",
    "x --follow=1, no value"
  })
  void rejectsWhatIsNoQuestion(String line, String said) {
    List<String> words = line.isEmpty() ? List.of() : List.of(line.split(" "));
    assertThatThrownBy(() -> QueryCommand.Asked.parse(words))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.exitCode()).isEqualTo(Exit.CONFIGURATION))
        .hasMessageContaining(said.replace("'", ""));
  }

  @ParameterizedTest
  @CsvSource({"ftp://x", "127.0.0.1:5101", "http://", "http://a b"})
  void rejectsWhatIsNoAddress(String url) {
    assertThatThrownBy(() -> SqlConnection.to(url))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("--url needs");
  }
}
