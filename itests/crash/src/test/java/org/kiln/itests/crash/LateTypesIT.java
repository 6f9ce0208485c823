package org.kiln.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
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
 * A node killed again and again with batches in flight, while clients update what is in them; every
 * other time it starts without the types of its streams, which come a while later. No time event of
 * its own takes an acknowledged update away. More rounds: {@code -Dkiln.crash.rounds=100}.
 */
class LateTypesIT {
  private static final int ROUNDS = Integer.getInteger("kiln.crash.rounds", 4);
  private static final int CLIENTS = 4;
  private static final int UPDATES = 3;
  private static final int LONGEST_RUN_MS = 2_500;
  private static final int TILE = 0;
  private static final int MODEL = 2;
  private static final int DOCUMENT = 3;
  private static final int TIME = 2;
  private static final List<String> TYPES =
      List.of("org.kiln.type.tile", "org.kiln.type.model", "org.kiln.type.instance");

  @TempDir private Path data;

  private final Author author =
      new Author("an author of 32 bytes, not less.".getBytes(StandardCharsets.US_ASCII));
  private final HttpClient http = HttpClient.newHttpClient();
  private final Queue<Promise> promises = new ConcurrentLinkedQueue<>();
  private final Random random = new Random(10);
  private StreamId model;

  /** What was acknowledged of a stream, oldest first. */
  private record Promise(StreamId stream, List<Cid> events) {}

  @Test
  void shouldKeepEveryAcknowledgedUpdate() throws Exception {
    try (NodeProcess node = start();
        V0Client client = new V0Client(node.url())) {
      SignedEvent init = model();
      model = StreamId.of(MODEL, init.cid());
      assertThat(client.create(MODEL, init).ok()).isTrue();
      assertThat(node.stop()).isZero();
    }
    List<Promise> before = List.of();
    for (int round = 0; round < ROUNDS; round++) {
      try (NodeProcess node = start()) {
        boolean without = round % 2 == 1;
        if (without) {
          for (String type : TYPES) {
            tell(node, "POST", "/admin/plugins/" + type + "/start");
          }
        }
        awaitTypes(node);
        assertThat(broken(node, before)).as("round " + round).isEmpty();
        before = run(node, round, round % 2 == 0);
      }
    }
    if (ROUNDS % 2 == 1) {
      try (NodeProcess node = start()) {
        for (String type : TYPES) {
          tell(node, "POST", "/admin/plugins/" + type + "/start");
        }
        assertThat(node.stop()).isZero();
      }
    }
    try (NodeProcess node = start()) {
      awaitTypes(node);
      Await.until("nothing waits to be anchored", () -> idle(node));
      List<String> lost = broken(node, List.copyOf(promises));
      System.out.printf(
          "%d rounds, %d streams with %d acknowledged events, %d lost%n",
          ROUNDS,
          promises.size(),
          promises.stream().mapToInt(promise -> promise.events().size()).sum(),
          lost.size());
      assertThat(lost).isEmpty();
      assertThat(node.stop()).isZero();
    }
  }

  private NodeProcess start() throws IOException, InterruptedException {
    return NodeProcess.start(
        Distribution.find(),
        data,
        "--set",
        "anchor.batch-interval-ms=100",
        "--set",
        "anchor.poll-interval-ms=100",
        "--set",
        "plugin.org.kiln.anchor.inmemory.finalityMs=700",
        "--set",
        "http.rehearsal-seconds=0");
  }

