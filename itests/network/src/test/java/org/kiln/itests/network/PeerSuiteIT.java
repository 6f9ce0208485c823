package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

  /** All that does not want a cloud: the others skip each of their tests. */
  private static final String TESTS = "fast/(?!anchor|helpers)";

  /** A test of the suite writes documents that do not fit their model. */
  private static final Map<String, String> KEEPING = Map.of("KILN_ONE_KEEP_INVALID", "true");

  private final List<OneNode> nodes = new ArrayList<>();
  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    for (OneNode node : nodes) {
      node.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"kiln, kiln", "kiln, ceramic-one", "ceramic-one, kiln"})
  void shouldPassTheSuite(String first, String second) throws Exception {
    Optional<Path> suite = named("one.suite", "CERAMIC_ONE_SUITE");
    assumeTrue(
        suite.isPresent(),
        "ceramic-one's suite is not at hand: -Done.suite would name tests/suite of a checkout");
    Npm.require(PACKAGES);
    OneNode a = start(first, "a");
    OneNode b = start(second, "b");
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
        .putAll(
            Map.of(
                "CERAMIC_URLS",
                a.http() + "," + b.http(),
                "CERAMIC_FLIGHT_URLS",
                a.flight() + "," + b.flight(),
                "NODE_OPTIONS",
                "--experimental-vm-modules"));
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
      return OneNode.kiln();
    }
    Optional<Path> binary = named("one.binary", "CERAMIC_ONE");
    assumeTrue(
        binary.isPresent(), "No ceramic-one is at hand: -Done.binary or CERAMIC_ONE would name it");
    return binary.get();
  }

  private OneNode start(String kind, String name) throws Exception {
    OneNode node =
        OneNode.start(
            command(kind),
            folder.resolve(name),
            KEEPING,
            "--network=local",
            "--local-network-id=77");
    nodes.add(node);
    return node;
  }

  /** The suite never connects the nodes. */
  private static void dial(OneNode from, OneNode to) throws Exception {
    for (JsonNode address : JSON.readTree(to.post("/api/v0/id").body()).get("Addresses")) {
      if (address.asText().contains("/tcp/")) {
        String encoded = URLEncoder.encode(address.asText(), StandardCharsets.UTF_8);
        HttpResponse<String> answer = from.post("/ceramic/peers?addresses=" + encoded);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        return;
      }
    }
    throw new AssertionError(to.http() + " listens on no TCP address");
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
