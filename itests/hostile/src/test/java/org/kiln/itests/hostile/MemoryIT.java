package org.kiln.itests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.Distribution.Answer;
import org.kiln.itests.harness.NodeProcess;

/** A node without memory. */
class MemoryIT {
  private static final int DAMAGED = 3;

  @TempDir Path data;

  @Test
  void shouldEndSoThatItIsStartedAgain() throws Exception {
    Answer answer =
        Distribution.find()
            .run(
                Map.of("KILN_JAVA_OPTS", "-Xms4m -Xmx12m"),
                120,
                "daemon",
                "--data",
                data.toString(),
                "--http",
                "127.0.0.1:" + NodeProcess.freePort(),
                // Larger caches than the heap would be refused before the node starts.
                "--set",
                "store.cache-mb=8",
                "--set",
                "streams.cache-mb=1");

    assertThat(answer.output()).contains("OutOfMemoryError");
    assertThat(answer.exitCode()).isNotIn(0, 2, DAMAGED, 4);
  }
}
