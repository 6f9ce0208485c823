package org.kiln.kit.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.plugin.Deadline;

class BoundedClientTest {
  private static final String WHOM = "the node of test:1";

  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer server;
  private BoundedClient client;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer("/ok", 200, 100);
    answer("/long", 200, 101);
    answer("/gone", 404, 3);
    server.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().add("location", "/ok");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.createContext(
        "/half",
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    server.createContext(
        "/who",
        exchange -> {
          String said =
              exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("x-a");
          exchange.sendResponseHeaders(200, said.length());
          exchange.getResponseBody().write(said.getBytes(StandardCharsets.US_ASCII));
          exchange.close();
        });
    server.start();
    client = new BoundedClient(Duration.ofMinutes(2), 100);
  }

  private void answer(String path, int status, int size) {
    server.createContext(
        path,
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(status, size);
          exchange.getResponseBody().write(new byte[size]);
          exchange.close();
        });
  }

  @AfterEach
  void stop() {
    client.close();
    over.countDown();
    server.stop(0);
  }

  private HttpRequest request(String path) {
    String base = "http://127.0.0.1:" + server.getAddress().getPort();
    return HttpRequest.newBuilder(URI.create(base + path)).build();
  }

  @Test
  void shouldSendUserAndPasswordOfTheUrlAsAHeader() throws IOException {
    Map<String, String> sent =
        Map.of(
            "user:p%40ss%3A1@", "Basic dXNlcjpwQHNzOjE=", // user:p@ss:1
            "key@", "Basic a2V5Og==",
            "", "null");
    for (Map.Entry<String, String> each : sent.entrySet()) {
      URI url =
          URI.create(
              "http://"
                  + each.getKey()
                  + "127.0.0.1:"
                  + server.getAddress().getPort()
                  + "/who/a%20b?c=%2F");
      HttpRequest request = HttpRequest.newBuilder(url).header("x-a", "b").GET().build();
      assertThat(client.send(WHOM, request, Deadline.NONE).body())
          .asString()
          .isEqualTo(each.getValue() + " /who/a%20b?c=%2F b");
    }
  }

  @Test
  void shouldGiveAnAnswerOfTheMostItMayHave() throws IOException {
    assertThat(client.body(WHOM, request("/ok"), Deadline.NONE)).hasSize(100);
    assertThat(client.send(WHOM, request("/gone"), Deadline.NONE).statusCode()).isEqualTo(404);
  }

  @Test
  void rejectsAnAnswerThatIsLonger() {
    assertThatThrownBy(() -> client.body(WHOM, request("/long"), Deadline.NONE))
        .isInstanceOf(IOException.class)
        .hasMessage("the node of test:1 cannot be asked: answer of more than 100 bytes");
  }

  @Test
  void rejectsAnotherStatusAndDoesNotFollow() {
    assertThatThrownBy(() -> client.body(WHOM, request("/gone"), Deadline.NONE))
        .isInstanceOf(IOException.class)
        .hasMessage("the node of test:1 answered 404");
    assertThatThrownBy(() -> client.body(WHOM, request("/moved"), Deadline.NONE))
        .isInstanceOf(IOException.class)
        .hasMessage("the node of test:1 answered 302");
    assertThat(asked).hasValue(1);
  }

  @Test
  void rejectsToAskWithoutTime() {
    assertThatThrownBy(() -> client.body(WHOM, request("/ok"), Deadline.in(Duration.ZERO)))
        .isInstanceOf(IOException.class)
        .hasMessage("the node of test:1 cannot be asked: no time is left");
    assertThat(asked).hasValue(0);
  }

  @Test
  void rejectsToWaitForABodyThatDoesNotCome() {
    try (BoundedClient hasty = new BoundedClient(Duration.ofMillis(200), 100)) {
      assertThatThrownBy(() -> hasty.body(WHOM, request("/half"), Deadline.NONE))
          .isInstanceOf(IOException.class)
          .hasMessage("the node of test:1 did not answer in time");
    }
  }

  @Test
  void shouldSayWhyNobodyAnswers() {
    HttpRequest request = request("/ok");
    server.stop(0);
    assertThatThrownBy(() -> client.body(WHOM, request, Deadline.NONE))
        .isInstanceOf(IOException.class)
        .hasMessage("the node of test:1 cannot be asked: ConnectException");
  }
}
