package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.Npm;

/**
 * ceramic-one's own suite against pairs of nodes, of which at least one is a Kiln; both are started
 * by the command line of ceramic-one. The property {@code one.suite} names {@code tests/suite} of a
 * checkout of rust-ceramic, {@code one.binary} a ceramic-one for the mixed pairs, {@code
 * one.suite.tests} which of the suite's files run.
 */
@Timeout(1800)
class PeerSuiteIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path PACKAGES = Path.of("suite").toAbsolutePath();

  /** Those that ask nothing by Flight SQL, which this node does not serve yet. */
  private static final String TESTS = "fast/(get-events|sync-events)";

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Process> nodes = new ArrayList<>();
  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    for (Process node : nodes) {
      node.destroy();
    }
    for (Process node : nodes) {
      if (!node.waitFor(30, TimeUnit.SECONDS)) {
        node.destroyForcibly().waitFor();
      }
    }
    http.close();
  }

  @ParameterizedTest
  @CsvSource({"kiln, kiln", "kiln, ceramic-one", "ceramic-one, kiln"})
  void shouldPassTheSuite(String first, String second) throws Exception {
    Optional<Path> suite = named("one.suite", "CERAMIC_ONE_SUITE");
    assumeTrue(
        suite.isPresent(),
        "ceramic-one's suite is not at hand: -Done.suite would name tests/suite of a checkout");
    Npm.require(PACKAGES);
    String a = start(first, "a");
    String b = start(second, "b");
    dial(b, a);
    copy(suite.get().resolve("src"), PACKAGES.resolve("target/run/src"));
    Path output = folder.resolve("jest.txt");
    ProcessBuilder jest =
        new ProcessBuilder(
                "npx",
                "jest",
                "--runInBand",
                "--forceExit",
                "--testPathPattern",
                System.getProperty("one.suite.tests", TESTS))
            .directory(PACKAGES.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    jest.environment()
        .putAll(Map.of("CERAMIC_URLS", a + "," + b, "NODE_OPTIONS", "--experimental-vm-modules"));
    Process running = jest.start();
    assertThat(running.waitFor(20, TimeUnit.MINUTES)).as("jest has ended").isTrue();
    assertThat(running.exitValue()).as(Files.readString(output)).isZero();
    assertThat(Files.readString(output)).contains(" passed");
  }

  private static Optional<Path> named(String property, String variable) {
    return Optional.ofNullable(System.getProperty(property, System.getenv(variable)))
        .map(Path::of)
        .filter(Files::exists);
  }

  private static Path command(String kind) {
    if (kind.equals("kiln")) {
      return Distribution.find().command().resolveSibling("ceramic-one");
    }
    Optional<Path> binary = named("one.binary", "CERAMIC_ONE");
    assumeTrue(
        binary.isPresent(), "No ceramic-one is at hand: -Done.binary or CERAMIC_ONE would name it");
    return binary.get();
  }

  private String start(String kind, String name) throws Exception {
    Path store = Files.createDirectories(folder.resolve(name));
    int port = NodeProcess.freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
                command(kind).toString(),
                "daemon",
                "--store-dir=" + store,
                "--p2p-key-dir=" + store,
                "--bind-address=127.0.0.1:" + port,
                "--flight-sql-bind-address=127.0.0.1:" + NodeProcess.freePort(),
                "--metrics-bind-address=127.0.0.1:" + NodeProcess.freePort(),
                "--network=local",
                "--local-network-id=77",
                "--swarm-addresses=/ip4/127.0.0.1/tcp/" + NodeProcess.freePort())
            .redirectErrorStream(true)
            .redirectOutput(store.resolve("output.txt").toFile());
    Process process = builder.start();
    nodes.add(process);
    String url = "http://127.0.0.1:" + port;
    Kiln.until(
        name + " answers",
        () -> {
          try {
            return process.isAlive() && post(url + "/api/v0/id").statusCode() == 200;
          } catch (IOException e) {
            return false;
          }
        });
    return url;
  }

  /** The suite never connects the nodes. */
  private void dial(String from, String to) throws Exception {
    for (JsonNode address : JSON.readTree(post(to + "/api/v0/id").body()).get("Addresses")) {
      if (address.asText().contains("/tcp/")) {
        String encoded = URLEncoder.encode(address.asText(), StandardCharsets.UTF_8);
        HttpResponse<String> answer = post(from + "/ceramic/peers?addresses=" + encoded);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        return;
      }
    }
    throw new AssertionError(to + " listens on no TCP address");
  }

  private HttpResponse<String> post(String url) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
