package org.kiln.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.Car;
import org.kiln.ipld.DagCbor;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;

/** {@code bin/ceramic-one} in the place of a ceramic-one, on the store that it has left. */
class CeramicOneCommandIT {
  private static final StreamId MODEL =
      StreamId.of(2, Cid.sha256(Cid.DAG_CBOR, new byte[] {1, 2, 3}));
  private static final String CONTROLLER = "did:key:faketestcontroller";

  @TempDir Path store;

  private final Distribution distribution = Distribution.find();

  @Test
  void shouldTakeTheStoreOverAndThePlaceWithNoEnvironment() throws Exception {
    Block left = init("left");
    leave(left);
    int port = NodeProcess.freePort();
    // Where Java lies is remembered of a start that was told so.
    Distribution.Answer refused = run("ceramic-one", port);
    assertThat(refused.exitCode()).as(refused.output()).isEqualTo(3);
    assertThat(refused.output()).contains("kiln import --from-ceramic-one " + store);
    Distribution.Answer taken =
        distribution.run(
            "import", "--from-ceramic-one", store.toString(), "--data", store.toString());
    assertThat(taken.exitCode()).as(taken.output()).isZero();
    assertThat(taken.output()).contains("1 events taken over", "password ");

    Path output = store.resolve("output.txt");
    ProcessBuilder builder =
        new ProcessBuilder(line(port)).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().put("RUST_LOG", "info");
    Process node = builder.start();
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI url = URI.create("http://127.0.0.1:" + port);
      awaitId(http, url, node, output);
      assertThat(get(http, url.resolve("/ceramic/events/" + left.cid())))
          .contains(left.cid().toString());
      Block written = init("written");
      HttpRequest write =
          HttpRequest.newBuilder(url.resolve("/ceramic/events"))
              .POST(HttpRequest.BodyPublishers.ofString("{\"data\":\"" + car(written) + "\"}"))
              .build();
      assertThat(http.send(write, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(204);
      node.destroy();
      assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(node.exitValue()).as(Files.readString(output)).isZero();
      assertThat(Files.readString(output))
          .contains("starting api server at address 127.0.0.1:" + port)
          .contains("events are verified all the same");
    } finally {
      node.destroyForcibly().waitFor();
    }
  }

  private List<String> line(int port) {
    return List.of(
        distribution.command().resolveSibling("ceramic-one").toString(),
        "daemon",
        "--store-dir",
        store.toString(),
        "--p2p-key-dir",
        store.toString(),
        "--bind-address",
        "127.0.0.1:" + port,
        "--metrics-bind-address",
        "127.0.0.1:0",
        "--swarm-addresses",
        "/ip4/127.0.0.1/tcp/0",
        "--network",
        "in-memory",
        "--local-network-id",
        "0",
        "--event-validation",
        "false");
  }

  private Distribution.Answer run(String command, int port)
      throws IOException, InterruptedException {
    List<String> words = line(port);
    String[] arguments = words.toArray(String[]::new);
    arguments[0] = command; // by bin/kiln, as bin/ceramic-one does
    return distribution.run(Map.of(), 60, arguments);
  }

  private static void awaitId(HttpClient http, URI url, Process node, Path output)
      throws IOException, InterruptedException {
    HttpRequest ask =
        HttpRequest.newBuilder(url.resolve("/api/v0/id"))
            .timeout(Duration.ofSeconds(5))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    String last = "nothing";
    while (System.nanoTime() < end) {
      if (node.waitFor(50, TimeUnit.MILLISECONDS)) {
        break;
      }
      try {
        HttpResponse<String> answer = http.send(ask, HttpResponse.BodyHandlers.ofString());
        last = answer.body();
        if (answer.statusCode() == 200) {
          assertThat(last).contains("\"AgentVersion\":\"ceramic-one/");
          return;
        }
      } catch (IOException e) {
        last = e.toString(); // nobody listens yet
      }
    }
    throw new AssertionError(last + ": " + Files.readString(output));
  }

  private static String get(HttpClient http, URI url) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static Block init(String unique) {
    return Block.of(
        Cid.DAG_CBOR,
        DagCbor.encode(
            Ipld.map(
                "data",
                Ipld.NULL,
                "header",
                Ipld.map(
                    "sep",
                    Ipld.of("model"),
                    "model",
                    new Ipld.Bytes(MODEL.bytes()),
                    "unique",
                    new Ipld.Bytes(unique.getBytes(StandardCharsets.US_ASCII)),
                    "controllers",
                    Ipld.list(Ipld.of(CONTROLLER))))));
  }

  private static String car(Block block) {
    return Multibase.BASE64.encode(new Car(List.of(block.cid()), List.of(block)).write());
  }

  /** The columns of ceramic-one's tables that tell of an event, as its release 0.58 has them. */
  private void leave(Block event) throws SQLException {
    byte[] cid = event.cid().bytes();
    byte[] multihash = Arrays.copyOfRange(cid, 2, cid.length);
    EventId key =
        EventId.of(
            NetworkId.INMEMORY, "model", MODEL.bytes(), CONTROLLER, event.cid(), event.cid());
    try (Connection one =
        DriverManager.getConnection("jdbc:sqlite:" + store.resolve("db.sqlite3"))) {
      put(one, "CREATE TABLE ceramic_one_block (multihash BLOB PRIMARY KEY, bytes BLOB)");
      put(
          one,
          "CREATE TABLE ceramic_one_event"
              + " (order_key BLOB UNIQUE, cid BLOB PRIMARY KEY, delivered INTEGER UNIQUE)");
      put(
          one,
          "CREATE TABLE ceramic_one_event_block"
              + " (event_cid BLOB, block_multihash BLOB, codec INTEGER, idx INTEGER, root BOOL)");
      put(one, "CREATE TABLE ceramic_one_interest (order_key BLOB PRIMARY KEY)");
      put(one, "INSERT INTO ceramic_one_event VALUES (?,?,?)", key.bytes(), cid, 1);
      put(one, "INSERT INTO ceramic_one_block VALUES (?,?)", multihash, event.data());
      put(one, "INSERT INTO ceramic_one_event_block VALUES (?,?,113,0,1)", cid, multihash);
    }
  }

  private static void put(Connection one, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = one.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.execute();
    }
  }
}
