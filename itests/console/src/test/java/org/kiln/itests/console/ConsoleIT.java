package org.kiln.itests.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
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
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.NodeTests;
import org.kiln.itests.harness.Npm;

/** Clicks through the console of the assembled node in Chromium; keeps screenshots in target. */
class ConsoleIT {
  private static final byte[] ADMIN_SEED = new byte[32];

  static {
    Arrays.fill(ADMIN_SEED, (byte) 7);
  }

  private static Path chromium;
  private static NodeTests tests;

  @TempDir Path data;
  @TempDir Path peerData;

  @BeforeAll
  static void findBrowser() throws IOException, InterruptedException {
    chromium = Chromium.require();
    tests = NodeTests.here("../clients/support/report.mjs");
    // what the sample application is made of
    Npm.require(Path.of("../clients").toAbsolutePath());
  }

  @TestFactory
  Stream<DynamicTest> console() throws IOException, InterruptedException {
    List<NodeTests.Result> results;
    int exitCode;
    List<String> complaints;
    String listen = "/ip4/127.0.0.1/tcp/" + NodeProcess.freePort();
    Distribution kiln = Distribution.find();
    String[] sql = {"--set", "sql.address=127.0.0.1:0"};
    String[] nodeFlags =
        Stream.of(flags(listen, ""), sql).flatMap(Stream::of).toArray(String[]::new);
    try (NodeProcess node = NodeProcess.start(kiln, data, nodeFlags);
        Scene scene = new Scene(node)) {
      String[] peerFlags = flags("", listen + "/p2p/" + scene.peerId());
      NodeProcess peer = NodeProcess.start(kiln, peerData, peerFlags);
      try (NodeSwitch peerSwitch = new NodeSwitch(peer, kiln, peerFlags);
          Scene there = new Scene(peer)) {
        Map<String, String> environment = new HashMap<>();
        node.awaitSqlAddress();
        environment.put("KILN_URL", node.url().toString());
        environment.put("KILN_ONE_URL", node.oneUrl().toString());
        environment.put("KILN_CHROMIUM", chromium.toString());
        environment.put("KILN_MODEL", scene.model().toString());
        StreamId tile = scene.tile();
        environment.put("KILN_STREAM", tile.toString());
        environment.put("KILN_LOST", Integer.toString(scene.branch(tile)));
        environment.put("KILN_PEER", there.peerId());
        environment.put("KILN_OTHER_URL", peer.url().toString());
        environment.put("KILN_CONTROL", peerSwitch.url().toString());
        environment.put("KILN_ADMIN_SEED", HexFormat.of().formatHex(ADMIN_SEED));
        environment.put("KILN_CONTROLLER", scene.controller());
        environment.put("KILN_OPERATOR", scene.credential("olga", "operator"));
        environment.put("KILN_VIEWER", scene.credential("victor", "viewer"));
        environment.put(
            "KILN_SCREENSHOTS", Path.of("target/screenshots").toAbsolutePath().toString());
        results = tests.run(tests.files(".test.mjs"), environment);
      }
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

  /** Of nodes that are one network, and anchor when they are told to. */
  private static String[] flags(String listen, String peers) {
    return Stream.of(
            "anchor.automatic=false",
            "admin.dids=" + new Author(ADMIN_SEED).did(),
            "network.enabled=true",
            "recon.enabled=true",
            "recon.interests=all",
            "network.topic=/ceramic/inmemory-console",
            "network.listen=" + listen,
            "network.peers=" + peers)
        .flatMap(setting -> Stream.of("--set", setting))
        .toArray(String[]::new);
  }

  private static void tell(NodeTests.Result result) {
    Assumptions.assumeFalse(result.outcome().equals("skipped"), result.reason());
    assertThat(result.outcome()).as(result.message()).isEqualTo("passed");
  }
}
