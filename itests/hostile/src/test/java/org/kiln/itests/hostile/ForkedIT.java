package org.kiln.itests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.V0Client;
import org.kiln.itests.harness.V0Client.Answer;

/** A long stream with many branches in a small heap. */
class ForkedIT {
  private static final int EVENTS = Integer.getInteger("kiln.hostile.forked-events", 10_000);
  private static final int BRANCHES = EVENTS / 50;
  private static final int BRANCH = 20;
  private static final Duration PATIENCE = Duration.ofMinutes(EVENTS > 20_000 ? 30 : 2);
  private static final String[] SMALL = {
    "--set", "store.cache-mb=8", "--set", "streams.cache-mb=8", "--set", "http.rehearsal-seconds=0"
  };

  @TempDir Path data;

  @Test
  void shouldServeAForkedStreamInASmallHeap() throws Exception {
    StreamId stream = ForkedStream.write(data, EVENTS, BRANCHES);
    try (NodeProcess node = NodeProcess.startIn("-Xmx96m", Distribution.find(), data, SMALL);
        V0Client client = new V0Client(node.url())) {
      Answer loaded = load(client, stream);
      assertThat(loaded.status()).as(loaded.text()).isEqualTo(200);
      assertThat(loaded.body().at("/state/log")).hasSize(EVENTS - BRANCHES * BRANCH);
      assertThat(loaded.body().at("/state/next/content/n").asInt())
          .isEqualTo(EVENTS - BRANCHES * BRANCH - 1);
      demandWell(client);
      assertThat(node.stop()).isZero();
    }
  }

  private static Answer load(V0Client client, StreamId stream) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Answer answer = client.get("/api/v0/streams/" + stream + "?sync=0");
    while (answer.status() == 503 && System.nanoTime() < end) {
      answer = client.get("/api/v0/streams/" + stream + "?sync=0");
    }
    return answer;
  }

  private static void demandWell(V0Client client) throws Exception {
    Author author = new Author(new byte[32]);
    assertThat(client.create(0, author.tile(Ipld.map("n", Ipld.of(1)), "beside")).ok()).isTrue();
    assertThat(client.get("/health/ready").status()).isEqualTo(200);
  }
}
