package org.kiln.itests.readme;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.Npm;
import org.kiln.itests.harness.V0Client;

/**
 * README's own first hour, on the node with its default settings: a user who thinks before the
 * second step, and one who comes back when the first has been anchored.
 */
class ReadmeIT {
  private static final String NODE_IN_README = "http://127.0.0.1:7007";
  private static final Pattern CREATED =
      Pattern.compile("^console\\.log\\('created'.*$", Pattern.MULTILINE);
  private static final int TIME_SECONDS = 180;

  private static final Path CLIENTS = Path.of("../clients").toAbsolutePath().normalize();

  private static Readme readme;

  @TempDir Path data;

  @BeforeAll
  static void read() throws IOException, InterruptedException {
    Npm.require(CLIENTS);
    readme = Readme.read();
  }

  @Test
  void shouldNameOnlyPackagesThatAreTestedHere() throws IOException {
    JsonNode tested =
        new ObjectMapper()
            .readTree(Files.readString(CLIENTS.resolve("package.json")))
            .get("dependencies");
    assertThat(readme.packages()).isNotEmpty().allMatch(tested::has);
  }

  @Test
  void shouldWorkForAUserWhoThinks() throws Exception {
    assertThat(typesAfterPause(2)).startsWith(0, 1);
  }

  @Test
  void shouldWorkForAUserWhoComesBackAfterTheAnchor() throws Exception {
    assertThat(typesAfterPause(90)).startsWith(0, 2, 1);
  }

  @Test
  void shouldWorkHoweverSoonTheNodeAnchors() throws Exception {
    assertThat(typesAfterPause(2, "--set", "anchor.batch-interval-ms=50")).startsWith(0, 2, 1);
  }

  /** Runs the sample, and answers the types of the log's events when it has come to its end. */
  private List<Integer> typesAfterPause(int seconds, String... flags) throws Exception {
    try (NodeProcess node = NodeProcess.start(Distribution.find(), data, flags);
        V0Client client = new V0Client(node.url())) {
      List<String> said = run(withPause(seconds).replace(NODE_IN_README, node.url().toString()));
      assertThat(said).hasSameSizeAs(readme.output());
      assertThat(said.get(0)).startsWith("created ");
      assertThat(readme.output().get(0)).startsWith("created ");
      assertThat(said.get(1)).isEqualTo(readme.output().get(1));
      StreamId note = StreamId.parse(said.get(0).substring("created ".length()));
      JsonNode log = client.load(note).body().path("state").path("log");
      assertThat(node.complaints()).isEmpty();
      return log.findValues("type").stream().map(JsonNode::asInt).toList();
    }
  }

  /** The sample of a user who waits between the create and what follows it. */
  private static String withPause(int seconds) {
    var created = CREATED.matcher(readme.script());
    assertThat(created.find()).as("a line that says 'created' in " + readme.script()).isTrue();
    assertThat(readme.script()).contains(NODE_IN_README);
    return created.replaceFirst(
        "$0\nawait new Promise((go) => setTimeout(go, " + seconds * 1000 + "))");
  }

  /** Runs it below the clients' module, whose packages it finds. */
  private static List<String> run(String script) throws IOException, InterruptedException {
    Path folder =
        Files.createTempDirectory(Files.createDirectories(CLIENTS.resolve("target")), "hello");
    Files.writeString(folder.resolve("hello.mjs"), script);
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder("node", "hello.mjs")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(TIME_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    List<String> said = Files.readAllLines(output);
    assertThat(process.exitValue()).as(String.join("\n", said)).isZero();
    return said;
  }
}
