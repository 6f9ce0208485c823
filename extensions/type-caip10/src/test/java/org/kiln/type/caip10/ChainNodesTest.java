package org.kiln.type.caip10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.plugin.Deadline;

@Timeout(600)
class ChainNodesTest {
  private static final String CHAIN = "tezos:NetXdQprcVkpaWU";

  @Test
  void shouldAskBelowTheAddressItWasGiven() throws IOException {
    try (FakeNode node = new FakeNode(200, "1");
        ChainNodes nodes =
            new ChainNodes(
                Map.of(CHAIN, URI.create(node.uri() + "/key/")), Duration.ofMinutes(5))) {
      assertThat(nodes.get(CHAIN, "/a", Deadline.NONE)).asString().isEqualTo("1");
      assertThat(nodes.post(CHAIN, "/b", "{}", Deadline.NONE)).asString().isEqualTo("1");
      assertThat(node.asked()).containsExactly("GET /key/a ", "POST /key/b {}");
    }
  }

  @Test
  void shouldSendUserAndPasswordOfTheAddress() throws IOException {
    try (FakeNode node = new FakeNode(200, "1");
        ChainNodes nodes =
            new ChainNodes(
                Map.of(CHAIN, URI.create(node.uri().toString().replace("://", "://user:word@"))),
                Duration.ofMinutes(5))) {
      assertThat(nodes.get(CHAIN, "/a", Deadline.NONE)).asString().isEqualTo("1");
      assertThat(node.asked()).containsExactly("GET /a ");
      assertThat(node.authorizations()).containsExactly("Basic dXNlcjp3b3Jk");
    }
  }

  @Test
  void rejectsErrorsAndRedirects() {
    for (int status : new int[] {404, 500, 302}) {
      try (FakeNode node = new FakeNode(status, "1");
          ChainNodes nodes = node.of(CHAIN)) {
        assertThatThrownBy(() -> nodes.get(CHAIN, "/a", Deadline.NONE))
            .isInstanceOf(IOException.class)
            .hasMessage("the node of " + CHAIN + " answered " + status);
      }
    }
  }

  @Test
  void rejectsAnswersWithoutEnd() {
    try (FakeNode node = new FakeNode(200, "0".repeat(300_000));
        ChainNodes nodes = node.of(CHAIN)) {
      assertThatThrownBy(() -> nodes.get(CHAIN, "/a", Deadline.NONE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("answer of more than 262144 bytes");
    }
  }

  @Test
  void rejectsChainsWithoutANode() {
    try (ChainNodes nodes = new ChainNodes(Map.of())) {
      assertThatThrownBy(() -> nodes.get(CHAIN, "/a", Deadline.NONE))
          .isInstanceOf(IOException.class)
          .hasMessage("no node of " + CHAIN + " is configured");
    }
  }

  @Test
  void shouldNotAskWithoutTime() {
    try (FakeNode node = new FakeNode(200, "1");
        ChainNodes nodes = node.of(CHAIN)) {
      assertThatThrownBy(() -> nodes.get(CHAIN, "/a", Deadline.in(Duration.ZERO)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no time is left");
      assertThat(node.asked()).isEmpty();
    }
  }

  @Test
  void shouldGiveUpANodeThatDoesNotFinish() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ChainNodes nodes =
            new ChainNodes(
                Map.of(CHAIN, URI.create("http://127.0.0.1:" + server.getLocalPort())))) {
      Thread.ofPlatform().daemon().start(() -> answerHalf(server));
      assertThatThrownBy(() -> nodes.get(CHAIN, "/a", Deadline.in(Duration.ofSeconds(2))))
          .isInstanceOf(IOException.class);
    }
  }

  /** Announces ten bytes, sends one, and then waits for the other side to go. */
  private static void answerHalf(ServerSocket server) {
    try (Socket socket = server.accept()) {
      OutputStream out = socket.getOutputStream();
      out.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n1".getBytes(StandardCharsets.UTF_8));
      out.flush();
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The other side went.
    }
  }
}
