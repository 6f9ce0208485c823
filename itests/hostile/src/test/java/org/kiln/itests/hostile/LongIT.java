package org.kiln.itests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.CommitId;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.V0Client;
import org.kiln.itests.harness.V0Client.Answer;

/** Much of the history of a long stream at once. */
class LongIT {
  private static final int UPDATES = 600;
  private static final int ASKED = 500;
  private static final int MOST_LOADS = 30;
  private static final long SPARE_NANOS = 1_000_000_000;

  @TempDir Path data;

  @Test
  void shouldWalkALongStreamOnceForAllItsCommits() throws Exception {
    try (NodeProcess node = NodeProcess.start(Distribution.find(), data);
        V0Client client = new V0Client(node.url())) {
      List<CommitId> commits = V0Clients.write(client, 1, UPDATES, Ipld.of(7));
      List<String> asked =
          commits.subList(UPDATES - ASKED - 1, UPDATES - 1).stream()
              .map(CommitId::toString)
              .toList();

      long begun = System.nanoTime();
      Answer one = client.get("/api/v0/streams/" + commits.get(UPDATES - ASKED - 2));
      long load = System.nanoTime() - begun;
      begun = System.nanoTime();
      Answer all = client.post("/api/v0/multiqueries", V0Clients.queries(asked));
      long batch = System.nanoTime() - begun;

      assertThat(one.body().at("/state/log")).hasSize(UPDATES - ASKED);
      assertThat(all.body().properties()).hasSize(ASKED);
      assertThat(all.body().get(asked.get(0)).at("/log")).hasSize(UPDATES - ASKED + 1);
      assertThat(all.body().get(asked.get(ASKED - 1)).at("/log")).hasSize(UPDATES);
      // One load is of a fifth of the stream: five would read all of it.
      assertThat(batch).isLessThan(SPARE_NANOS + MOST_LOADS * load * UPDATES / (UPDATES - ASKED));

      ObjectNode hurried = (ObjectNode) V0Clients.queries(asked);
      hurried.put("timeout", 1);
      begun = System.nanoTime();
      assertThat(client.post("/api/v0/multiqueries", hurried).body().size()).isLessThan(ASKED);
      assertThat(System.nanoTime() - begun).isLessThan(SPARE_NANOS + batch);
    }
  }
}
