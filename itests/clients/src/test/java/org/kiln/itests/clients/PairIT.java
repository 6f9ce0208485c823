package org.kiln.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.NodeTests;

/** The published npm clients against two nodes that are connected. */
class PairIT {
  private static final byte[] ADMIN_SEED = new byte[32];
  private static final Pattern PEER = Pattern.compile("12D3[A-Za-z0-9]+");

  static {
    Arrays.fill(ADMIN_SEED, (byte) 7);
  }

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> pair() throws IOException, InterruptedException {
    NodeTests tests = NodeTests.here("./support/report.mjs");
    Distribution kiln = Distribution.find();
    int port = NodeProcess.freePort();
    List<NodeTests.Result> results;
    try (NodeProcess one = node(kiln, "one", "/ip4/127.0.0.1/tcp/" + port, "")) {
      Matcher id =
          PEER.matcher(kiln.run("peers", "--data", folder.resolve("one").toString()).output());
      assertThat(id.find()).isTrue();
      try (NodeProcess two =
          node(
              kiln,
              "two",
              "/ip4/127.0.0.1/tcp/" + NodeProcess.freePort(),
              "/ip4/127.0.0.1/tcp/" + port + "/p2p/" + id.group())) {
        results =
            tests.run(
                tests.files(".pair.mjs"),
                Map.of(
                    "KILN_URL", one.url().toString(),
                    "KILN_OTHER_URL", two.url().toString(),
                    "KILN_ADMIN_SEED", HexFormat.of().formatHex(ADMIN_SEED)));
        assertThat(two.complaints()).isEmpty();
      }
      assertThat(one.complaints()).isEmpty();
    }
    return results.stream().map(result -> dynamicTest(result.name(), () -> tell(result)));
  }

  private NodeProcess node(Distribution kiln, String name, String listen, String peers)
      throws IOException, InterruptedException {
    return NodeProcess.start(
        kiln,
        folder.resolve(name),
        "--set",
        "admin.dids=" + new Author(ADMIN_SEED).did(),
        "--set",
        "network.enabled=true",
        "--set",
        "network.topic=/ceramic/inmemory-pair",
        "--set",
        "network.listen=" + listen,
        "--set",
        "network.peers=" + peers);
  }

  private static void tell(NodeTests.Result result) {
    Assumptions.assumeFalse(result.outcome().equals("skipped"), result.reason());
    assertThat(result.outcome()).as(result.message()).isEqualTo("passed");
  }
}
