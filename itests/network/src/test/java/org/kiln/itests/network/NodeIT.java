package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.net.PeerId;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.libp2p.key.HostKey;

/** The node as it ships, among peers. */
@Timeout(300)
class NodeIT {
  private static final Duration TIME = Duration.ofSeconds(60);

  private static NodeProcess node(Path data, String listen, String peers) throws Exception {
    return NodeProcess.start(
        Distribution.find(),
        data,
        "--set",
        "network.enabled=true",
        "--set",
        "network.listen=" + listen,
        "--set",
        "network.peers=" + peers);
  }

  private static String metrics(NodeProcess node) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(node.url().resolve("/metrics")).timeout(TIME).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static void awaitMetric(NodeProcess node, String line) throws Exception {
    long end = System.nanoTime() + TIME.toNanos();
    String seen = metrics(node);
    while (!seen.contains(line + "\n")) {
      assertThat(System.nanoTime()).as("until '%s' in %s", line, seen).isLessThan(end);
      seen = metrics(node);
    }
  }

  @Test
  void shouldMeetOtherNodesAndPeersOfAnotherMake(@TempDir Path folder) throws Exception {
    String listen = "/ip4/127.0.0.1/tcp/" + NodeProcess.freePort();
    try (NodeProcess first = node(folder.resolve("first"), listen, "")) {
      awaitMetric(first, "kiln_peers 0");
      Path keyFile = first.data().resolve("libp2p/identity.key");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile)))
          .isEqualTo("rw-------");
      PeerId id = HostKey.load(keyFile).publicKey().peerId();
      String address = listen + "/p2p/" + id;

      try (KitPeer peer = KitPeer.start("gossip")) {
        assertThat(peer.call("ping", "addr", address).get("ms").asDouble())
            .isGreaterThanOrEqualTo(0);
        JsonNode said =
            peer.await("identified", event -> event.get("peer").asText().equals(id.toString()));
        assertThat(said.get("agent").asText()).startsWith("kiln/");
        awaitMetric(first, "kiln_peers 1");
      }
      try (NodeProcess second = node(folder.resolve("second"), "", address)) {
        awaitMetric(second, "kiln_peers 1");
        awaitMetric(second, "kiln_peer_connections{direction=\"outbound\"} 1");
        awaitMetric(first, "kiln_peer_connections{direction=\"inbound\"} 1");
      }
      awaitMetric(first, "kiln_peers 0");
    }
    // The same identity after a restart.
    HostKey before = HostKey.load(folder.resolve("first/libp2p/identity.key"));
    try (NodeProcess again = node(folder.resolve("first"), listen, "");
        KitPeer peer = KitPeer.start("gossip")) {
      awaitMetric(again, "kiln_peers 0");
      String address = listen + "/p2p/" + before.publicKey().peerId();
      assertThat(peer.call("dial", "addr", address).get("peer").asText())
          .isEqualTo(before.publicKey().peerId().toString());
    }
  }
}
