package org.kiln.itests.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Await;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/**
 * {@code kiln migrate} from Xodus to the RocksDB of the sample plugin and back, killed again and
 * again on its way.
 */
class MigrateIT {
  private static final int TILE = 0;
  private static final int STREAMS = 100;
  private static final int UPDATES = 2;
  private static final int FILLER = 60_000;
  private static final int KILLS = 10;
  private static final int POINTS = 4;
  private static final int SPREAD_MS = 400;
  private static final int COMMAND_SECONDS = 180;

  private final Author author =
      new Author("migrations, 32 letters exactly..".getBytes(StandardCharsets.US_ASCII));
  private final Distribution distribution = Distribution.find();
  private final Random random = new Random(3);
  private final List<StreamId> streams = new ArrayList<>();

  @TempDir private Path data;

  private NodeProcess node;
  private Process command;

  @AfterEach
  void close() {
    if (node != null) {
      node.close();
    }
    if (command != null) {
      command.destroyForcibly();
    }
  }

  @Test
  void shouldMoveEverythingHoweverOftenItIsKilled() throws Exception {
    start();
    Checkout.install(distribution, node, Checkout.jar("sample-plugins/rocksdb"));
    write();
    Map<String, String> before = everything();
    Distribution.Answer running = migrate("--from", "xodus", "--to", "rocksdb");
    assertThat(running.exitCode()).as(running.output()).isEqualTo(3);
    assertThat(running.output()).contains("in use by another node").doesNotContain("Copying");
    assertThat(node.stop()).isZero();

    int[] killed = killAgainAndAgain();
    System.out.println(
        "kiln migrate was killed behind its start, record, reading, copying: "
            + Arrays.toString(killed));
    boolean underWay = Files.readString(record()).contains("migration.backend");

    // The old store is the node's until the last moment, and works.
    start();
    assertThat(everything()).isEqualTo(before);
    assertThat(node.stop()).isZero();
    assertThat(Files.readString(record())).contains("backend=xodus\n");

    done(
        migrate("--from", "xodus", "--to", "rocksdb"),
        underWay ? "it begins anew" : "The node's store is rocksdb now");
    assertThat(Files.readString(record())).contains("backend=rocksdb\n", "previous.backend=xodus");
    start();
    assertThat(everything()).isEqualTo(before);
    assertThat(node.complaints()).isEmpty();
    assertThat(node.stop()).isZero();

    // Nothing was written since, so that the way back is a rename.
    done(migrate("--undo"), "The node's store is xodus again");
    assertThat(Files.readString(record())).contains("backend=xodus\n", "directory=store\n");

    done(migrate("--from", "xodus", "--to", "rocksdb"), "The node's store is rocksdb now");
    start();
    update(streams.get(0), "written to rocksdb");
    Map<String, String> after = everything();
    assertThat(after).isNotEqualTo(before);
    assertThat(node.stop()).isZero();
    Distribution.Answer refused = migrate("--undo");
    assertThat(refused.exitCode()).as(refused.output()).isEqualTo(2);
    assertThat(refused.output()).contains("going back would lose that");

    done(migrate("--from", "rocksdb", "--to", "xodus"), "The node's store is xodus now");
    assertThat(data.resolve("store")).as("the first store").isDirectory();
    start();
    assertThat(everything()).isEqualTo(after);
    assertThat(node.complaints()).isEmpty();
    assertThat(node.stop()).isZero();
    Distribution.Answer other =
        distribution.run(
            "daemon",
            "--data",
            data.toString(),
            "--http",
            "127.0.0.1:" + NodeProcess.freePort(),
            "--set",
            "store.backend=rocksdb");
    assertThat(other.exitCode()).as(other.output()).isEqualTo(2);
    assertThat(other.output()).contains("are in the store xodus, not in rocksdb");
    done(
        distribution.run(
            Map.of(),
            COMMAND_SECONDS,
            "rebuild",
            "--data",
            data.toString(),
            "--network",
            "inmemory"),
        "streams derived");
  }

  private void start() throws Exception {
    if (node != null) {
      node.close();
    }
    node = NodeProcess.start(distribution, data, "--set", "anchor.batch-interval-ms=50");
  }

  private Path record() {
    return data.resolve("store.properties");
  }

  private Distribution.Answer migrate(String... words) throws Exception {
    List<String> line = new ArrayList<>(List.of("migrate", "--data", data.toString()));
    line.addAll(List.of(words));
    return distribution.run(Map.of(), COMMAND_SECONDS, line.toArray(String[]::new));
  }

