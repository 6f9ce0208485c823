package org.kiln.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.kiln.itests.harness.V0Client.Answer;

/**
 * However often the node is killed, what a query finds is what the states say: every document that
 * was acknowledged, once, by the content it has now; also when the index is made anew, because it
 * is damaged.
 */
class IndexKillIT {
  private static final int ROUNDS = Integer.getInteger("kiln.crash.index-rounds", 2);
  private static final int CLIENTS = 4;
  private static final int LONGEST_RUN_MS = 800;
  private static final int VALUES = 5;
  private static final int PAGE = 4096;
  private static final String ADVICE = "stop the node and run 'kiln rebuild --index'";
  private static final String MODEL_DATA = "/api/v0/admin/modelData";

  @TempDir private Path folder;

  private final Author author = new Author(new byte[32]);
  private final Random random = new Random(12);
  private final AtomicInteger serial = new AtomicInteger();

  /** The documents that were acknowledged, with the value that was acknowledged last. */
  private final Map<StreamId, Integer> documents = new ConcurrentHashMap<>();

  /** What those may have as well whose last change nobody heard an answer to. */
  private final Map<StreamId, Integer> asked = new ConcurrentHashMap<>();

  private StreamId model;

  @Test
  void shouldFindWhatTheStatesSayWheneverItIsKilled() throws Exception {
    Path data = folder.resolve("node");
    try (NodeProcess first = start(data);
        V0Client client = new V0Client(first.url())) {
      model = index(client);
    }
    for (int round = 0; round < ROUNDS; round++) {
      try (NodeProcess node = start(data)) {
        int before = documents.size();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
          writers.add(Thread.ofPlatform().start(() -> write(node)));
        }
        Await.until("the clients are under way", () -> documents.size() > before);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_RUN_MS));
        node.kill();
        for (Thread writer : writers) {
          writer.join();
        }
      }
      try (NodeProcess node = start(data);
          V0Client client = new V0Client(node.url())) {
        check(client);
        assertThat(node.complaints()).isEmpty();
        assertThat(node.stop()).isZero();
      }
    }
    damage(data.resolve("index/documents.sqlite"));
    try (NodeProcess node = start(data);
        V0Client client = new V0Client(node.url())) {
      refuses(client);
      Distribution.Answer told =
          Distribution.find()
              .run("index", "--data", data.toString(), "--http", node.url().getAuthority());
      assertThat(told.output()).contains(ADVICE);
      assertThat(node.log()).contains(ADVICE);
      assertThat(node.stop()).isZero();
    }
    Distribution.Answer rebuilt =
        Distribution.find()
            .run("rebuild", "--index", "--data", data.toString(), "--network", "inmemory");
    assertThat(rebuilt.exitCode()).as(rebuilt.output()).isZero();
    assertThat(rebuilt.output()).contains("100 %").contains(" documents of 1 models");
    try (NodeProcess node = start(data);
        V0Client client = new V0Client(node.url())) {
      check(client);
    }
  }

  /** In the pages of documents: which models are indexed can still be read. */
  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int harm = 0;
    for (int at = 0; at < bytes.length; at += PAGE) {
      if (new String(bytes, at, PAGE, StandardCharsets.ISO_8859_1).contains("did:key:")) {
        Arrays.fill(bytes, at, at + PAGE / 2, (byte) 0x55);
        harm++;
      }
    }
    assertThat(harm).isPositive();
    Files.write(file, bytes);
  }

  /** Nothing is answered from a damaged index, and nothing that is written is held up by it. */
  private void refuses(V0Client client) throws IOException, InterruptedException {
    Answer[] answer = new Answer[1];
    Await.until(
        "the damage is found",
        () -> {
          answer[0] = client.post("/api/v0/collection/count", query());
          return answer[0].text().contains(ADVICE);
        });
    assertThat(answer[0].status()).as(answer[0].text()).isEqualTo(503);
    int number = serial.incrementAndGet();
    Ipld content = Ipld.map("n", Ipld.of(number % VALUES));
    Answer made = client.create(3, author.instance(model, content, "unique" + number));
    assertThat(made.ok()).as(made.text()).isTrue();
    StreamId stream = StreamId.parse(made.body().get("streamId").asText());
    documents.put(stream, number % VALUES);
    asked.put(stream, number % VALUES);
  }

  private NodeProcess start(Path data) throws IOException, InterruptedException {
    return NodeProcess.start(Distribution.find(), data, "--set", "admin.dids=" + author.did());
  }

  private StreamId index(V0Client client) throws IOException, InterruptedException {
    Ipld.Map number = Ipld.map("type", Ipld.of("integer"));
    Answer made = client.create(2, author.model("Counted", Ipld.map("n", number), "list"));
    assertThat(made.ok()).as(made.text()).isTrue();
    String id = made.body().get("streamId").asText();
    String code = client.get("/api/v0/admin/getCode").body().get("code").asText();
    String request =
        "{\"code\":\"%s\",\"requestPath\":\"%s\",\"requestBody\":{\"modelData\":[{\"streamID\":\"%s\",\"indices\":[{\"fields\":[{\"path\":[\"n\"]}]}]}]}}"
            .formatted(code, MODEL_DATA, id);
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("jws", author.compact(request));
    Answer indexed = client.post(MODEL_DATA, body);
    assertThat(indexed.ok()).as(indexed.text()).isTrue();
    return StreamId.parse(id);
  }

  /** Creates documents and changes them until the node is gone. */
  private void write(NodeProcess node) {
    try (V0Client client = new V0Client(node.url())) {
      while (true) {
        int number = serial.incrementAndGet();
        Ipld content = Ipld.map("n", Ipld.of(number % VALUES));
        SignedEvent init = author.instance(model, content, "unique" + number);
        Answer made = client.create(3, init);
        if (!made.ok()) {
          return;
        }
        StreamId stream = StreamId.parse(made.body().get("streamId").asText());
        documents.put(stream, number % VALUES);
        int next = (number + 1) % VALUES;
        asked.put(stream, next);
        if (client.apply(stream, author.replace(stream, stream.init(), "n", Ipld.of(next))).ok()) {
          documents.put(stream, next);
        }
      }
    } catch (IOException e) {
      // The node is gone: what was not acknowledged may be there or not.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void check(V0Client client) throws IOException, InterruptedException {
    Map<Integer, Integer> states = new HashMap<>();
    List<StreamId> found = new ArrayList<>();
    String after = null;
    int last = -1;
    for (boolean more = true; more; ) {
      ObjectNode query = query().put("first", 100);
      query.putObject("sorting").put("n", "ASC");
      if (after != null) {
        query.put("after", after);
      }
      JsonNode page = ask(client, "/api/v0/collection", query);
      for (JsonNode edge : page.get("edges")) {
        int n = edge.get("node").get("content").get("n").asInt();
        assertThat(n).as("sorted by what the state says").isGreaterThanOrEqualTo(last);
        last = n;
        states.merge(n, 1, Integer::sum);
        StreamId stream = id(edge.get("node"));
        found.add(stream);
        if (documents.containsKey(stream)) {
          assertThat(n).as("acknowledged").isIn(documents.get(stream), asked.get(stream));
          asked.put(stream, n);
        }
      }
      after = page.get("pageInfo").path("endCursor").asText();
      more = page.get("pageInfo").get("hasNextPage").asBoolean();
    }
    assertThat(found).doesNotHaveDuplicates().containsAll(documents.keySet());
    for (int n = 0; n < VALUES; n++) {
      ObjectNode query = query();
      query.putObject("queryFilters").putObject("where").putObject("n").put("equalTo", n);
      int count = ask(client, "/api/v0/collection/count", query).get("count").asInt();
      assertThat(count).as("documents with " + n).isEqualTo(states.getOrDefault(n, 0));
    }
  }

  private ObjectNode query() {
    ObjectNode query = JsonNodeFactory.instance.objectNode();
    query.putArray("models").add(model.toString());
    return query;
  }

  private static StreamId id(JsonNode state) {
    return StreamId.of(3, Cid.parse(state.get("log").get(0).get("cid").asText()));
  }

  private static JsonNode ask(V0Client client, String path, ObjectNode query)
      throws IOException, InterruptedException {
    Answer[] answer = new Answer[1];
    // Just after the start it may say that it is not there yet; what it says then must be true.
    Await.until(
        "the index answers",
        () -> {
          answer[0] = client.post(path, query);
          return answer[0].status() != 503;
        });
    assertThat(answer[0].status()).as(answer[0].text()).isEqualTo(200);
    return answer[0].body();
  }
}
