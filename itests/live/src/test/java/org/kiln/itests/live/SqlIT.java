package org.kiln.itests.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.duckdb.DuckDBDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/** The ways out of SQL beside Flight: HTTP, the command line, files. One node for all of them. */
class SqlIT {
  private static final Distribution KILN = Distribution.find();
  private static final int MODEL = 2;
  private static final int INSTANCE = 3;
  private static final String STATES =
      "SELECT event_state_order, lower(hex(event_cid)) AS cid, data::VARCHAR AS data"
          + " FROM event_states ORDER BY 1";

  private final Author author = new Author(new byte[32]);
  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir Path data;
  @TempDir Path files;

  private StreamId model;
  private NodeProcess node;

  private StreamId created(V0Client client, int type, SignedEvent event) throws Exception {
    V0Client.Answer answer = client.create(type, event);
    assertThat(answer.ok()).as(answer.text()).isTrue();
    return StreamId.parse(answer.body().path("streamId").asText());
  }

  private void write(V0Client client, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      Ipld content = Ipld.map("name", Ipld.of("loaf \u00e9 " + i));
      created(client, INSTANCE, author.instance(model, content, "loaf" + i));
    }
  }

  private HttpRequest.Builder asked(URI where, String path, String sql) {
    return HttpRequest.newBuilder(
        where.resolve(path + "?sql=" + URLEncoder.encode(sql, StandardCharsets.UTF_8)));
  }

  @Test
  void shouldAnswerPushAndExport() throws Exception {
    node =
        NodeProcess.start(
            KILN,
            data,
            "--set",
            "sql.address=127.0.0.1:0",
            "--set",
            "sql.http=true",
            "--set",
            "network.enabled=false",
            "--set",
            "anchor.enabled=false",
            "--set",
            "http.rehearsal-seconds=0");
    try (V0Client client = new V0Client(node.url())) {
      node.awaitSqlAddress();
      model =
          created(
              client,
              MODEL,
              author.model(
                  "Loaf",
                  Ipld.map("name", Ipld.map("type", Ipld.of("string"), "maxLength", Ipld.of(80))),
                  "list"));
      write(client, 0, 5);
      answersOverHttp();
      pushesWhatComes(client);
      answersTheCommandLine();
      exportsAndAdds(client);
      assertThat(node.stop()).isZero();
      assertThat(node.complaints()).isEmpty();
    } finally {
      node.close();
    }
  }

  private void answersOverHttp() throws Exception {
    HttpResponse<String> rows =
        http.send(
            asked(
                    node.oneUrl(),
                    "/ceramic/query",
                    "SELECT data FROM event_states WHERE stream_type = 3 ORDER BY event_state_order"
                        + " LIMIT 1")
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(rows.statusCode()).as(rows.body()).isEqualTo(200);
    assertThat(rows.body()).contains("\"content\":{\"name\":\"loaf \u00e9 0\"}").endsWith("}\n");
    HttpResponse<byte[]> arrow =
        http.send(
            asked(node.oneUrl(), "/ceramic/query", "SELECT event_cid FROM conclusion_events")
                .header("Accept", "application/vnd.apache.arrow.stream")
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    // The mark that begins each message of a stream of Arrow, and that ends the stream.
    assertThat(arrow.body())
        .startsWith(0xff, 0xff, 0xff, 0xff)
        .endsWith(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);
    HttpResponse<String> refused =
        http.send(
            asked(node.oneUrl(), "/ceramic/query", "DROP TABLE event_states")
                .header("Accept", "application/problem+json")
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("sql-forbidden", "read-only");
    // Whoever has no credential is answered there alone.
    assertThat(
            http.send(
                    asked(node.url(), "/admin/query", "SELECT 1").build(),
                    HttpResponse.BodyHandlers.discarding())
                .statusCode())
        .isEqualTo(401);
    assertThat(
            http.send(
                    asked(node.url(), "/ceramic/query", "SELECT 1").build(),
                    HttpResponse.BodyHandlers.discarding())
                .statusCode())
        .isEqualTo(404);
  }

  private void pushesWhatComes(V0Client client) throws Exception {
    String feed =
        "SELECT event_state_order, data->'content'->>'name' AS name FROM event_states_feed"
            + " WHERE stream_type = 3 LIMIT 7";
    HttpResponse<Stream<String>> pushed =
        http.send(
            asked(node.oneUrl(), "/ceramic/query", feed)
                .header("Accept", "text/event-stream")
                .build(),
            HttpResponse.BodyHandlers.ofLines());
    List<String> lines = new ArrayList<>();
    try (Stream<String> all = pushed.body()) {
      Iterator<String> line = all.iterator();
      while (lines.stream().filter(one -> one.startsWith("data: ")).count() < 5) {
        lines.add(line.next());
      }
      write(client, 5, 7);
      line.forEachRemaining(lines::add);
    }
    List<String> rows = lines.stream().filter(one -> one.startsWith("data: {\"event")).toList();
    assertThat(rows).hasSize(7);
    assertThat(rows.get(6)).contains("loaf \u00e9 6");
    assertThat(lines).contains("id: 2", "id: 8", "event: end", "id: end");
  }

  private void answersTheCommandLine() throws Exception {
    Distribution.Answer table =
        KILN.run("query", "--data", data.toString(), "SELECT count(*) AS n FROM event_states");
    assertThat(table.exitCode()).as(table.output()).isZero();
    assertThat(table.output()).startsWith("n\n-\n8\n");
    Distribution.Answer followed =
        KILN.run(
            "query",
            "--url",
            node.oneUrl().toString(),
            "--format",
            "json",
            "--follow",
            "--after",
            "6",
            "SELECT event_state_order FROM event_states_feed LIMIT 2");
    assertThat(followed.output())
        .isEqualTo("{\"event_state_order\":7}\n{\"event_state_order\":8}\n");
    Distribution.Answer wrong = KILN.run("query", "--data", data.toString(), "SELECT nope");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.output()).contains("nope");
  }

  private void exportsAndAdds(V0Client client) throws Exception {
    export("8 rows, 8 of them new");
    write(client, 7, 9);
    // As when it was killed under way: what is beyond the manifest does not count.
    Path folder = files.resolve("event_states/model=" + model + "/day=2026-01-31");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("000000000009-000000000009.parquet"), "not whole");
    export("10 rows, 2 of them new");
    export("10 rows, 0 of them new");
    List<String> exported = new ArrayList<>();
    try (Connection reader = new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
        Statement statement = reader.createStatement()) {
      statement.execute(
          "CREATE VIEW event_states AS SELECT * FROM read_parquet('"
              + files
              + "/event_states/**/*.parquet', hive_partitioning = true)");
      read(statement, STATES, exported);
      List<String> models = new ArrayList<>();
      read(statement, "SELECT count(*), model, '' FROM event_states GROUP BY 2 ORDER BY 1", models);
      assertThat(models).containsExactly("1," + StreamId.MODEL + ",", "9," + model + ",");
    }
    Distribution.Answer there =
        KILN.run("query", "--data", data.toString(), "--format", "csv", STATES);
    List<String> rows = there.output().lines().skip(1).toList();
    assertThat(rows).hasSize(10);
    assertThat(exported).hasSize(10);
    for (int i = 0; i < rows.size(); i++) {
      String[] cells = rows.get(i).split(",", 3);
      String json = cells[2].substring(1, cells[2].length() - 1).replace("\"\"", "\"");
      assertThat(exported.get(i)).isEqualTo(cells[0] + "," + cells[1] + "," + json);
    }
  }

  private static void read(Statement statement, String sql, List<String> into) throws Exception {
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        into.add(rows.getString(1) + "," + rows.getString(2) + "," + rows.getString(3));
      }
    }
  }

  private void export(String said) throws Exception {
    Distribution.Answer answer = KILN.run("export", "--data", data.toString(), files.toString());
    assertThat(answer.exitCode()).as(answer.output()).isZero();
    assertThat(answer.output()).contains("event_states: " + said);
  }
}
