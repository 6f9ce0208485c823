package org.kiln.itests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/** A disk that loses or changes what was written: nobody is told anything wrong, or nothing. */
class DamageIT {
  private static final int STREAMS = 60;
  private static final int STORAGE = 3;
  private static final int NEIGHBOURS = 20;
  private static final String FILLING = "x".repeat(8_000);
  private static final String FIRST_FILE = "store/00000000000.xd";

  @TempDir static Path healthy;
  @TempDir static Path folder;

  private static final Distribution KILN = Distribution.find();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final List<StreamId> KEPT = new ArrayList<>();
  private static int copies;

  @BeforeAll
  static void writeStreams() throws Exception {
    Author author = new Author(new byte[32]);
    try (NodeProcess node = NodeProcess.start(KILN, healthy);
        V0Client client = new V0Client(node.url())) {
      for (int i = 0; i < STREAMS; i++) {
        SignedEvent tile = author.tile(Ipld.map("text", new Ipld.Text(FILLING + i)), "stream " + i);
        assertThat(client.create(0, tile).ok()).isTrue();
        KEPT.add(StreamId.of(0, tile.envelope().cid()));
      }
      assertThat(node.stop()).isZero();
    }
  }

  /** Another copy of the directory that is healthy. */
  private static Path copy() throws IOException {
    Path copy = folder.resolve("copy-" + ++copies);
    try (Stream<Path> files = Files.walk(healthy)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path to = copy.resolve(healthy.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else if (!file.toString().contains("/logs/")) {
          Files.copy(file, to);
          to.toFile().setWritable(true);
        }
      }
    }
    return copy;
  }

  private static Distribution.Answer daemon(Path data) throws Exception {
    return KILN.run(
        "daemon",
        "--data",
        data.toString(),
        "--http",
        "127.0.0.1:" + NodeProcess.freePort(),
        "--network",
        "inmemory");
  }

  private static void assertRefused(Path data, String... what) throws Exception {
    long before = bytes(data.resolve("store"));
    Distribution.Answer refused = daemon(data);
    assertThat(refused.exitCode()).as(refused.output()).isEqualTo(STORAGE);
    assertThat(refused.output()).contains(what).contains("kiln rescue");
    assertThat(bytes(data.resolve("store"))).as("nothing is cut off").isEqualTo(before);
  }

