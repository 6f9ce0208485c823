package org.kiln.itests.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/** Puts streams into a node: some of a model, and a tile with a history. */
final class Scene implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TILE = 0;
  private static final int MODEL = 2;
  private static final int INSTANCE = 3;

  private final Author author = new Author(new byte[32]);
  private final Author critic = new Author(Arrays.copyOf(new byte[] {1}, 32));
  private final NodeProcess node;
  private final V0Client client;
  private final HttpClient http = HttpClient.newHttpClient();
  private final String token;

  Scene(NodeProcess node) throws IOException {
    this.node = node;
    client = new V0Client(node.url());
    Path file = node.data().resolve("operator.token");
    token = Files.readString(file).strip();
  }

  String controller() {
    return author.did();
  }

  /** The node's peer id, when its network is on; waits until it is. */
  String peerId() throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    JsonNode peers = operator("GET", "/admin/peers");
    while (!peers.path("on").asBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("The network stays off");
      }
      TimeUnit.MILLISECONDS.sleep(100);
      peers = operator("GET", "/admin/peers");
    }
    return peers.path("self").asText();
  }

  /** A model with a few documents, and one of somebody else whose documents name one of those. */
  StreamId model() throws IOException, InterruptedException {
    StreamId model =
        model(
            author,
            "Recipe",
            Ipld.map(),
            Ipld.map(
                "name",
                Ipld.map("type", Ipld.of("string"), "maxLength", Ipld.of(80)),
                "loaves",
                Ipld.map("type", Ipld.of("integer"), "maximum", Ipld.of(1000))));
    List<StreamId> breads = new ArrayList<>();
    for (String bread : List.of("Rye", "Sourdough", "Spelt", "Focaccia")) {
      Ipld content = Ipld.map("name", Ipld.of(bread), "loaves", Ipld.of(bread.length()));
      breads.add(created(client.create(INSTANCE, author.instance(model, content, bread))));
    }
    reviews(model, breads.get(0));
    return model;
  }

  private void reviews(StreamId model, StreamId bread) throws IOException, InterruptedException {
    Ipld relation = Ipld.map("type", Ipld.of("document"), "model", Ipld.of(model.toString()));
    StreamId review =
        model(
            critic,
            "Review<b>",
            Ipld.map("of", relation),
            Ipld.map(
                "text",
                Ipld.map("type", Ipld.of("string"), "maxLength", Ipld.of(80)),
                "of",
                Ipld.map("type", Ipld.of("string"), "maxLength", Ipld.of(100))));
    for (String text : List.of("Fine", "<img src=x onerror=\"document.title='owned'\">")) {
      Ipld content = Ipld.map("text", Ipld.of(text), "of", Ipld.of(bread.toString()));
      created(client.create(INSTANCE, critic.instance(review, content, text)));
    }
  }

  private StreamId model(Author by, String name, Ipld relations, Ipld properties)
      throws IOException, InterruptedException {
    SignedEvent init =
        by.sign(
            Ipld.map(
                "data",
                Ipld.map(
                    "version",
                    Ipld.of("1.0"),
                    "name",
                    Ipld.of(name),
                    "description",
                    Ipld.of("What to bake"),
                    "accountRelation",
                    Ipld.map("type", Ipld.of("list")),
                    "relations",
                    relations,
                    "schema",
                    Ipld.map(
                        "$schema",
                        Ipld.of("https://json-schema.org/draft/2020-12/schema"),
                        "type",
                        Ipld.of("object"),
                        "additionalProperties",
                        Ipld.FALSE,
                        "properties",
                        properties)),
                "header",
                Ipld.map(
                    "controllers", Ipld.list(Ipld.of(by.did())),
                    "model", new Ipld.Bytes(StreamId.MODEL.bytes()),
                    "sep", Ipld.of("model"))));
    return created(client.create(MODEL, init));
  }

  /** A tile that was anchored twice and changed in between. */
  StreamId tile() throws IOException, InterruptedException {
    Ipld content =
        Ipld.map(
            "name", Ipld.of("Profile of Ada"),
            "born", Ipld.of(1815),
            "followers", Ipld.of(128),
            "places", Ipld.list(Ipld.of("London"), Ipld.of("Ockham")),
            "likes", Ipld.map("mathematics", Ipld.TRUE, "poetry", Ipld.TRUE),
            "ratio", new Ipld.Float64(0.618));
    SignedEvent init = author.tile(content, "ada");
    StreamId tile = created(client.create(TILE, init));
    follow(tile, follow(tile, init.cid(), 129), 130);
    Cid tip = anchored(tile);
    follow(tile, follow(tile, follow(tile, tip, 131), 132), 133);
    tip = anchored(tile);
    follow(tile, follow(tile, tip, 200), 201);
    return tile;
  }

  /**
   * Goes on writing while the tip is being anchored, until a time event and a change follow the
   * same event: the anchored branch wins. Answers how many events were lost, 0 when the two never
   * met.
   */
  int branch(StreamId stream) throws IOException, InterruptedException {
    List<Cid> written = new ArrayList<>();
    Cid tip = Cid.parse(last(log(stream)).path("cid").asText());
    for (int round = 0; round < 10; round++) {
      ask(stream);
      FutureTask<JsonNode> now = new FutureTask<>(() -> operator("POST", "/admin/anchor/now"));
      Thread.ofPlatform().start(now);
      for (int i = 0; i < 40; i++) {
        SignedEvent event = author.replace(stream, tip, "followers", Ipld.of(300L + i));
        if (!client.apply(stream, event).ok()) {
          break;
        }
        written.add(event.cid());
        tip = event.cid();
      }
      tip = anchored(stream);
      String log = log(stream).toString();
      int lost = (int) written.stream().filter(cid -> !log.contains(cid.toString())).count();
      if (lost > 0) {
        return lost;
      }
    }
    return 0;
  }

  private JsonNode log(StreamId stream) throws IOException, InterruptedException {
    return client.load(stream).body().path("state").path("log");
  }

  private static JsonNode last(JsonNode log) {
    return log.get(log.size() - 1);
  }

  private Cid follow(StreamId stream, Cid prev, int followers)
      throws IOException, InterruptedException {
    SignedEvent event = author.replace(stream, prev, "followers", Ipld.of(followers));
    V0Client.Answer answer = client.apply(stream, event);
    if (!answer.ok()) {
      throw new IllegalStateException("Not applied: " + answer.text());
    }
    return event.cid();
  }

  /** Sees to it that the tip is a time event, and answers it. */
  private Cid anchored(StreamId stream) throws IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (true) {
      JsonNode tip = last(log(stream));
      if (tip.path("type").asInt() == 2) {
        return Cid.parse(tip.path("cid").asText());
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException("Not anchored within a minute");
      }
      ask(stream);
      operator("POST", "/admin/anchor/now");
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private void ask(StreamId stream) throws IOException, InterruptedException {
    client.post("/api/v0/streams/" + stream + "/anchor", JsonNodeFactory.instance.objectNode());
  }

  private static StreamId created(V0Client.Answer answer) {
    if (!answer.ok()) {
      throw new IllegalStateException("Not created: " + answer.text());
    }
    return StreamId.parse(answer.body().path("streamId").asText());
  }

  /** Makes a credential, and answers its password. */
  String credential(String name, String role) throws IOException, InterruptedException {
    return send(request("/admin/credentials/" + name)
            .PUT(HttpRequest.BodyPublishers.ofString("{\"role\":\"" + role + "\"}")))
        .path("password")
        .asText();
  }

  private JsonNode operator(String method, String path) throws IOException, InterruptedException {
    return send(request(path).method(method, HttpRequest.BodyPublishers.noBody()));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(node.url().resolve(path))
        .timeout(Duration.ofSeconds(60))
        .header("Content-Type", "application/json")
        .header("Authorization", "Bearer " + token);
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IllegalStateException(response.statusCode() + ": " + response.body());
    }
    return JSON.readTree(response.body());
  }

  @Override
  public void close() {
    client.close();
    http.close();
  }
}
