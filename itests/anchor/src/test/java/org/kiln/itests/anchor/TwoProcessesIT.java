package org.kiln.itests.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Cid;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Await;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.V0Client;

/**
 * Node A lets node B anchor, as operators run them: two processes of the distribution, set up by
 * nothing but settings and key files, a chain, and applications with the npm client. A asks, B
 * batches and pays, A checks the answer against the chain.
 */
final class TwoProcessesIT {
  @TempDir private Path directory;

  @Test
  void shouldAnchorAnApplicationsDocumentsThroughAnotherNode() throws Exception {
    Distribution kiln = Distribution.find();
    byte[] seed = "the seed of node A, 32 bytes ...".getBytes(StandardCharsets.US_ASCII);
    Path a = directory.resolve("a");
    Path b = directory.resolve("b");
    write(a.resolve("anchor-remote/node.seed"), HexFormat.of().formatHex(seed));
    write(b.resolve("evm.key"), Ganache.key(1));
    try (Ganache ganache = Ganache.start();
        NodeProcess service = NodeProcess.start(kiln, b, b(ganache, new Author(seed).did()));
        NodeProcess node = NodeProcess.start(kiln, a, a(ganache, service));
        V0Client chains = new V0Client(service.url());
        NpmScript application = NpmScript.start("anchored.mjs", node.url());
        NpmScript neighbour = NpmScript.start("anchored.mjs", service.url())) {
      assertThat(
              chains.get("/api/v0/service-info/supported_chains").body().at("/supportedChains/0"))
          .hasToString("\"" + Ganache.CHAIN_ID + "\"");

      Await.until(
          "the application creates",
          () -> application.output().contains("created"),
          application::output);
      Await.until(
          "the neighbour creates", () -> neighbour.output().contains("created"), neighbour::output);
      assertThat(now(kiln, a)).contains("3 requests are sent now.");
      // One request for all of A's documents joins those of B's own; B does nothing by itself.
      Await.until(
          "four wait at the service",
          () -> anchor(kiln, b).contains("Waiting  4 requests"),
          () -> anchor(kiln, b));
      assertThat(anchor(kiln, b)).contains(Ganache.CHAIN_ID, "anchor.automatic is off");
      Await.until(
          "they are sent",
          () -> anchor(kiln, a).contains("sent and not final yet"),
          () -> anchor(kiln, a));
      assertThat(ganache.nonce(ganache.accounts().get(1))).isZero();
      assertThat(now(kiln, b)).contains("4 requests are sent now.");
      Await.until(
          "both have seen their anchors",
          () -> {
            ganache.mine(1);
            return !application.alive() && !neighbour.alive();
          },
          application::output);

      List<JsonNode> documents = new ArrayList<>(application.answers());
      documents.addAll(neighbour.answers());
      assertThat(documents).hasSize(6);
      String hash = documents.get(0).get("txHash").asText();
      long time = ganache.timeOf("0x" + HexFormat.of().formatHex(Cid.parse(hash).digest()));
      for (JsonNode document : documents) {
        assertThat(document.get("chainId").asText()).isEqualTo(Ganache.CHAIN_ID);
        assertThat(document.get("txHash").asText()).as("one transaction for all").isEqualTo(hash);
        assertThat(document.get("types")).hasToString("[0,1,2]");
        document.get("timestamps").forEach(t -> assertThat(t.asLong()).isEqualTo(time));
        assertThat(document.get("seen")).hasToString("[\"PENDING\",\"PROCESSING\",\"ANCHORED\"]");
      }
      assertThat(ganache.nonce(ganache.accounts().get(1))).isEqualTo(1);
      assertThat(anchor(kiln, a)).contains("3 time events", "1 batches");

      assertThat(node.stop()).isZero();
      assertThat(service.stop()).isZero();
      assertThat(node.complaints()).isEmpty();
      assertThat(service.complaints()).isEmpty();
      assertThat(node.log() + node.output())
          .contains(new Author(seed).did())
          .doesNotContain(HexFormat.of().formatHex(seed), token(a));
      assertThat(service.log() + service.output())
          .doesNotContain(Ganache.key(1).substring(2), token(b));
    }
  }

  private static String[] a(Ganache ganache, NodeProcess service) {
    return new String[] {
      "--network", "local",
      // All that passes between the two is the anchor service's.
      "--set", "network.enabled=false",
      "--set", "anchor.chain=cas:remote",
      "--set", "anchor.remote.url=" + service.url(),
      "--set", "anchor.automatic=false",
      "--set", "anchor.poll-interval-ms=200",
      "--set", "chain.rpc=" + Ganache.CHAIN_ID + "=" + ganache.url(),
      "--set", "anchor.evm.trusted-contracts=" + ganache.contract()
    };
  }

  private static String[] b(Ganache ganache, String client) {
    return new String[] {
      "--network", "local",
      "--set", "network.enabled=false",
      "--set", "anchor.chain=" + Ganache.CHAIN_ID,
      "--set", "anchor.automatic=false",
      "--set", "anchor.poll-interval-ms=200",
      "--set", "anchor.service.clients=" + client,
      "--set", "chain.rpc=" + Ganache.CHAIN_ID + "=" + ganache.url(),
      "--set", "anchor.evm.key-file=evm.key",
      "--set", "anchor.evm.contract=" + ganache.contract(),
      "--set", "anchor.evm.confirmations=2"
    };
  }

  private static void write(Path file, String text) throws Exception {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static String token(Path data) throws Exception {
    return Files.readString(data.resolve("operator.token")).strip();
  }

  private static String anchor(Distribution kiln, Path data) throws Exception {
    Distribution.Answer answer = kiln.run("anchor", "--data", data.toString());
    assertThat(answer.exitCode()).as(answer.output()).isZero();
    return answer.output();
  }

  private static String now(Distribution kiln, Path data) throws Exception {
    Distribution.Answer answer = kiln.run("anchor", "now", "--data", data.toString());
    assertThat(answer.exitCode()).as(answer.output()).isZero();
    return answer.output();
  }
}