  /** Of the log files alone. */
  private static long bytes(Path store) throws IOException {
    if (!Files.exists(store)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(store)) {
      return files
          .filter(file -> file.toString().endsWith(".xd"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  private static void overwrite(Path file, long at, byte[] bytes) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      open.write(bytes);
    }
  }

  @Test
  void shouldStartOnWhatIsHealthyAlsoAfterAKill() throws Exception {
    Path data = copy();
    try (NodeProcess node = NodeProcess.start(KILN, data)) {
      node.kill();
    }
    try (NodeProcess node = NodeProcess.start(KILN, data);
        V0Client client = new V0Client(node.url())) {
      for (StreamId stream : KEPT) {
        assertThat(client.load(stream).ok()).isTrue();
      }
      assertThat(node.complaints()).isEmpty();
    }
  }

  @Test
  void rejectsZerosInTheMiddle() throws Exception {
    Path data = copy();
    Path file = data.resolve(FIRST_FILE);
    overwrite(file, Files.size(file) / 2, new byte[64 << 10]);
    assertRefused(data, "00000000000.xd", "offset");
  }

  @Test
  void rejectsAFileThatIsCutToHalf() throws Exception {
    Path data = copy();
    Path file = data.resolve(FIRST_FILE);
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(open.length() / 2);
    }
    assertRefused(data, "00000000000.xd", "had been written");
  }

  @Test
  void rejectsAFileThatIsEmptiedOrGone() throws Exception {
    Path data = copy();
    Files.write(data.resolve(FIRST_FILE), new byte[0]);
    assertRefused(data, "00000000000.xd", "had been written");
    Files.delete(data.resolve(FIRST_FILE));
    assertRefused(data, "00000000000.xd is missing");
  }

  @Test
  void rejectsAStoreThatIsEmptiedOrGone() throws Exception {
    Path data = copy();
    try (Stream<Path> files = Files.list(data.resolve("store"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.delete(file);
      }
    }
    assertRefused(data, "is empty", STREAMS + " events");
    Files.delete(data.resolve("store"));
    assertRefused(data, "is gone", STREAMS + " events");
  }

  @Test
  void rejectsABitThatFlipped() throws Exception {
    Path data = copy();
    Path file = data.resolve(FIRST_FILE);
    byte[] content = Files.readAllBytes(file);
    int at = indexOf(content, (FILLING + "7").getBytes(StandardCharsets.US_ASCII));
    content[at + 100] ^= 1;
    Files.write(file, content);
    assertRefused(data, "00000000000.xd", "are not what was written");
  }

  @Test
  void shouldSaveWhatCanBeReadAndServeIt() throws Exception {
    Path data = copy();
    Path file = data.resolve(FIRST_FILE);
    int event =
        indexOf(Files.readAllBytes(file), (FILLING + "7").getBytes(StandardCharsets.US_ASCII));
    overwrite(file, event, new byte[20 << 10]);
    Distribution.Answer found = run("check", data);
    assertThat(found.exitCode()).as(found.output()).isEqualTo(STORAGE);
    assertThat(found.output()).contains("00000000000.xd", "kiln rescue");
    long before = bytes(data.resolve("store"));
    Distribution.Answer saved = run("rescue", data);
    assertThat(saved.exitCode()).as(saved.output()).isZero();
    assertThat(saved.output()).contains("Saved", "of " + STREAMS + " are lost");
    assertThat(bytes(data.resolve("store"))).as("stays as it was").isEqualTo(before);
    try (NodeProcess node = NodeProcess.start(KILN, data);
        V0Client client = new V0Client(node.url())) {
      int served = 0;
      for (StreamId stream : KEPT) {
        V0Client.Answer answer = client.load(stream);
        assertThat(answer.status()).as(answer.text()).isIn(200, 404);
        served += answer.ok() ? 1 : 0;
      }
      // 20 KiB lie over four events at most, and as many of their indexes.
      assertThat(served).isBetween(STREAMS - 10, STREAMS - 1);
      assertThat(saved.output()).contains("Saved " + served + " events");
      assertThat(run("check", data).exitCode()).isZero();
    }
  }

  @Test
  void shouldTellOfDamageThatComesWhileItRuns() throws Exception {
    Path data = copy();
    try (NodeProcess node = NodeProcess.start(KILN, data);
        V0Client client = new V0Client(node.url())) {
      Distribution.Answer well = run("check", data);
      assertThat(well.exitCode()).as(well.output()).isZero();
      assertThat(well.output()).contains("All is well: " + STREAMS + " events");
      overwrite(data.resolve(FIRST_FILE), 40_000, new byte[] {1, 2, 3, 4});
      Distribution.Answer found = run("check", data);
      assertThat(found.exitCode()).as(found.output()).isEqualTo(STORAGE);
      assertThat(found.output()).contains("00000000000.xd: the 4096 bytes from offset 36864");
      assertThat(client.get("/health").body().at("/parts/store/level").asText())
          .isEqualTo("DEGRADED");
      assertThat(node.log()).contains("Damage on the disk");
    }
  }

  @Test
  void shouldShowWhatCanBeReadBesideADamagedState() throws Exception {
    Path data = copy();
    try (NodeProcess node = NodeProcess.start(KILN, data, "--set", "http.rehearsal-seconds=0")) {
      assertThat(run("status", data).output()).contains("Events   ").doesNotContain("Damage");
      Path file = data.resolve(FIRST_FILE);
      int at = firstState(Files.readAllBytes(file));
      overwrite(file, at + 4_000, new byte[100]);

      String did = new Author(new byte[32]).did();
      JsonNode found = console(node, "/console/api/streams?limit=200&q=" + did);
      // The store reads 64 KiB at a time: some neighbours may be lost with it, or all be in memory.
      if (found.path("streams").size() < STREAMS) {
        assertThat(found.path("damage").asText()).contains("00000000000.xd");
      }
      assertThat(found.path("streams").size()).isBetween(STREAMS - NEIGHBOURS, STREAMS);
      assertThat(found.path("next").isNull()).isTrue();
      int whole = 0;
      for (StreamId stream : KEPT) {
        JsonNode page = console(node, "/console/api/streams/" + stream);
        if (page.path("state").path("length").asInt() == 1) {
          whole++;
        } else {
          assertThat(page.toString()).contains("00000000000.xd");
        }
      }
      assertThat(whole).isBetween(STREAMS - NEIGHBOURS, STREAMS);
      assertThat(run("check", data).exitCode()).isEqualTo(STORAGE);
      Distribution.Answer status = run("status", data);
      assertThat(status.exitCode()).as(status.output()).isZero();
      assertThat(status.output()).contains("Damage   on the disk was met", "kiln check");
    }
  }

  /** What a route of the console answers to the operator. */
  private static JsonNode console(NodeProcess node, String path) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(node.url().resolve(path))
                .timeout(Duration.ofSeconds(60))
                .header(
                    "Authorization",
                    "Bearer " + Files.readString(node.data().resolve("operator.token")).strip())
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body());
  }

  private static Distribution.Answer run(String command, Path data) throws Exception {
    return KILN.run(Map.of(), 180, command, "--data", data.toString(), "--network", "inmemory");
  }

  private static int indexOf(byte[] content, byte[] part) {
    String all = new String(content, StandardCharsets.ISO_8859_1);
    int at = all.indexOf(new String(part, StandardCharsets.ISO_8859_1));
    assertThat(at).isNotNegative();
    return at;
  }

  /**
   * Where the content of the state lies that was written first: of two places with one content the
   * later is a state. The last states lie where the store looks when it is opened.
   */
  private static int firstState(byte[] content) {
    String all = new String(content, StandardCharsets.ISO_8859_1);
    return IntStream.range(10, STREAMS)
        .filter(i -> all.indexOf(FILLING + i) != all.lastIndexOf(FILLING + i))
        .map(i -> all.lastIndexOf(FILLING + i))
        .min()
        .orElseThrow();
  }
}
