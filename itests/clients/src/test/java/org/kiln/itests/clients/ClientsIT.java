package org.kiln.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.NodeTests;

/** The published npm clients, and the vectors' HTTP requests, against the assembled node. */
class ClientsIT {
  private static final byte[] ADMIN_SEED = new byte[32];

  static {
    Arrays.fill(ADMIN_SEED, (byte) 7);
  }

  private static NodeTests tests;

  @TempDir Path data;

  @BeforeAll
  static void findNode() throws IOException, InterruptedException {
    tests = NodeTests.here("./support/report.mjs");
  }

  @TestFactory
  Stream<DynamicTest> clients() throws IOException, InterruptedException {
    return against(tests.files(".test.mjs"), Map.of());
  }

  @TestFactory
  @EnabledIfSystemProperty(
      named = "kiln.composedb",
      matches = ".+",
      disabledReason =
          "With the composedb command only when asked for: mvn -Pcomposedb-cli verify, see"
              + " README.md")
  Stream<DynamicTest> composedbCommand() throws IOException, InterruptedException {
    return against(
        tests.files("composedb-cli.optional.mjs"),
        Map.of("KILN_COMPOSEDB", System.getProperty("kiln.composedb")));
  }

  @TestFactory
  Stream<DynamicTest> tileVectors() throws IOException, InterruptedException {
    return vectors("tile");
  }

  @TestFactory
  Stream<DynamicTest> modelVectors() throws IOException, InterruptedException {
    return vectors("model");
  }

  @TestFactory
  Stream<DynamicTest> instanceVectors() throws IOException, InterruptedException {
    return vectors("mid");
  }

  @TestFactory
  Stream<DynamicTest> caip10Vectors() throws IOException, InterruptedException {
    return vectors("caip10");
  }

  private Stream<DynamicTest> vectors(String file) throws IOException, InterruptedException {
    return against(tests.files("vectors.replay.mjs"), Map.of("KILN_VECTORS", file));
  }

  /**
   * Runs the files against a node of their own, and asks afterwards whether it came through well.
   */
  private Stream<DynamicTest> against(List<String> files, Map<String, String> environment)
      throws IOException, InterruptedException {
    List<NodeTests.Result> results;
    int exitCode;
    List<String> complaints;
    int chainPort = freePort();
    try (NodeProcess node =
        NodeProcess.start(
            Distribution.find(),
            data,
            "--set",
            "anchor.batch-interval-ms=50",
            "--set",
            "sql.address=127.0.0.1:0",
            "--set",
            "admin.dids=" + new Author(ADMIN_SEED).did(),
            "--set",
            chains("http://127.0.0.1:" + chainPort))) {
      Map<String, String> all = new HashMap<>(environment);
      all.put("KILN_URL", node.url().toString());
      all.put("KILN_ONE_URL", node.oneUrl().toString());
      all.put("KILN_SQL", node.awaitSqlAddress());
      all.put("KILN_CHAIN_PORT", Integer.toString(chainPort));
      all.put("KILN_ADMIN_SEED", HexFormat.of().formatHex(ADMIN_SEED));
      results = tests.run(files, all);
      exitCode = node.stop();
      complaints = node.complaints();
    }
    List<DynamicTest> dynamic = new ArrayList<>();
    results.forEach(result -> dynamic.add(dynamicTest(result.name(), () -> tell(result))));
    dynamic.add(dynamicTest("the node stopped in order", () -> assertThat(exitCode).isZero()));
    dynamic.add(
        dynamicTest("the node had nothing to complain of", () -> assertThat(complaints).isEmpty()));
    return dynamic.stream();
  }

  /** Chains that the node asks and the tests play. */
  private static String chains(String url) {
    return "chain.rpc=eip155:31337="
        + url
        + (",tezos:NetXdQprcVkpaWU=" + url + "/tezos")
        + (",eosio:aca376f206b8fc25a6ed44dbdc66547c=" + url + "/eosio/");
  }

  /** For the chains. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void tell(NodeTests.Result result) {
    Assumptions.assumeFalse(result.outcome().equals("skipped"), result.reason());
    assertThat(result.outcome()).as(result.message()).isEqualTo("passed");
  }
}
