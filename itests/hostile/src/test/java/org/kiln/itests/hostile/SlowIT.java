package org.kiln.itests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.V0Client;

/** Many clients whose bodies trickle. */
class SlowIT {
  private static final int PLACES = 8;
  private static final int CLIENTS = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path data;

  @Test
  void shouldServeOthersWhileBodiesTrickle() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try (NodeProcess node =
            // A rehearsal would take some of the few places for itself.
            NodeProcess.start(
                Distribution.find(),
                data,
                "--set",
                "http.max-concurrent=" + PLACES,
                "--set",
                "http.rehearsal-seconds=0");
        V0Client client = new V0Client(node.url())) {
      for (int i = 0; i < CLIENTS; i++) {
        slow.add(begin(node.url()));
      }
      long end = System.nanoTime() + PATIENCE.toNanos();
      int open = CLIENTS;
      while (open > 0) {
        assertThat(System.nanoTime()).as("%s still open", open).isLessThan(end);
        assertThat(client.get("/api/v0/node/healthcheck").status()).isEqualTo(200);
        assertThat(client.get("/health").status()).isEqualTo(200);
        assertThat(client.get("/admin/plugins").status()).isEqualTo(401);
        assertThat(client.post("/api/v0/multiqueries", V0Clients.queries(List.of())).status())
            .isEqualTo(200);
        open = (int) slow.stream().filter(SlowIT::trickle).count();
      }
      assertThat(node.complaints()).isEmpty();
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void shouldTellTheNextOneWhatWasServedWhenItWasKilled() throws Exception {
    try (NodeProcess node = NodeProcess.start(Distribution.find(), data);
        Socket slow = begin(node.url())) {
      assertThat(slow.isConnected()).isTrue();
      awaitServed();
      node.kill();
    }
    try (NodeProcess node = NodeProcess.start(Distribution.find(), data)) {
      assertThat(node.log())
          .contains("while it served")
          .contains(" POST 127.0.0.1 /api/v0/streams");
      assertThat(node.complaints()).isEmpty();
    }
  }

  /** Until the node has written down that it serves the request. */
  private void awaitServed() throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Path record = data.resolve("kiln.serving");
    while (!Files.readString(record, StandardCharsets.ISO_8859_1).contains("/api/v0/streams")) {
      assertThat(System.nanoTime()).as("waiting for the record").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static Socket begin(URI url) throws IOException {
    Socket socket = new Socket(url.getHost(), url.getPort());
    socket
        .getOutputStream()
        .write(
            ("POST /api/v0/streams HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{\"a\":\"")
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /** Sends a byte more; answers whether the node still takes it. */
  private static boolean trickle(Socket socket) {
    try {
      socket.getOutputStream().write('a');
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
