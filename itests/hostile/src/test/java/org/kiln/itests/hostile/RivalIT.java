package org.kiln.itests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.DagCbor;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/** Every route that writes, with the same input from many at once, while batches are anchored. */
class RivalIT {
  private static final int TILE = 0;
  private static final int MODEL = 2;
  private static final int DOCUMENT = 3;
  private static final int TIME = 2;
  private static final int AT_MOST = 32;
  private static final long LIMIT_SECONDS = 60;
  private static final Author AUTHOR =
      new Author("an author of 32 bytes, a rival's".getBytes(StandardCharsets.US_ASCII));

  @TempDir static Path data;

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static NodeProcess node;
  private static V0Client client;

  @BeforeAll
  static void start() throws Exception {
    node =
        NodeProcess.start(
            Distribution.find(),
            data,
            "--set",
            "anchor.batch-interval-ms=30",
            "--set",
            "anchor.service.clients=anonymous",
            "--set",
            "admin.dids=" + AUTHOR.did(),
            "--set",
            "http.rehearsal-seconds=0");
    client = new V0Client(node.url());
  }

  @AfterAll
  static void stop() throws Exception {
    if (node != null) {
      client.close();
      List<String> complaints = node.complaints();
      int code = node.stop();
      node.close();
      assertThat(complaints).isEmpty();
      assertThat(code).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8, 32})
  void shouldCreateOneStreamForAll(int rivals) throws Exception {
    for (int round = 0; round < 4; round++) {
      String name = rivals + " rivals, round " + round;
      SignedEvent model = model(name, "list");
      StreamId modelId = StreamId.of(MODEL, model.cid());
      oneStream(rivals, modelId, () -> create(MODEL, model.wire()));

      SignedEvent tile = AUTHOR.tile(Ipld.map("n", Ipld.of(0)), name);
      oneStream(rivals, StreamId.of(TILE, tile.cid()), () -> create(TILE, tile.wire()));

      SignedEvent document = AUTHOR.instance(modelId, Ipld.map("n", Ipld.of(0)), name);
      oneStream(
          rivals, StreamId.of(DOCUMENT, document.cid()), () -> create(DOCUMENT, document.wire()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8, 32})
  void shouldMakeOneStreamOfAGenesisThatAllDerive(int rivals) throws Exception {
    StreamId model = created(MODEL, model("single for " + rivals, "single"));
    Genesis posted = new Genesis(AUTHOR, model);
    oneStream(rivals, posted.stream(), () -> create(DOCUMENT, posted.wire()));

    StreamId other = created(MODEL, model("asked for by " + rivals, "single"));
    Genesis asked = new Genesis(AUTHOR, other);
    List<V0Client.Answer> answers =
        atOnce(
            rivals,
            () -> {
              ObjectNode body = JsonNodeFactory.instance.objectNode();
              ObjectNode query = body.putArray("queries").addObject();
              query.put("streamId", asked.stream().toString());
              query.set("genesis", asked.wire());
              return client.post("/api/v0/multiqueries", body);
            });
    for (V0Client.Answer answer : answers) {
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      JsonNode state = answer.body().path(asked.stream().toString());
      assertThat(state.path("log").path(0).path("cid").asText())
          .as(answer.text())
          .isEqualTo(asked.stream().init().toString());
    }
    assertThat(log(asked.stream())).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8, 32})
  void shouldTakeAnUpdateOnce(int rivals) throws Exception {
    StreamId tile = created(TILE, AUTHOR.tile(Ipld.map("n", Ipld.of(0)), "updated by " + rivals));
    for (int n = 1; n <= 8; n++) {
      awaitAnchored(tile);
      Cid tip = tip(tile);
      SignedEvent update = AUTHOR.replace(tile, tip, "n", Ipld.of(n));
      for (V0Client.Answer answer : atOnce(rivals, () -> apply(tile, update, true))) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body().at("/state/next/content/n").asInt(-1)).isIn(n, -1);
      }
      assertThat(log(tile)).hasSize(n + 1).endsWith(update.cid().toString());
    }
  }

  /** Only one can follow the tip; the others are told so and nothing of theirs is kept. */
  @ParameterizedTest
  @ValueSource(ints = {2, 8, 32})
  void shouldTakeOneOfManyUpdatesOfATip(int rivals) throws Exception {
    for (int round = 0; round < 4; round++) {
      StreamId tile =
          created(
              TILE, AUTHOR.tile(Ipld.map("n", Ipld.of(0)), rivals + " differ in round " + round));
      List<Callable<V0Client.Answer>> calls = new ArrayList<>();
      for (int i = 0; i < rivals; i++) {
        SignedEvent update = AUTHOR.replace(tile, tile.init(), "n", Ipld.of(i + 1));
        calls.add(() -> apply(tile, update, true));
      }
      List<V0Client.Answer> answers = atOnce(calls);
      List<V0Client.Answer> taken = answers.stream().filter(V0Client.Answer::ok).toList();
      // None when the stream was anchored just before all of them.
      assertThat(taken).hasSizeLessThanOrEqualTo(1);
      assertThat(answers)
          .filteredOn(answer -> !answer.ok())
          .allSatisfy(
              answer -> {
                assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
                assertThat(answer.text()).contains("stale state");
              });
      assertThat(log(tile)).hasSize(1 + taken.size());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8, 32})
  void shouldAnchorOnceWhatAllAskFor(int rivals) throws Exception {
    SignedEvent init = AUTHOR.tile(Ipld.map("n", Ipld.of(0)), "anchored by " + rivals);
    StreamId tile = StreamId.of(TILE, init.cid());
    assertThat(client.create(TILE, init).ok()).isTrue();
    ObjectNode nothing = JsonNodeFactory.instance.objectNode();
    for (V0Client.Answer answer :
        atOnce(rivals, () -> client.post("/api/v0/streams/" + tile + "/anchor", nothing))) {
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }
    awaitAnchored(tile);
    assertThat(times(tile)).isEqualTo(1);

    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("streamId", tile.toString()).put("cid", tile.init().toString());
    request.put("timestamp", "2026-01-01T00:00:00.000Z");
    List<V0Client.Answer> tickets = atOnce(rivals, () -> client.post("/api/v0/requests", request));
    assertThat(tickets)
        .allSatisfy(answer -> assertThat(answer.status()).as(answer.text()).isIn(201, 202));
    assertThat(tickets).filteredOn(answer -> answer.status() == 201).hasSize(1);
    assertThat(tickets.stream().map(answer -> answer.body().path("id").asText()).distinct())
        .hasSize(1);
  }

  @Test
  void shouldPinAndUnpinTogether() throws Exception {
    StreamId tile = created(TILE, AUTHOR.tile(Ipld.map("n", Ipld.of(0)), "pinned"));
    for (int rivals : new int[] {2, AT_MOST}) {
      for (String method : List.of("POST", "DELETE")) {
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < rivals; i++) {
          String jws = admin("/api/v0/admin/pins");
          URI url = node.url().resolve("/api/v0/admin/pins/" + tile);
          HttpRequest request =
              HttpRequest.newBuilder(url)
                  .header("Authorization", "Basic " + jws)
                  .method(method, HttpRequest.BodyPublishers.noBody())
                  .build();
          calls.add(() -> HTTP.send(request, BodyHandlers.discarding()).statusCode());
        }
        assertThat(atOnce(calls)).containsOnly(200);
      }
    }
    assertThat(client.load(tile).ok()).isTrue();
  }

  private static String admin(String path) throws Exception {
    String code = client.get("/api/v0/admin/getCode").body().path("code").asText();
    return AUTHOR.compact("{\"code\":\"" + code + "\",\"requestPath\":\"" + path + "\"}");
  }

  private static void oneStream(int rivals, StreamId stream, Callable<V0Client.Answer> call)
      throws Exception {
    for (V0Client.Answer answer : atOnce(rivals, call)) {
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.body().path("streamId").asText()).isEqualTo(stream.toString());
    }
    assertThat(log(stream)).containsExactly(stream.init().toString());
    awaitAnchored(stream);
    assertThat(times(stream)).isEqualTo(1);
  }

  private static V0Client.Answer create(int type, JsonNode genesis) throws Exception {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("type", type);
    body.set("genesis", genesis);
    body.putObject("opts").put("anchor", true).put("publish", false);
    return client.post("/api/v0/streams", body);
  }

  private static StreamId created(int type, SignedEvent init) throws Exception {
    V0Client.Answer answer = create(type, init.wire());
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return StreamId.of(type, init.cid());
  }

  private static V0Client.Answer apply(StreamId stream, SignedEvent event, boolean anchor)
      throws Exception {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("streamId", stream.toString());
    body.set("commit", event.wire());
    body.putObject("opts").put("anchor", anchor).put("publish", false);
    return client.post("/api/v0/commits", body);
  }

  private static SignedEvent model(String name, String relation) {
    return AUTHOR.model(name, Ipld.map("n", Ipld.map("type", Ipld.of("integer"))), relation);
  }

  /** The CIDs of a stream's log without its time events. */
  private static List<String> log(StreamId stream) throws Exception {
    List<String> cids = new ArrayList<>();
    for (JsonNode entry : client.load(stream).body().at("/state/log")) {
      if (entry.path("type").asInt() != TIME) {
        cids.add(entry.path("cid").asText());
      }
    }
    return cids;
  }

  private static int times(StreamId stream) throws Exception {
    return client.load(stream).body().at("/state/log").size() - log(stream).size();
  }

  private static Cid tip(StreamId stream) throws Exception {
    JsonNode log = client.load(stream).body().at("/state/log");
    return Cid.parse(log.path(log.size() - 1).path("cid").asText());
  }

  private static <T> List<T> atOnce(int rivals, Callable<T> call) throws Exception {
    List<Callable<T>> calls = new ArrayList<>();
    for (int i = 0; i < rivals; i++) {
      calls.add(call);
    }
    return atOnce(calls);
  }

  private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
    CyclicBarrier begin = new CyclicBarrier(calls.size());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> answers = new ArrayList<>();
      for (Callable<T> call : calls) {
        answers.add(
            threads.submit(
                () -> {
                  begin.await(LIMIT_SECONDS, TimeUnit.SECONDS);
                  return call.call();
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> answer : answers) {
        results.add(answer.get());
      }
      return results;
    }
  }

  /** The unsigned init event of an account's only document of a model. */
  private record Genesis(Author author, StreamId model) {
    StreamId stream() {
      Ipld header =
          Ipld.map(
              "controllers", Ipld.list(Ipld.of(author.did())),
              "model", new Ipld.Bytes(model.bytes()),
              "sep", Ipld.of("model"));
      Block block =
          Block.of(Cid.DAG_CBOR, DagCbor.encode(Ipld.map("data", Ipld.NULL, "header", header)));
      return StreamId.of(DOCUMENT, block.cid());
    }

    ObjectNode wire() {
      ObjectNode genesis = JsonNodeFactory.instance.objectNode();
      genesis.putNull("data");
      ObjectNode header = genesis.putObject("header");
      header.putArray("controllers").add(author.did());
      header.put("model", Base64.getEncoder().withoutPadding().encodeToString(model.bytes()));
      header.put("sep", "model");
      return genesis;
    }
  }

  private static void awaitAnchored(StreamId stream) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!client.load(stream).body().at("/state/anchorStatus").asText().equals("ANCHORED")) {
      assertThat(System.nanoTime()).as(stream + " is not anchored").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }
}
