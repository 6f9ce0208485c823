package org.kiln.did.pkh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.plugin.Deadline;

class JsonRpcChainsTest {
  private static final String CONTRACT = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed";

  private final CountDownLatch over = new CountDownLatch(1);
  private HttpServer server;
  private JsonRpcChains chains;
  private volatile String answer = "";
  private volatile int status = 200;
  private volatile String asked = "";
  private volatile String authorization = "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          authorization = exchange.getRequestHeaders().getFirst("Authorization");
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    chains = waiting(Duration.ofMinutes(2));
  }

  private JsonRpcChains waiting(Duration atMost) {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    return new JsonRpcChains(Map.of("eip155:1", uri), atMost);
  }

  @AfterEach
  void stop() {
    chains.close();
    over.countDown();
    server.stop(0);
  }

  private Optional<byte[]> call() throws IOException {
    return chains.call("eip155:1", CONTRACT, new byte[] {1, 2}, Deadline.NONE);
  }

  @Test
  void shouldReadWhatTheContractReturned() throws IOException {
    answer = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x1626ba7e\"}";
    assertThat(call()).contains(new byte[] {0x16, 0x26, (byte) 0xba, 0x7e});
    assertThat(asked).contains("\"eth_call\"", CONTRACT, "\"0x0102\"", "\"latest\"");
  }

  @Test
  void shouldSendUserAndPasswordOfTheEndpoint() throws IOException {
    answer = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x01\"}";
    URI uri = URI.create("http://user:word@127.0.0.1:" + server.getAddress().getPort() + "/");
    try (JsonRpcChains chain = new JsonRpcChains(Map.of("eip155:1", uri), Duration.ofMinutes(2))) {
      assertThat(chain.call("eip155:1", CONTRACT, new byte[0], Deadline.NONE)).isPresent();
    }
    assertThat(authorization).isEqualTo("Basic dXNlcjp3b3Jk");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'error':{'code':3,'message':'execution reverted','data':'0x'}}",
        "{'id':1,'error':{'message':'VM Exception: revert','code':-32000}}"
      })
  void shouldTakeARevertedCallForAnAnswer(String json) throws IOException {
    answer = json.replace('\'', '"');
    assertThat(call()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'error':{'code':-32005,'message':'limit exceeded'}} | answered error -32005",
        "{'result':'0xzz'} | answered no hexadecimal",
        "{'result':null} | gave no result",
        "[] | answered no object",
      })
  void rejectsWhatIsNoAnswer(String json, String cause) {
    answer = json.replace('\'', '"');
    assertThatThrownBy(this::call)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("eip155:1")
        .hasMessageContaining(cause);
  }

  @Test
  void rejectsErrorsAndAnswersWithoutEnd() {
    status = 503;
    assertThatThrownBy(this::call).hasMessage("the endpoint of eip155:1 answered 503");
    status = 200;
    answer = "{\"result\":\"0x" + "0".repeat(70_000) + "\"}";
    assertThatThrownBy(this::call).hasMessageContaining("answer of more than 65536 bytes");
  }

  @Test
  void rejectsToWaitForABodyThatDoesNotCome() {
    server.createContext(
        "/slow",
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
    URI slow = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/slow");
    try (JsonRpcChains hasty =
        new JsonRpcChains(Map.of("eip155:1", slow), Duration.ofMillis(200))) {
      assertThatThrownBy(() -> hasty.call("eip155:1", CONTRACT, new byte[0], Deadline.NONE))
          .isInstanceOf(IOException.class)
          .hasMessage("the endpoint of eip155:1 did not answer in time");
    }
  }

  @Test
  void rejectsChainsWithoutAnEndpoint() {
    assertThatThrownBy(() -> chains.call("eip155:5", CONTRACT, new byte[0], Deadline.NONE))
        .isInstanceOf(IOException.class)
        .hasMessage("no JSON-RPC endpoint is configured for eip155:5");
  }
}
