package org.kiln.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.fixtures.PostgresServer;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Await;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.V0Client;
import org.kiln.itests.harness.V0Client.Answer;

/**
 * The node with its index in PostgreSQL: writes go on while the database is gone, queries say so,
 * and what both had when they died is what a query finds.
 */
class PostgresIndexIT {
  private static final String MODEL_DATA = "/api/v0/admin/modelData";

  @TempDir private Path folder;
  private final Author author = new Author(new byte[32]);
  private final List<Integer> written = new ArrayList<>();
  private String model;

  @Test
  void shouldOutliveTheDatabaseAndTheNode() throws Exception {
    Optional<PostgresServer> found = PostgresServer.start();
    assumeTrue(found.isPresent(), PostgresServer.MISSING);
    try (PostgresServer server = found.get()) {
      try (NodeProcess node = start(server.url());
          V0Client client = new V0Client(node.url())) {
        index(client);
        create(client, 5);
        assertThat(sorted(client)).isEqualTo(written.reversed());

        server.end();
        create(client, 3);
        Answer gone = client.post("/api/v0/collection", query());
        assertThat(gone.status()).as(gone.text()).isEqualTo(503);
        assertThat(gone.text()).contains("refused");
        server.begin();
        assertThat(sorted(client)).isEqualTo(written.reversed());

        create(client, 3);
        node.kill();
      }
      // PostgreSQL's other name for the same.
      try (NodeProcess node = start(server.url().replace("postgresql:", "postgres:"));
          V0Client client = new V0Client(node.url())) {
        assertThat(sorted(client)).isEqualTo(written.reversed());
        assertThat(node.stop()).isZero();
      }
    }
  }

  private NodeProcess start(String url) throws IOException, InterruptedException {
    return NodeProcess.start(
        Distribution.find(),
        folder.resolve("node"),
        "--set",
        "admin.dids=" + author.did(),
        "--set",
        "index.url=" + url);
  }

  private void index(V0Client client) throws IOException, InterruptedException {
    Ipld.Map number = Ipld.map("type", Ipld.of("integer"));
    Answer made = client.create(2, author.model("Counted", Ipld.map("n", number), "list"));
    model = made.body().get("streamId").asText();
    String code = client.get("/api/v0/admin/getCode").body().get("code").asText();
    String request =
        String.format(
            "{\"code\":\"%s\",\"requestPath\":\"%s\",\"requestBody\":{\"modelData\":[{\"streamID\":\"%s\","
                + "\"indices\":[{\"fields\":[{\"path\":[\"n\"]}]}]}]}}",
            code, MODEL_DATA, model);
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("jws", author.compact(request));
    Answer indexed = client.post(MODEL_DATA, body);
    assertThat(indexed.ok()).as(indexed.text()).isTrue();
  }

  private void create(V0Client client, int number) throws IOException, InterruptedException {
    for (int i = 0; i < number; i++) {
      int n = written.size();
      Ipld content = Ipld.map("n", Ipld.of(n));
      Answer made = client.create(3, author.instance(StreamId.parse(model), content, "u" + n));
      assertThat(made.ok()).as(made.text()).isTrue();
      written.add(n);
    }
  }

  private ObjectNode query() {
    ObjectNode query = JsonNodeFactory.instance.objectNode().put("first", 100);
    query.putArray("models").add(model);
    query.putObject("sorting").put("n", "DESC");
    return query;
  }

  /** The values, largest first; until the index is there again it may say that it is not. */
  private List<Integer> sorted(V0Client client) throws IOException, InterruptedException {
    Answer[] answer = new Answer[1];
    Await.until(
        "the index answers",
        () -> {
          answer[0] = client.post("/api/v0/collection", query());
          return answer[0].status() != 503;
        });
    assertThat(answer[0].status()).as(answer[0].text()).isEqualTo(200);
    List<Integer> found = new ArrayList<>();
    for (JsonNode edge : answer[0].body().get("edges")) {
      found.add(edge.get("node").get("content").get("n").asInt());
    }
    return found;
  }
}
