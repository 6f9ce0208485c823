package org.kiln.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Await;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.V0Client;

/** Start, stop, and everything that keeps a node from starting. */
class LifecycleIT {
  private static final int CLIENTS = 4;

  @TempDir Path data;

  private final Distribution distribution = Distribution.find();
  private final Writer writer = new Writer();

  @Test
  void shouldTellWhereItListensAndWhereDataLies() throws IOException, InterruptedException {
    try (NodeProcess node = NodeProcess.start(distribution, data)) {
      awaitBanner(node);
      assertThat(node.output())
          .contains(node.url() + "/api/v0")
          .contains("inmemory")
          .contains(data.toString());
      assertThat(node.output().strip().lines()).hasSizeLessThanOrEqualTo(6);
    }
  }

  @Test
  void shouldRehearseAndLeaveNothingOfIt() throws IOException, InterruptedException {
    try (NodeProcess node =
            NodeProcess.start(distribution, data, "--set", "http.rehearsal-seconds=1");
        HttpClient http = HttpClient.newHttpClient()) {
      String rehearsed = "route=\"/rehearsal/{secret}/api/v0/commits\",status=\"2xx\"";
      String metrics = "";
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (!metrics.contains(rehearsed) || Files.exists(data.resolve("store-scratch"))) {
        assertThat(System.nanoTime()).as("waiting for the rehearsal").isLessThan(end);
        metrics = get(http, node.url().resolve("/metrics"));
      }
      assertThat(metrics).contains("kiln_log_events 0\n");
      assertThat(metrics.lines())
          .filteredOn(line -> line.contains("/rehearsal/") && line.contains("status=\""))
          .isNotEmpty()
          .allMatch(line -> line.contains("status=\"2xx\""))
          .allMatch(line -> line.startsWith("kiln_rehearsal_requests_total{"));
      assertThat(node.complaints()).isEmpty();
    }
  }

  private static String get(HttpClient http, URI uri) throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void shouldKeepDataOverAnOrderlyRestart() throws IOException, InterruptedException {
    try (NodeProcess node = NodeProcess.start(distribution, data);
        V0Client client = new V0Client(node.url())) {
      for (int i = 0; i < 20; i++) {
        assertThat(writer.update(client, writer.create(client))).isTrue();
      }
      assertThat(node.stop()).isZero();
      assertThat(node.complaints()).isEmpty();
    }
    try (NodeProcess node = NodeProcess.start(distribution, data)) {
      assertThat(Writer.broken(node.url(), writer.streams())).isEmpty();
      assertThat(node.stop()).isZero();
      assertThat(node.complaints()).isEmpty();
    }
  }

  @Test
  void shouldKeepWhatItAcknowledgedWhileAskedToStop() throws IOException, InterruptedException {
    try (NodeProcess node = NodeProcess.start(distribution, data)) {
      try (Writer.Run run = writer.start(node.url(), CLIENTS)) {
        awaitWrites(200);
        assertThat(node.stop()).isZero();
      }
      assertThat(node.complaints()).isEmpty();
    }
    try (NodeProcess node = NodeProcess.start(distribution, data)) {
      assertThat(Writer.broken(node.url(), writer.streams())).isEmpty();
    }
  }

