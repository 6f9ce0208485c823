package org.kiln.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Await;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/**
 * A node killed again and again while it takes and serves anchor requests. What it has acknowledged
 * is anchored in the end, once. (AnchorServiceTest kills it at each single write.)
 */
class AnchorKillIT {
  private static final int KILLS = 4;
  private static final int TILE = 0;
  private static final int TIME = 2;
  private static final int LONGEST_RUN_MS = 700;

  @TempDir private Path data;

  private final Author author =
      new Author("an author of 32 bytes, not more.".getBytes(StandardCharsets.US_ASCII));
  private final List<StreamId> acknowledged = new CopyOnWriteArrayList<>();

  @Test
  void shouldAnchorEveryAcknowledgedRequestOnce() throws Exception {
    Random random = new Random(4);
    for (int i = 0; i < KILLS; i++) {
      try (NodeProcess node = start()) {
        int round = i;
        int before = acknowledged.size();
        Thread writer = Thread.ofPlatform().start(() -> write(node, round));
        Await.until("the writer is under way", () -> acknowledged.size() > before);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_RUN_MS));
        node.kill();
        writer.join(60_000);
        assertThat(writer.isAlive()).isFalse();
      }
    }
    try (NodeProcess node = start();
        V0Client client = new V0Client(node.url())) {
      for (StreamId stream : acknowledged) {
        Await.until(
            stream + " is anchored",
            () -> state(client, stream).path("anchorStatus").asText().equals("ANCHORED"));
        int times = 0;
        for (JsonNode entry : state(client, stream).path("log")) {
          times += entry.path("type").asInt() == TIME ? 1 : 0;
        }
        assertThat(times).as("time events of %s", stream).isEqualTo(1);
      }
      assertThat(node.stop()).isZero();
    }
  }

  private NodeProcess start() throws IOException, InterruptedException {
    return NodeProcess.start(Distribution.find(), data, "--set", "anchor.batch-interval-ms=30");
  }

  /** Creates streams, each with a request for an anchor, until the node is gone. */
  private void write(NodeProcess node, int round) {
    try (V0Client client = new V0Client(node.url())) {
      for (int i = 0; i < 10_000; i++) {
        SignedEvent init = author.tile(Ipld.map("n", Ipld.of(i)), "round" + round + "/" + i);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("type", TILE);
        body.set("genesis", init.wire());
        body.putObject("opts").put("anchor", true).put("publish", false);
        if (client.post("/api/v0/streams", body).ok()) {
          acknowledged.add(StreamId.of(TILE, init.cid()));
        }
      }
    } catch (IOException e) {
      // The node was killed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static JsonNode state(V0Client client, StreamId stream)
      throws IOException, InterruptedException {
    return client.get("/api/v0/streams/" + stream).body().path("state");
  }
}