  private static void done(Distribution.Answer answer, String sentence) {
    assertThat(answer.exitCode()).as(answer.output()).isZero();
    assertThat(answer.output()).contains(sentence);
  }

  /** Answers how many kills came behind each point; what came to its end before is undone. */
  private int[] killAgainAndAgain() throws Exception {
    int[] killed = new int[POINTS];
    int kills = 0;
    boolean tooLate = false;
    for (int attempt = 0; kills < KILLS; attempt++) {
      assertThat(attempt).as("attempts to kill it in time").isLessThan(5 * KILLS);
      int point = attempt % POINTS;
      Path output = Files.createTempFile("kiln-migrate", ".out");
      command = begin(output);
      Await.until("point " + point, () -> !command.isAlive() || reached(point, output));
      boolean ended =
          command.waitFor(tooLate ? 0 : random.nextInt(SPREAD_MS), TimeUnit.MILLISECONDS);
      command.destroyForcibly().waitFor();
      tooLate = ended;
      if (ended) {
        assertThat(command.exitValue()).as(Files.readString(output)).isZero();
        done(migrate("--undo"), "The node's store is xodus again");
      } else {
        killed[point]++;
        kills++;
      }
      Files.delete(output);
      if (kills == KILLS / 2) {
        Distribution.Answer undone = migrate("--undo");
        boolean nothingBegun = undone.output().contains("There is no migration to take back");
        assertThat(undone.exitCode()).as(undone.output()).isEqualTo(nothingBegun ? 2 : 0);
      }
      // A kill between the switch and the end of the process has switched all the same.
      if (Files.readString(record()).contains("\nbackend=rocksdb\n")) {
        done(migrate("--undo"), "The node's store is xodus again");
      }
      assertThat(data.resolve("store")).isDirectory();
    }
    return killed;
  }

  private Process begin(Path output) throws IOException {
    List<String> line =
        List.of(
            distribution.command().toString(),
            "migrate",
            "--data=" + data,
            "--from=xodus",
            "--to=rocksdb");
    return new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  private boolean reached(int point, Path output) throws IOException {
    return switch (point) {
      case 0 -> true;
      case 1 -> Files.readString(record()).contains("migration.backend");
      case 2 -> Files.readString(output).contains("Copying");
      default -> Files.readString(output).contains("Reading the copy");
    };
  }

  private void write() throws Exception {
    try (V0Client client = new V0Client(node.url())) {
      for (int i = 0; i < STREAMS; i++) {
        SignedEvent tile =
            author.tile(
                Ipld.map("n", Ipld.of(i), "filler", Ipld.of("x".repeat(random.nextInt(FILLER)))),
                "migrate " + i);
        StreamId stream = StreamId.of(TILE, tile.cid());
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("type", TILE);
        body.set("genesis", tile.wire());
        body.putObject("opts").put("anchor", i % 20 == 0).put("publish", false);
        taken(client.post("/api/v0/streams", body));
        streams.add(stream);
        if (i % 20 == 0) {
          Await.until(
              "an anchor for " + stream, () -> anchorStatus(client, stream).matches("3|ANCHORED"));
        }
      }
    }
    for (StreamId stream : streams) {
      for (int i = 0; i < UPDATES; i++) {
        update(stream, "update " + i);
      }
    }
  }

  private static String anchorStatus(V0Client client, StreamId stream) throws Exception {
    return client.load(stream).body().path("state").path("anchorStatus").asText();
  }

  private void update(StreamId stream, String text) throws Exception {
    try (V0Client client = new V0Client(node.url())) {
      var log = client.load(stream).body().path("state").path("log");
      var tip = Cid.parse(log.path(log.size() - 1).path("cid").asText());
      taken(client.apply(stream, author.replace(stream, tip, "n", Ipld.of(text))));
    }
  }

  private static void taken(V0Client.Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  /** All that the node says of its streams. */
  private Map<String, String> everything() throws Exception {
    Map<String, String> said = new TreeMap<>();
    try (V0Client client = new V0Client(node.url())) {
      for (StreamId stream : streams) {
        V0Client.Answer state = client.load(stream);
        taken(state);
        V0Client.Answer commits = client.commits(stream);
        taken(commits);
        said.put(stream.toString(), state.text() + commits.text());
      }
    }
    return said;
  }
}
