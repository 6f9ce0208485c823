package org.kiln.itests.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Await;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;
import org.w3c.dom.Element;

/** The sample plugins, installed into a running node with {@code kiln plugin install} and used. */
class SamplesIT {
  private static final int COUNTER = 1001;
  private static final Author ANN = new Author(new byte[32]);

  @TempDir private static Path directory;

  private static Distribution distribution;
  private static HttpServer web;
  private static NodeProcess node;
  private static V0Client client;

  @BeforeAll
  static void start() throws Exception {
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.start();
    distribution = Distribution.find();
    node =
        NodeProcess.start(
            distribution,
            directory.resolve("node"),
            "--set",
            "anchor.chain=calendar:file",
            "--set",
            "anchor.batch-interval-ms=50",
            "--set",
            "plugin.org.kiln.sample.calendar.file=" + directory.resolve("calendar.txt"),
            "--set",
            "plugin.org.kiln.sample.did-web.plainHosts=[localhost:" + port() + "]");
    client = new V0Client(node.url());
    for (String sample : new String[] {"counter", "rss", "calendar", "did-web", "guestbook"}) {
      Checkout.install(distribution, node, Checkout.jar("sample-plugins/" + sample));
    }
  }

  @AfterAll
  static void stop() {
    if (client != null) {
      client.close();
    }
    if (node != null) {
      node.close();
    }
    web.stop(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"authors", "calendar", "counter", "did-web", "guestbook", "rocksdb", "rss"})
  void shouldNeedOfTheNodeWhatItPromisesAndNoLibrary(String sample) throws IOException {
    Set<String> jdk = new HashSet<>();
    ModuleLayer.boot().modules().forEach(module -> jdk.addAll(module.getPackages()));
    try (JarFile jar = new JarFile(Checkout.jar("sample-plugins/" + sample).toFile())) {
      String imports = jar.getManifest().getMainAttributes().getValue("Import-Package");
      for (String clause : imports.replaceAll("\"[^\"]*\"", "").split(",")) {
        String name = clause.split(";")[0];
        assertThat(jdk.contains(name) || name.matches("(org\\.kiln\\.api|org\\.osgi)\\..*"))
            .as(name)
            .isTrue();
      }
    }
  }

  private static int port() {
    return web.getAddress().getPort();
  }

  private static SignedEvent init(String unique) {
    return ANN.sign(
        Ipld.map(
            "header",
            Ipld.map("controllers", Ipld.list(Ipld.of(ANN.did())), "unique", Ipld.of(unique))));
  }

  private static SignedEvent count(StreamId stream, Cid prev, String device, long up, long down) {
    return ANN.sign(
        Ipld.map(
            "id", Ipld.of(stream.init()),
            "prev", Ipld.of(prev),
            "data", Ipld.map("device", Ipld.of(device), "up", Ipld.of(up), "down", Ipld.of(down))));
  }

