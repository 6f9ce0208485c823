package org.kiln.itests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.EventReader;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Await;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.V0Client;

/**
 * Readers of the feed that throw, hang and have no name: nobody else notices, their places are
 * kept, the operator sees them and can be rid of them.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HostileReaderIT {
  private static final String HOSTILE = "com.example.reader";
  private static final String HONEST = "com.example.honest";
  private static final Author ANN = new Author(new byte[32]);
  private static final Pattern PLACE =
      Pattern.compile("throwing of com.example.reader: failing for \\d+ s, at ([0-9a-f]{16}-\\d+)");

  @TempDir private static Path directory;

  private static Distribution distribution;
  private static NodeProcess node;
  private static V0Client client;
  private static int writes;
  private static String place;

  @BeforeAll
  static void install() throws Exception {
    distribution = Distribution.find();
    node =
        NodeProcess.start(
            distribution,
            directory.resolve("node"),
            "--set",
            "plugins.call-timeout-ms=2000",
            "--set",
            "http.rehearsal-seconds=0");
    client = new V0Client(node.url());
    Path honest =
        new PluginJar(HONEST)
            .serving(
                "HonestReader",
                List.of(ChangeReader.class.getName(), HttpRoute.class.getName()),
                named("honest"))
            .build("hostile-reader", "1.0.0", directory);
    plugin("install", honest.toString());
    plugin("install", hostile("1.0.0").toString());
  }

  private static Path hostile(String version) throws Exception {
    return new PluginJar(HOSTILE)
        .serving("ThrowingReader", ChangeReader.class.getName(), named("throwing"))
        .serving("HangingReader", EventReader.class.getName(), named("hanging"))
        .serving("NamelessReader", ChangeReader.class.getName(), named("No Name!"))
        .build("hostile-reader", version, directory);
  }

  private static String named(String name) {
    return "<property name=\"" + ChangeReader.NAME + "\" type=\"String\" value=\"" + name + "\"/>";
  }

  @AfterAll
  static void stop() {
    if (client != null) {
      client.close();
    }
    if (node != null) {
      node.close();
    }
  }

  @Order(1)
  @Test
  void shouldServeAllOthersWhileOneThrowsAndOneHangs() throws Exception {
    for (int i = 0; i < 20; i++) {
      createTile();
    }
    awaitHonest();
    Await.until(
        "the status shows both",
        () -> status().contains("hanging of " + HOSTILE + ": hanging"),
        HostileReaderIT::status);
    Await.until(
        "the place of the one that throws",
        () -> PLACE.matcher(status()).find(),
        HostileReaderIT::status);
    Matcher found = PLACE.matcher(status());
    assertThat(found.find()).isTrue();
    place = found.group(1);

    String status = status();
    assertThat(status)
        .contains(
            "honest of " + HONEST + ": waiting, at ",
            "index of org.kiln.index: waiting, at ",
            "NoClassDefFoundError: com/example/reader/Missing",
            "take has not come back",
            "of " + HOSTILE + " is not called: Its service property kiln.feed.reader must be",
            "'No Name!'");
    assertThat(status.lines().filter(line -> line.startsWith("Reader   "))).hasSize(5);
    assertThat(node.log().lines().filter(line -> line.contains("reader throwing")))
        .as("the log says it once")
        .filteredOn(line -> line.contains("WARN"))
        .hasSize(1);
    String metrics = client.get("/metrics").text();
    assertThat(metrics.lines().map(line -> line.substring(0, line.lastIndexOf(' '))))
        .as("a number of that name and labels is there once")
        .doesNotHaveDuplicates();
    assertThat(metrics)
        .contains(
            "kiln_feed_reader_well{reader=\"throwing\"} 0",
            "kiln_feed_reader_well{reader=\"hanging\"} 0",
            "kiln_feed_reader_well{reader=\"honest\"} 1");
  }

  @Order(2)
  @Test
  void shouldGoOnFromTheKeptPlaceOnceItIsCured() throws Exception {
    long begin = System.nanoTime();
    plugin("upgrade", hostile("2.0.0").toString());
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(25));
    createTile();
    awaitHonest();
    Await.until(
        "the cured one is at the end",
        () -> status().contains("throwing of " + HOSTILE + ": waiting, at "),
        HostileReaderIT::status);
    assertThat(status()).doesNotContain(place + "\n").doesNotContain(": failing");
    List<String> taken = taken();
    assertThat(taken).hasSize(writes).doesNotHaveDuplicates().contains(place);
    // A call of the version before still runs: the new one is not called beside it.
    assertThat(status()).contains("hanging of " + HOSTILE + ": waiting", "does not come back");
  }

  /** The tokens of all changes that the throwing reader took, over both versions. */
  private static List<String> taken() throws Exception {
    try (var files = java.nio.file.Files.walk(node.data())) {
      Path file = files.filter(each -> each.endsWith("taken.txt")).findFirst().orElseThrow();
      return java.nio.file.Files.readAllLines(file);
    }
  }

  @Order(3)
  @Test
  void shouldBeRidOfItInTheMiddle() throws Exception {
    createTile();
    plugin("uninstall", HOSTILE);
    assertThat(status()).contains("honest of " + HONEST).doesNotContain(HOSTILE);
    for (int i = 0; i < 5; i++) {
      createTile();
    }
    awaitHonest();
    assertThat(client.get("/metrics").text()).doesNotContain("reader=\"throwing\"");
    assertThat(node.stop()).isZero();
  }

  private static void awaitHonest() throws Exception {
    Await.until(
        "the honest one has taken " + writes,
        () -> client.get("/honest").text().equals(Integer.toString(writes)),
        HostileReaderIT::status);
  }

  private static void createTile() throws Exception {
    V0Client.Answer tile =
        client.create(0, ANN.tile(Ipld.map("a", Ipld.of(1)), "t" + System.nanoTime()));
    assertThat(tile.status()).as(tile.text()).isEqualTo(200);
    writes++;
  }

  private static String status() throws Exception {
    return distribution.run("status", "--data", node.data().toString()).output();
  }

  private static void plugin(String... words) throws Exception {
    List<String> line = new ArrayList<>(List.of("plugin"));
    line.addAll(List.of(words));
    line.addAll(List.of("--data", node.data().toString()));
    Distribution.Answer answer = distribution.run(line.toArray(String[]::new));
    assertThat(answer.exitCode()).as(answer.output()).isZero();
  }
}
