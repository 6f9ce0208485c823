package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.net.PeerId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.libp2p.key.HostKey;

/** The node as it ships gives the blocks of its events to a peer of another make. */
@Timeout(300)
class BitswapNodeIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void shouldGiveItsEvents(@TempDir Path folder) throws Exception {
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
      SignedEvent event =
          new Author(new byte[32]).tile(Ipld.map("hello", Ipld.of("peers")), "bitswap");
      create(node, event);
      dial(peer, node, listen);
      for (Block block : List.of(event.envelope(), event.payload())) {
        String data =
            peer.call("get", "cid", block.cid().toString(), "timeout", 60_000)
                .get("base64")
                .asText();
        assertThat(Base64.getDecoder().decode(data)).isEqualTo(block.data());
      }
      // One that is asked for before it is there is given as soon as it is.
      SignedEvent later =
          new Author(new byte[32]).tile(Ipld.map("hello", Ipld.of("later")), "bitswap");
      int asked = peer.send("get", "cid", later.cid().toString(), "timeout", 60_000);
      create(node, later);
      String data = peer.answer(asked).path("base64").asText();
      assertThat(Base64.getDecoder().decode(data)).isEqualTo(later.envelope().data());
    }
  }

  /** Dials when the node has begun to listen, which may be a little after it answers over HTTP. */
  private static void dial(KitPeer peer, NodeProcess node, String listen) throws Exception {
    Path keyFile = node.data().resolve("libp2p/identity.key");
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    Object pause = new Object();
    while (true) {
      try {
        if (!Files.exists(keyFile)) {
          throw new IOException("no " + keyFile);
        }
        PeerId id = HostKey.load(keyFile).publicKey().peerId();
        peer.call("dial", "addr", listen + "/p2p/" + id);
        return;
      } catch (IOException e) {
        assertThat(System.nanoTime()).as("until the node listens: %s", e).isLessThan(end);
        synchronized (pause) {
          pause.wait(100);
        }
      }
    }
  }

  private static void create(NodeProcess node, SignedEvent event) throws Exception {
    ObjectNode body = JSON.createObjectNode().put("type", 0);
    body.set("genesis", event.wire());
    body.putObject("opts").put("anchor", false).put("publish", false);
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(node.url().resolve("/api/v0/streams"))
                  .timeout(Duration.ofSeconds(60))
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }
}