  /** Warnings and errors of the node, for a failure's message. */
  private static String log() {
    try (var lines = Files.lines(node.data().resolve("logs").resolve("kiln.log"))) {
      return lines.dropWhile(line -> !line.contains("ERROR")).limit(30).toList().toString();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static JsonNode state(V0Client.Answer answer) {
    assertThat(answer.ok()).as(answer.text() + " " + log()).isTrue();
    return answer.body().path("state");
  }

  @Test
  void shouldCountOnTwoDevicesAndLoseNothing() throws Exception {
    SignedEvent init = init("two devices");
    StreamId stream = StreamId.of(COUNTER, init.cid());
    state(client.create(COUNTER, init));
    SignedEvent phone = count(stream, init.cid(), "phone", 5, 1);
    state(client.apply(stream, phone));
    // The desk did not know of the phone's event, so its own loses.
    V0Client.Answer late = client.apply(stream, count(stream, init.cid(), "desk", 3, 0));
    assertThat(late.body().path("code").asText()).isEqualTo("conflict");

    // Both go on from what the node says, each with its own total.
    for (Object[] next : new Object[][] {{"phone", 6L, 1L}, {"desk", 4L, 0L}}) {
      JsonNode log = state(client.load(stream)).path("log");
      Cid tip = Cid.parse(log.path(log.size() - 1).path("cid").asText());
      state(
          client.apply(
              stream, count(stream, tip, (String) next[0], (Long) next[1], (Long) next[2])));
    }

    JsonNode content = state(client.load(stream)).path("content");
    assertThat(content.path("value").asLong()).isEqualTo(9);
    assertThat(content.path("devices").path("phone").path("up").asLong()).isEqualTo(6);
    assertThat(content.path("devices").path("desk").path("up").asLong()).isEqualTo(4);
  }

  @Test
  void shouldLetEachOfManyGuestsIntoTheBook() throws Exception {
    URI book = URI.create(node.url() + "/guestbook");
    try (HttpClient http = HttpClient.newHttpClient();
        ExecutorService guests = Executors.newFixedThreadPool(12)) {
      List<Future<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        String entry = "{\"name\":\"Guest " + i + "\",\"text\":\"Hello\"}";
        HttpRequest request =
            HttpRequest.newBuilder(book).POST(HttpRequest.BodyPublishers.ofString(entry)).build();
        answers.add(guests.submit(() -> http.send(request, HttpResponse.BodyHandlers.ofString())));
      }
      ObjectMapper json = new ObjectMapper();
      Set<String> streams = new HashSet<>();
      for (Future<HttpResponse<String>> answer : answers) {
        assertThat(answer.get().statusCode()).as(answer.get().body() + log()).isEqualTo(200);
        streams.add(json.readTree(answer.get().body()).path("stream").asText());
      }
      // The plugin's stream is one like any other: clients load it, and it is anchored.
      assertThat(streams).hasSize(1);
      String stream = streams.iterator().next();
      JsonNode state = state(client.load(StreamId.parse(stream)));
      JsonNode next = state.path("next").path("content");
      assertThat((next.isMissingNode() ? state.path("content") : next).findValuesAsText("name"))
          .hasSize(12)
          .doesNotHaveDuplicates();
      assertThat(state.path("log")).hasSizeGreaterThanOrEqualTo(13);
      // The list may be some seconds behind.
      HttpRequest list = HttpRequest.newBuilder(book).build();
      Callable<List<String>> listed =
          () ->
              json.readTree(http.send(list, HttpResponse.BodyHandlers.ofString()).body())
                  .path("guestbooks")
                  .findValuesAsText("stream");
      Await.until("the book is listed", () -> !listed.call().isEmpty());
      assertThat(listed.call()).containsExactly(stream);
    }
  }

  @Test
  void rejectsACountThatIsNone() throws Exception {
    SignedEvent init = init("nonsense");
    StreamId stream = StreamId.of(COUNTER, init.cid());
    state(client.create(COUNTER, init));
    V0Client.Answer answer = client.apply(stream, count(stream, init.cid(), "phone", -1, 0));
    assertThat(answer.status()).isBetween(400, 500);
    assertThat(answer.text()).contains("up must be a whole number from 0");
  }

  @Test
  void shouldDateAStreamByTheCalendarAndShowItAsRss() throws Exception {
    SignedEvent tile =
        ANN.tile(Ipld.map("title", Ipld.of("News & more"), "text", Ipld.of("first")), "rss");
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("type", 0);
    body.set("genesis", tile.wire());
    body.putObject("opts").put("anchor", true).put("publish", false);
    state(client.post("/api/v0/streams", body));
    StreamId stream = StreamId.of(0, tile.cid());

    JsonNode anchored = awaitAnchor(stream);
    assertThat(anchored.path("anchorProof").path("chainId").asText()).isEqualTo("calendar:file");
    assertThat(Files.readString(directory.resolve("calendar.txt")))
        .contains(anchored.path("anchorProof").path("root").asText());

    V0Client.Answer feed = client.get("/feeds/" + stream);
    assertThat(feed.status()).as(feed.text()).isEqualTo(200);
    Element rss =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(feed.text().getBytes(StandardCharsets.UTF_8)))
            .getDocumentElement();
    assertThat(rss.getElementsByTagName("item").getLength()).isEqualTo(1);
    Element item = (Element) rss.getElementsByTagName("item").item(0);
    assertThat(item.getElementsByTagName("title").item(0).getTextContent())
        .isEqualTo("News & more");
    assertThat(item.getElementsByTagName("pubDate").getLength()).isEqualTo(1);
    assertThat(client.get("/feeds/nonsense").status()).isEqualTo(400);
  }

  private static JsonNode awaitAnchor(StreamId stream) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    JsonNode state = state(client.load(stream));
    while (!state.path("anchorStatus").asText().matches("3|ANCHORED")) {
      assertThat(System.nanoTime()).as("not anchored: " + state).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(50); // between two questions
      state = state(client.load(stream));
    }
    return state;
  }

  @Test
  void shouldTakeEventsThatAWebAccountSigned() throws Exception {
    String did = "did:web:localhost%3A" + port() + ":ann";
    String document =
        "{\"id\":\"%s\",\"verificationMethod\":[{\"id\":\"#key\",\"type\":\"Multikey\",\"controller\":\"%s\",\"publicKeyMultibase\":\"%s\"}],\"authentication\":[\"#key\"]}"
            .formatted(did, did, ANN.publicKeyMultibase());
    web.createContext(
        "/ann/did.json",
        exchange -> {
          byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    Author author = ANN.as(did, "key");

    JsonNode state = state(client.create(0, author.tile(Ipld.map("n", Ipld.of(1)), "web")));
    assertThat(state.path("metadata").path("controllers").path(0).asText()).isEqualTo(did);

    Author stranger =
        new Author("somebody else, of 32 letters....".getBytes(StandardCharsets.US_ASCII))
            .as(did, "key");
    V0Client.Answer refused = client.create(0, stranger.tile(Ipld.map("n", Ipld.of(2)), "web"));
    assertThat(refused.status()).as(refused.text()).isBetween(400, 500);
    assertThat(refused.text()).contains("invalid_signature");
  }

  @Test
  void shouldKeepEventsInAStoreThatAPluginBrings(@TempDir Path data) throws Exception {
    try (NodeProcess first = NodeProcess.start(distribution, data)) {
      Checkout.install(distribution, first, Checkout.jar("sample-plugins/rocksdb"));
      assertThat(first.stop()).isZero();
    }
    SignedEvent tile = ANN.tile(Ipld.map("n", Ipld.of(7)), "rocks");
    StreamId stream = StreamId.of(0, tile.cid());
    Distribution.Answer moved =
        distribution.run("migrate", "--from=xodus", "--to=rocksdb", "--data", data.toString());
    assertThat(moved.exitCode()).as(moved.output()).isZero();
    try (NodeProcess second = NodeProcess.start(distribution, data);
        V0Client v0 = new V0Client(second.url())) {
      state(v0.create(0, tile));
      second.kill();
    }
    assertThat(data.resolve("store-2-rocksdb").resolve("CURRENT")).exists();
    try (NodeProcess third = NodeProcess.start(distribution, data);
        V0Client v0 = new V0Client(third.url())) {
      assertThat(state(v0.load(stream)).path("content").path("n").asLong()).isEqualTo(7);
    }
  }
}