  @Test
  void shouldBeBackedUpUnderLoadAndRestored(@TempDir Path elsewhere)
      throws IOException, InterruptedException {
    Path backup = elsewhere.resolve("backup");
    Path restored = elsewhere.resolve("restored");
    List<Acknowledged> before;
    String model;
    try (NodeProcess node = NodeProcess.start(distribution, data);
        V0Client client = new V0Client(node.url());
        Writer.Run run = writer.start(node.url(), CLIENTS)) {
      awaitWrites(200);
      model = documents(client);
      succeed("backup", "--data", data.toString(), backup.toString());
      before = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        before.add(writer.create(client));
        assertThat(writer.update(client, before.get(i))).isTrue();
      }
      succeed("backup", "--data", data.toString(), backup.toString());
      run.close();
      node.kill();
    }
    succeed("restore", "--data", restored.toString(), backup.toString());
    succeed("check", "--data", restored.toString());
    try (NodeProcess node = NodeProcess.start(distribution, restored)) {
      assertThat(Writer.broken(node.url(), before)).isEmpty();
      try (V0Client client = new V0Client(node.url())) {
        V0Client.Answer count =
            client.post(
                "/api/v0/collection/count",
                JsonNodeFactory.instance.objectNode().put("model", model));
        assertThat(count.text()).as("documents by their index").isEqualTo("{\"count\":3}");
      }
      assertThat(node.stop()).isZero();
      assertThat(node.complaints()).isEmpty();
    }
  }

  /** A model that is indexed, with three documents; its StreamID. */
  private String documents(V0Client client) throws IOException, InterruptedException {
    Author author = new Author(new byte[32]);
    Ipld.Map number = Ipld.map("type", Ipld.of("integer"));
    V0Client.Answer made = client.create(2, author.model("Kept", Ipld.map("n", number), "list"));
    assertThat(made.ok()).as(made.text()).isTrue();
    String model = made.body().path("streamId").asText();
    succeed("index", "add", model, "--data", data.toString());
    for (int i = 0; i < 3; i++) {
      Ipld content = Ipld.map("n", Ipld.of(i));
      V0Client.Answer document =
          client.create(3, author.instance(StreamId.parse(model), content, "kept" + i));
      assertThat(document.ok()).as(document.text()).isTrue();
    }
    return model;
  }

  private void succeed(String... command) throws IOException, InterruptedException {
    Distribution.Answer answer = distribution.run(command);
    assertThat(answer.exitCode()).as(answer.output()).isZero();
  }

  @Test
  void rejectsASecondNodeOnADirectoryInUse() throws IOException, InterruptedException {
    try (NodeProcess node = NodeProcess.start(distribution, data);
        V0Client client = new V0Client(node.url())) {
      Distribution.Answer second =
          distribution.run(
              "daemon", "--data", data.toString(), "--http", "127.0.0.1:" + NodeProcess.freePort());
      assertThat(second.exitCode()).as(second.output()).isEqualTo(3);
      assertThat(second.output())
          .contains(data.toString())
          .contains("in use")
          .contains(Long.toString(node.pid()));
      assertThat(writer.create(client)).as("the first goes on").isNotNull();
    }
  }

  @Test
  void rejectsRebuildWhileTheNodeRuns() throws IOException, InterruptedException {
    try (NodeProcess node = NodeProcess.start(distribution, data)) {
      Distribution.Answer rebuild = distribution.run("rebuild", "--data", data.toString());
      assertThat(rebuild.exitCode()).as(rebuild.output()).isEqualTo(3);
      assertThat(node.alive()).isTrue();
    }
  }

  @Test
  void rejectsAPortInUseButDoesWithoutThatOfCeramicOne() throws IOException, InterruptedException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        NodeProcess node =
            NodeProcess.start(
                distribution,
                data.resolve("one"),
                "--set",
                "one.address=127.0.0.1:" + taken.getLocalPort())) {
      assertThat(node.complaints())
          .isNotEmpty()
          .allMatch(line -> line.contains("one.address") && line.contains("in use"));
      Distribution.Answer second =
          distribution.run(
              "daemon",
              "--data",
              data.resolve("two").toString(),
              "--http",
              node.url().getAuthority());
      assertThat(second.exitCode()).as(second.output()).isEqualTo(2);
      assertThat(second.output()).contains(node.url().getAuthority());
    }
  }

  @Test
  void rejectsAnUnknownSettingWithASuggestion() throws IOException, InterruptedException {
    Distribution.Answer flag =
        distribution.run("daemon", "--data", data.toString(), "--set", "http.adress=127.0.0.1:1");
    assertThat(flag.exitCode()).as(flag.output()).isEqualTo(2);
    assertThat(flag.output()).contains("http.adress").contains("http.address");

    Files.writeString(data.resolve("kiln.properties"), "netwrok=inmemory\n");
    Distribution.Answer file = distribution.run("daemon", "--data", data.toString());
    assertThat(file.exitCode()).as(file.output()).isEqualTo(2);
    assertThat(file.output()).contains("netwrok").contains("network");
  }

  @Test
  void rejectsAnUnknownFlagAndAWrongValue() throws IOException, InterruptedException {
    assertThat(distribution.run("daemon", "--dta", data.toString()).exitCode()).isEqualTo(2);
    Distribution.Answer value =
        distribution.run("daemon", "--data", data.toString(), "--network", "mainet");
    assertThat(value.exitCode()).as(value.output()).isEqualTo(2);
    assertThat(value.output()).contains("mainnet");
  }

  @Test
  void rejectsADirectoryThatCannotBeWritten() throws IOException, InterruptedException {
    Path file = Files.writeString(data.resolve("file"), "");
    Distribution.Answer answer =
        distribution.run("daemon", "--data", file.resolve("below").toString());
    assertThat(answer.exitCode()).as(answer.output()).isIn(2, 3);
    assertThat(answer.output()).contains(file.toString());
  }

  @Test
  void shouldReadSettingsFromTheEnvironment() throws IOException, InterruptedException {
    Distribution.Answer answer =
        distribution.run(
            Map.of("KILN_NETWORK", "nowhere"), 60, "daemon", "--data", data.toString());
    assertThat(answer.exitCode()).as(answer.output()).isEqualTo(2);
    assertThat(answer.output()).contains("KILN_NETWORK").contains("nowhere");
  }

  @Test
  void shouldTellItsStatus() throws IOException, InterruptedException {
    assertThat(distribution.run("status", "--data", data.toString()).exitCode()).isEqualTo(1);
    try (NodeProcess node = NodeProcess.start(distribution, data)) {
      awaitBanner(node);
      Distribution.Answer running = distribution.run("status", "--data", data.toString());
      assertThat(running.exitCode()).as(running.output()).isZero();
      assertThat(running.output()).contains(node.url().getAuthority()).contains("healthy");
      JsonNode told = json("status");
      assertThat(told.path("healthy").asBoolean()).isTrue();
      assertThat(told.path("pid").asLong()).isEqualTo(node.pid());
      assertThat(told.path("events").isIntegralNumber()).isTrue();
      assertThat(told.path("heapUsedBytes").asLong()).isPositive();
      assertThat(json("peers").path("network").path("on").asBoolean()).isFalse();
      assertThat(json("anchor").path("chain").asText()).isEqualTo("inmemory:12345");
      assertThat(json("access").path("credentials").path(0).path("name").asText())
          .isEqualTo("operator");
      JsonNode looked = json("doctor");
      assertThat(looked.path("well").asBoolean()).as(looked.toString()).isTrue();
      assertThat(looked.toString()).contains(node.url().getAuthority() + " answers");
      node.kill();
      Distribution.Answer killed = distribution.run("status", "--data", data.toString());
      assertThat(killed.exitCode()).isEqualTo(1);
      assertThat(killed.output()).contains("killed");
    }
  }

  /** What a command answers scripts, which must be one JSON text and nothing else. */
  private JsonNode json(String command) throws IOException, InterruptedException {
    Distribution.Answer answer = distribution.run(command, "--json", "--data", data.toString());
    assertThat(answer.exitCode()).as(answer.output()).isZero();
    return new ObjectMapper().readTree(answer.output());
  }

  @Test
  void shouldExplainItself() throws IOException, InterruptedException {
    Distribution.Answer help = distribution.run("help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.output()).contains("daemon", "rebuild", "inspect", "status", "version");
    assertThat(distribution.run("version").output()).matches("(?s).*\\d+\\.\\d+.*");
    Distribution.Answer unknown = distribution.run("deamon");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.output()).contains("daemon");
  }

  /** Its classes are those of the bundles, whatever the launcher has of its own. */
  @ParameterizedTest
  @CsvSource({
    "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp, authentication, 0",
    "kjzl6hvfrbw6c5i55ks5m4hhyuh0jylw4g7x0asndu97i7luts4dfzvm35oev65, model, 0",
    "zzz, error, 1"
  })
  void shouldInspectWithoutANode(String what, String said, int exitCode)
      throws IOException, InterruptedException {
    Distribution.Answer answer = distribution.run("inspect", what);
    assertThat(answer.exitCode()).as(answer.output()).isEqualTo(exitCode);
    assertThat(new ObjectMapper().readTree(answer.output()).toString()).contains(said);
  }

  @Test
  void shouldRunWithAnotherCollectorOrHeap() throws IOException, InterruptedException {
    for (String options : List.of("-Xmx1g -XX:+UseParallelGC", "-XX:+UseG1GC", "-Xmx96m", "")) {
      Distribution.Answer answer =
          distribution.run(Map.of("KILN_JAVA_OPTS", options), 60, "version");
      assertThat(answer.exitCode()).as(options + ": " + answer.output()).isZero();
    }
  }

  private void awaitWrites(int events) throws InterruptedException {
    Await.until(events + " events are acknowledged", () -> writer.acknowledged() >= events);
  }

  private static void awaitBanner(NodeProcess node) throws InterruptedException {
    Await.until(
        "the node says how to stop it, last of all", () -> node.output().contains("Ctrl-C"));
  }
}