  /** Writes for a while and kills the node; answers what it acknowledged. */
  private List<Promise> run(NodeProcess node, int round, boolean stopTypes) throws Exception {
    List<Thread> writers = new ArrayList<>();
    Queue<Promise> fresh = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < CLIENTS; i++) {
      String name = "round " + round + " client " + i;
      boolean documents = i % 2 == 1;
      writers.add(Thread.ofPlatform().start(() -> write(node, name, documents, fresh)));
    }
    Await.until("the writers are under way", () -> fresh.size() > CLIENTS);
    TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_RUN_MS));
    if (stopTypes) {
      for (String type : TYPES) {
        tell(node, "POST", "/admin/plugins/" + type + "/stop");
      }
      TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_RUN_MS));
    }
    node.kill();
    for (Thread writer : writers) {
      writer.join(60_000);
      assertThat(writer.isAlive()).isFalse();
    }
    promises.addAll(fresh);
    return List.copyOf(fresh);
  }

  /** Creates streams and updates them until the node is gone or refuses. */
  private void write(NodeProcess node, String name, boolean documents, Queue<Promise> fresh) {
    try (V0Client client = new V0Client(node.url())) {
      for (int i = 0; i < 100_000; i++) {
        int type = documents ? DOCUMENT : TILE;
        Ipld.Map content = Ipld.map("n", Ipld.of(0));
        SignedEvent init =
            documents
                ? author.instance(model, content, name + i)
                : author.tile(content, name + "/" + i);
        ObjectNode create = JsonNodeFactory.instance.objectNode().put("type", type);
        create.set("genesis", init.wire());
        create.set("opts", options(true));
        if (!client.post("/api/v0/streams", create).ok()) {
          return;
        }
        Promise promise = new Promise(StreamId.of(type, init.cid()), new ArrayList<>());
        promise.events().add(init.cid());
        fresh.add(promise);
        for (int n = 1; n <= UPDATES; n++) {
          // The tip may be a time event by now.
          Cid tip = tip(client.load(promise.stream()));
          if (tip == null) {
            return;
          }
          SignedEvent update = author.replace(promise.stream(), tip, "n", Ipld.of(n));
          ObjectNode apply = JsonNodeFactory.instance.objectNode();
          apply.put("streamId", promise.stream().toString());
          apply.set("commit", update.wire());
          apply.set("opts", options((n + i) % 2 == 0));
          V0Client.Answer answer = client.post("/api/v0/commits", apply);
          if (answer.ok()) {
            promise.events().add(update.cid());
          } else if (!answer.text().contains("stale state")) {
            return;
          }
        }
      }
    } catch (IOException e) {
      // The node was killed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ObjectNode options(boolean anchor) {
    return JsonNodeFactory.instance.objectNode().put("anchor", anchor).put("publish", false);
  }

  private static Cid tip(V0Client.Answer loaded) {
    JsonNode log = loaded.body().path("state").path("log");
    return log.isEmpty() ? null : Cid.parse(log.path(log.size() - 1).path("cid").asText());
  }

  /** Streams whose log does not begin with what was acknowledged, time events left out. */
  private static List<String> broken(NodeProcess node, List<Promise> promises)
      throws IOException, InterruptedException {
    List<String> broken = new ArrayList<>();
    try (V0Client client = new V0Client(node.url())) {
      for (Promise promise : promises) {
        V0Client.Answer answer = client.load(promise.stream());
        List<String> found = new ArrayList<>();
        for (JsonNode entry : answer.body().path("state").path("log")) {
          if (entry.path("type").asInt() != TIME) {
            found.add(entry.path("cid").asText());
          }
        }
        List<String> promised = promise.events().stream().map(Cid::toString).toList();
        // One more may have been under way when the node died.
        if (found.size() > promised.size() + 1
            || !found.subList(0, Math.min(found.size(), promised.size())).equals(promised)) {
          broken.add(promise.stream() + " promised " + promised + ", has " + answer.text());
        }
      }
    }
    return broken;
  }

  private void awaitTypes(NodeProcess node) throws IOException, InterruptedException {
    try (V0Client client = new V0Client(node.url())) {
      Await.until("the types are there", () -> client.load(model).ok());
    }
  }

  private boolean idle(NodeProcess node) throws IOException, InterruptedException {
    JsonNode is = tell(node, "GET", "/admin/anchor");
    return is.path("waiting").asLong() == 0
        && is.path("held").asLong() == 0
        && is.path("batch").isNull();
  }

  private JsonNode tell(NodeProcess node, String method, String path)
      throws IOException, InterruptedException {
    String token = Files.readString(data.resolve("operator.token")).strip();
    HttpRequest request =
        HttpRequest.newBuilder(node.url().resolve(path))
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    var answer = http.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(path + ": " + answer.body()).isBetween(200, 202);
    return new ObjectMapper().readTree(answer.body());
  }

  private SignedEvent model() {
    return author.model("Counter", Ipld.map("n", Ipld.map("type", Ipld.of("integer"))), "list");
  }
}
