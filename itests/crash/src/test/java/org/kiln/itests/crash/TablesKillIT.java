package org.kiln.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Await;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/**
 * However often the node is killed while the tables of SQL are written, they hold every event once,
 * and of every stream what its state says.
 */
class TablesKillIT {
  private static final int ROUNDS = Integer.getInteger("kiln.crash.tables-rounds", 1);
  private static final int CLIENTS = 4;
  private static final int EVENTS_A_ROUND = 100;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private final Author author = new Author(new byte[32]);
  private final Writer tiles = new Writer();

  /** Events of documents that were acknowledged. */
  private final Set<String> events = ConcurrentHashMap.newKeySet();

  private final Set<StreamId> documents = ConcurrentHashMap.newKeySet();
  private StreamId model;

  @Test
  void shouldHoldEverythingOnceWheneverItIsKilled() throws Exception {
    Path data = folder.resolve("node");
    for (int round = 0; round < ROUNDS; round++) {
      try (NodeProcess node = start(data)) {
        node.awaitSqlAddress();
        write(node);
      }
    }
    try (NodeProcess node = start(data);
        V0Client client = new V0Client(node.url())) {
      node.awaitSqlAddress();
      Await.until("SQL is answered", () -> client.get(query("SELECT 1 AS one")).status() == 200);
      assertThat(Writer.broken(node.url(), tiles.streams())).isEmpty();
      checkEvents(client);
      checkStreams(client);
      assertThat(node.complaints()).isEmpty();
      assertThat(node.stop()).isZero();
    }
  }

  private NodeProcess start(Path data) throws IOException, InterruptedException {
    return NodeProcess.start(
        Distribution.find(),
        data,
        "--set",
        "sql.address=127.0.0.1:0",
        "--set",
        "sql.http=true",
        "--set",
        "one.beside-v0=true");
  }

  /** Writes tiles and documents, and kills the node under way. */
  private void write(NodeProcess node) throws Exception {
    try (V0Client client = new V0Client(node.url())) {
      if (model == null) {
        Ipld.Map number = Ipld.map("type", Ipld.of("integer"));
        model = create(client, 2, author.model("Counted", Ipld.map("n", number), "list"));
      }
    }
    int before = events.size() + tiles.acknowledged();
    Thread writer = Thread.ofPlatform().start(() -> writeDocuments(node));
    try (Writer.Run run = tiles.start(node.url(), CLIENTS)) {
      Await.until(
          "the clients are under way",
          () -> events.size() + tiles.acknowledged() > before + EVENTS_A_ROUND);
      node.kill();
    }
    writer.join();
  }

  /** Until the node is gone; what was not acknowledged may be there or not. */
  private void writeDocuments(NodeProcess node) {
    try (V0Client client = new V0Client(node.url())) {
      while (true) {
        int number = documents.size();
        Ipld content = Ipld.map("n", Ipld.of(number));
        String unique = node.pid() + " " + number;
        StreamId stream = create(client, 3, author.instance(model, content, unique));
        documents.add(stream);
        SignedEvent update = author.replace(stream, stream.init(), "n", Ipld.of(number + 1));
        if (client.apply(stream, update).ok()) {
          events.add(update.cid().toString());
        }
      }
    } catch (IOException e) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private StreamId create(V0Client client, int type, SignedEvent init)
      throws IOException, InterruptedException {
    V0Client.Answer made = client.create(type, init);
    assertThat(made.ok()).as(made.text()).isTrue();
    StreamId stream = StreamId.parse(made.body().get("streamId").asText());
    events.add(stream.init().toString());
    return stream;
  }

  private void checkEvents(V0Client client) throws IOException, InterruptedException {
    List<JsonNode> rows =
        ask(
            client,
            "SELECT e.conclusion_event_order AS n, s.event_state_order AS s,"
                + " cid_string(e.event_cid) AS cid, len(s.validation_errors) AS errors FROM"
                + " conclusion_events e FULL JOIN event_states s ON s.event_cid = e.event_cid ORDER"
                + " BY 1");
    List<Long> all = LongStream.rangeClosed(1, rows.size()).boxed().toList();
    assertThat(rows.stream().map(row -> row.get("n").asLong())).isEqualTo(all);
    assertThat(rows.stream().map(row -> row.get("s").asLong())).isEqualTo(all);
    assertThat(rows).allMatch(row -> row.get("errors").asInt() == 0);
    assertThat(rows.stream().map(row -> row.get("cid").asText()))
        .doesNotHaveDuplicates()
        .containsAll(events);
  }

  private void checkStreams(V0Client client) throws IOException, InterruptedException {
    List<JsonNode> rows =
        ask(
            client,
            "SELECT s.stream_id AS id, cid_string(s.event_cid) AS tip, event_height AS height,"
                + " t.tips = [s.event_cid] AS only FROM stream_states s LEFT JOIN stream_tips t"
                + " ON t.stream_id = s.stream_id");
    assertThat(rows).allMatch(row -> row.get("only").asBoolean());
    Map<String, JsonNode> byId =
        rows.stream().collect(Collectors.toMap(row -> row.get("id").asText(), Function.identity()));
    List<StreamId> promised = new ArrayList<>(documents);
    promised.add(model);
    tiles.streams().forEach(tile -> promised.add(tile.stream()));
    for (StreamId stream : promised) {
      JsonNode log = client.load(stream).body().path("state").path("log");
      JsonNode row = byId.get(stream.toString());
      assertThat(row).as(stream.toString()).isNotNull();
      assertThat(row.get("tip").asText()).isEqualTo(log.get(log.size() - 1).get("cid").asText());
      assertThat(row.get("height").asInt()).isEqualTo(log.size() - 1);
    }
    assertThat(ask(client, "SELECT _stream_id AS id FROM model.Counted"))
        .extracting(row -> row.get("id").asText())
        .doesNotHaveDuplicates()
        .containsAll(documents.stream().map(StreamId::toString).toList());
  }

  private static List<JsonNode> ask(V0Client client, String sql)
      throws IOException, InterruptedException {
    V0Client.Answer answer = client.get(query(sql));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    List<JsonNode> rows = new ArrayList<>();
    for (String line : answer.text().lines().toList()) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  private static String query(String sql) {
    return "/ceramic/query?format=json&sql=" + URLEncoder.encode(sql, StandardCharsets.UTF_8);
  }
}
