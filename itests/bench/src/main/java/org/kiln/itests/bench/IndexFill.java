package org.kiln.itests.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.V0Client;

/**
 * How fast a model is filled in that is indexed later: {@code IndexFill DIRECTORY DOCUMENTS ROUNDS
 * [postgresql://…]}. The node's directory is made at the first run, and is used again by others, of
 * another build too ({@code -Dkiln.home}). The model is stopped and indexed anew for each round.
 */
final class IndexFill {
  private static final String MODEL_DATA = "/api/v0/admin/modelData";
  private static final int CLIENTS = 8;
  private static final int TOPICS = 10;
  private static final int POLL_MS = 20;
  private static final Author AUTHOR = new Author(new byte[32]);

  private IndexFill() {}

  public static void main(String[] args) throws Exception {
    Path data = Path.of(args[0]);
    int documents = Integer.parseInt(args[1]);
    int rounds = Integer.parseInt(args[2]);
    List<String> flags = new ArrayList<>(List.of("--set", "admin.dids=" + AUTHOR.did()));
    if (args.length > 3) {
      flags.addAll(List.of("--set", "index.url=" + args[3]));
    }
    Path named = data.resolveSibling(data.getFileName() + ".model");
    try (NodeProcess node =
            NodeProcess.start(Distribution.find(), data, flags.toArray(String[]::new));
        V0Client client = new V0Client(node.url())) {
      if (!Files.exists(named)) {
        Files.writeString(named, create(node, client, documents));
      }
      StreamId model = StreamId.parse(Files.readString(named));
      for (int round = 1; round <= rounds; round++) {
        ask(node, client, "DELETE", model, "");
        Duration before = cpu(node);
        long begin = System.nanoTime();
        ask(
            node,
            client,
            "POST",
            model,
            ",\"indices\":[" + index("rank") + "," + index("topic") + "]");
        int found = found(client, model);
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.println(
            String.format(
                Locale.ROOT,
                "round %d: %d documents in %.2f s, %.0f a second, each %.0f microseconds of CPU",
                round,
                found,
                seconds,
                found / seconds,
                cpu(node).minus(before).toNanos() / 1e3 / found));
      }
    }
  }

  /** Of the node alone: what a machine that does other things as well says with most right. */
  private static Duration cpu(NodeProcess node) {
    return ProcessHandle.of(node.pid()).flatMap(p -> p.info().totalCpuDuration()).orElseThrow();
  }

  private static String index(String field) {
    return "{\"fields\":[{\"path\":[\"" + field + "\"]}]}";
  }

  private static String create(NodeProcess node, V0Client client, int documents) throws Exception {
    Ipld.Map fields =
        Ipld.map(
            "rank", Ipld.map("type", Ipld.of("integer")),
            "topic", Ipld.map("type", Ipld.of("string"), "maxLength", Ipld.of(20)),
            "text", Ipld.map("type", Ipld.of("string"), "maxLength", Ipld.of(1_000)));
    V0Client.Answer made = client.create(2, AUTHOR.model("Noted", fields, "list"));
    String id = made.body().get("streamId").asText();
    StreamId model = StreamId.parse(id);
    AtomicInteger serial = new AtomicInteger();
    AtomicReference<Exception> failure = new AtomicReference<>();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(Thread.ofPlatform().start(() -> create(node, model, documents, serial, failure)));
    }
    for (Thread thread : clients) {
      thread.join();
    }
    if (failure.get() != null) {
      throw failure.get();
    }
    return id;
  }

  private static void create(
      NodeProcess node,
      StreamId model,
      int documents,
      AtomicInteger serial,
      AtomicReference<Exception> failure) {
    try (V0Client client = new V0Client(node.url())) {
      for (int i = serial.getAndIncrement(); i < documents; i = serial.getAndIncrement()) {
        Ipld.Map content =
            Ipld.map(
                "rank", Ipld.of(i * 7_919L % documents),
                "topic", Ipld.of("topic " + i % TOPICS),
                "text", Ipld.of("All that is said here. ".repeat(10)));
        V0Client.Answer made = client.create(3, AUTHOR.instance(model, content, "unique " + i));
        if (!made.ok()) {
          throw new IllegalStateException(made.text());
        }
      }
    } catch (Exception e) {
      failure.set(e);
    }
  }

  private static void ask(
      NodeProcess node, V0Client client, String method, StreamId model, String more)
      throws IOException, InterruptedException {
    String code = client.get("/api/v0/admin/getCode").body().get("code").asText();
    String request =
        "{\"code\":\"%s\",\"requestPath\":\"%s\",\"requestBody\":{\"modelData\":[{\"streamID\":\"%s\"%s}]}}"
            .formatted(code, MODEL_DATA, model, more);
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("jws", AUTHOR.compact(request));
    URI uri = node.url().resolve(MODEL_DATA);
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(uri)
                  .header("Content-Type", "application/json")
                  .method(method, HttpRequest.BodyPublishers.ofString(body.toString()))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      // It need not have been indexed before.
      if (answer.statusCode() >= 300 && !method.equals("DELETE")) {
        throw new IllegalStateException(answer.body());
      }
    }
  }

  /** How many there are when queries are answered again. */
  private static int found(V0Client client, StreamId model)
      throws IOException, InterruptedException {
    ObjectNode query = JsonNodeFactory.instance.objectNode();
    query.putArray("models").add(model.toString());
    while (true) {
      V0Client.Answer answer = client.post("/api/v0/collection/count", query);
      if (answer.ok()) {
        return answer.body().get("count").asInt();
      }
      Thread.sleep(POLL_MS);
    }
  }
}
