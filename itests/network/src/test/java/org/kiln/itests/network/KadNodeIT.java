package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Cid;
import org.kiln.itests.harness.Await;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.libp2p.key.HostKey;

/** The node as it ships speaks both of Kademlia's protocols, and knows who has what when killed. */
@Timeout(300)
class KadNodeIT {
  private static final Cid CID = Cid.sha256(Cid.RAW, new byte[] {1, 2, 3});
  private static final String LAN = "/ipfs/lan/kad/1.0.0";
  private static final String WAN = "/ipfs/kad/1.0.0";

  private static NodeProcess node(Path data, String listen) throws Exception {
    return NodeProcess.start(
        Distribution.find(),
        data,
        "--set",
        "network.enabled=true",
        "--set",
        "network.listen=" + listen);
  }

  private static boolean hasMetric(NodeProcess node, String line) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(node.url().resolve("/metrics"))
                  .timeout(Duration.ofSeconds(60))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body()
          .contains(line + "\n");
    }
  }

  /** Connects when the node listens, until it is in the table of that peer. */
  private static void join(KitPeer peer, NodeProcess node, String listen) throws Exception {
    Path keyFile = node.data().resolve("libp2p/identity.key");
    Await.until(
        "the node is in the table",
        () -> {
          if (!Files.exists(keyFile)) {
            return false;
          }
          String id = HostKey.load(keyFile).publicKey().peerId().toString();
          try {
            peer.call("dial", "addr", listen + "/p2p/" + id);
          } catch (IOException e) {
            return false;
          }
          return peer.call("table").get("peers").toString().contains(id);
        });
  }

  @Test
  void shouldKnowProvidersOfTheLocalNetworkAfterItWasKilled(@TempDir Path folder) throws Exception {
    String listen = "/ip4/127.0.0.1/tcp/" + NodeProcess.freePort();
    Path data = folder.resolve("node");
    Path claims = data.resolve("libp2p/providers");
    String provider;
    // A file that makes no sense is no reason not to start.
    Files.createDirectories(claims.getParent());
    Files.writeString(claims, "nothing that makes sense");
    try (NodeProcess node = node(data, listen);
        KitPeer peer = KitPeer.start("kad", "--protocol", LAN)) {
      provider = peer.id().toString();
      Await.until("it routes", () -> hasMetric(node, "kiln_kad_providers 0"));
      assertThat(claims).doesNotExist();
      assertThat(claims.resolveSibling("providers.damaged")).hasContent("nothing that makes sense");
      assertThat(String.join("\n", node.complaints())).contains("set aside as");
      join(peer, node, listen);
      Await.until(
          "the node has it in its table", () -> hasMetric(node, "kiln_kad_lan_table_peers 1"));
      peer.call("provide", "cid", CID.toString(), "timeout", 60_000);
      Await.until("the claim is on disk", () -> Files.exists(claims));
      node.kill();
    }
    try (NodeProcess node = node(data, listen)) {
      Await.until("the claim is read", () -> hasMetric(node, "kiln_kad_providers 1"));
      // Who asks in the other DHT is told as well.
      for (String protocol : new String[] {LAN, WAN}) {
        try (KitPeer asker = KitPeer.start("kad", "--client", "--protocol", protocol)) {
          join(asker, node, listen);
          JsonNode found = asker.call("findProviders", "cid", CID.toString(), "timeout", 60_000);
          assertThat(found.get("providers").toString()).as(protocol).contains(provider);
        }
      }
      assertThat(claims).exists();
    }
  }
}
