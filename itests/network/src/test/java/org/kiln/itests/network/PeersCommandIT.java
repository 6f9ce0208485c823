package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;

/** {@code kiln peers}, as an operator runs it, with a js-libp2p peer that has dialled the node. */
@Timeout(300)
class PeersCommandIT {
  private static String peers(Path data) throws Exception {
    Distribution.Answer answer = Distribution.find().run("peers", "--data", data.toString());
    assertThat(answer.exitCode()).as(answer.output()).isZero();
    return answer.output();
  }

  private static String await(Path data, String part) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(120).toNanos();
    String shown = peers(data);
    while (!shown.contains(part)) {
      assertThat(System.nanoTime()).as("until '%s' in %s", part, shown).isLessThan(end);
      shown = peers(data);
    }
    return shown;
  }

  @Test
  void shouldShowWhoIsConnected(@TempDir Path folder) throws Exception {
    String listen = "/ip4/127.0.0.1/tcp/" + NodeProcess.freePort();
    try (NodeProcess node =
            NodeProcess.start(
                Distribution.find(),
                folder.resolve("node"),
                "--set",
                "network.enabled=true",
                "--set",
                "network.listen=" + listen);
        KitPeer peer = KitPeer.start("bitswap")) {
      String self = await(node.data(), listen).split("\\s+")[1];
      peer.call("dial", "addr", listen + "/p2p/" + self);
      assertThat(await(node.data(), "bitswap 0.0"))
          .contains("Connected 1", peer.id().toString(), "came from   /ip4/127.0.0.1/tcp/")
          .contains("js-libp2p/", "/yamux/1.0.0", "/ipfs/bitswap/1.2.0");
      try (HttpClient http = HttpClient.newHttpClient()) {
        HttpResponse<String> refused =
            http.send(
                HttpRequest.newBuilder(node.url().resolve("/admin/peers"))
                    .timeout(Duration.ofSeconds(60))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(401);
      }
    }
  }
}
