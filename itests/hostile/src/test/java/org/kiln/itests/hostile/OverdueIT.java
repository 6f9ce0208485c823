package org.kiln.itests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Await;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/**
 * Writes that take longer than a request may, by a schema that is heavy and legal: they are told to
 * come again, and nothing of them stays.
 */
class OverdueIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIME = Duration.ofSeconds(120);

  /** Takes each of its parts for each letter, and holds for every text of the letter a. */
  private static final String PATTERN = "^(a?){5000}a*$";

  private static final String HEAVY = "a".repeat(6_000);

  /** Less than a verdict over the heavy text takes anywhere. */
  private static final int SHORT_MS = 200;

  private static final int LONG_MS = 60_000;

  @TempDir Path folder;

  private final Author author = new Author(new byte[32]);
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private NodeProcess node;
  private V0Client client;

  @BeforeEach
  void start() throws Exception {
    Distribution kiln = Distribution.find();
    Path data = folder.resolve("node");
    node = NodeProcess.start(kiln, data, "--set", "http.rehearsal-seconds=0");
    client = new V0Client(node.url());
    Path jar =
        new PluginJar("com.example.limits")
            .serving("LimitsRoute", HttpRoute.class.getName(), "")
            .build("hostile-limits", "1.0.0", folder);
    Distribution.Answer installed =
        kiln.run("plugin", "install", jar.toString(), "--data", data.toString());
    assertThat(installed.exitCode()).as(installed.output()).isZero();
  }

  @AfterEach
  void stop() {
    client.close();
    node.close();
    http.close();
  }

  @Test
  void shouldSendAwayWritesThatTakeTooLongAndKeepNothingOfThem() throws Exception {
    Ipld text = Ipld.map("type", Ipld.of("string"), "pattern", Ipld.of(PATTERN));
    SignedEvent model = author.model("Heavy", Ipld.map("text", text), "list");
    StreamId modelId = StreamId.of(2, model.cid());
    assertThat(client.create(2, model).ok()).isTrue();
    SignedEvent init = author.instance(modelId, Ipld.map("text", Ipld.of("a")), "light");
    StreamId stream = StreamId.of(3, init.cid());
    V0Client.Answer made = client.create(3, init);
    assertThat(made.ok()).as(made.text()).isTrue();
    SignedEvent update = author.replace(stream, init.cid(), "text", Ipld.of(HEAVY));
    SignedEvent heavyInit = author.instance(modelId, Ipld.map("text", Ipld.of(HEAVY)), "heavy");
    StreamId heavy = StreamId.of(3, heavyInit.cid());

    requestsTake(SHORT_MS);
    assertThat(assertBusy(write(stream, update).join())).contains("time allowed");
    assertThat(assertBusy(create(heavyInit).join())).contains("time allowed");
    // Those that wait for the first to be through with the stream, and may be told so.
    List<CompletableFuture<HttpResponse<String>>> many = new ArrayList<>();
    for (int i = 1; i <= 8; i++) {
      many.add(
          write(
              stream, author.replace(stream, init.cid(), "text", Ipld.of(HEAVY + "a".repeat(i)))));
    }
    List<String> reasons = new ArrayList<>();
    for (CompletableFuture<HttpResponse<String>> one : many) {
      reasons.add(assertBusy(one.join()));
    }
    assertThat(reasons)
        .allSatisfy(reason -> assertThat(reason).containsAnyOf("time allowed", "writes waiting"));
    requestsTake(LONG_MS);

    JsonNode state = client.load(stream).body().path("state");
    assertThat(state.path("log")).as(state.toString()).hasSize(1);
    assertThat(state.at("/content/text").asText()).isEqualTo("a");
    assertThat(client.commits(stream).body().path("commits")).hasSize(1);
    assertThat(client.load(heavy).status()).isEqualTo(404);
    // Neither is there anything wrong with them, given the time.
    assertThat(write(stream, update).join().statusCode()).isEqualTo(200);
    assertThat(create(heavyInit).join().statusCode()).isEqualTo(200);
    assertThat(client.load(stream).body().at("/state/log")).hasSize(2);
    assertThat(client.load(heavy).body().at("/state/log")).hasSize(1);
    assertThat(node.complaints()).isEmpty();
  }

  /** Answers the reason. */
  private static String assertBusy(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.headers().firstValueAsLong("Retry-After")).as(answer.body()).hasValue(1);
    JsonNode body = JSON.readTree(answer.body());
    assertThat(body.path("code").asText()).isEqualTo("busy");
    assertThat(body.path("error").asText()).isNotBlank();
    return body.path("error").asText();
  }

  private CompletableFuture<HttpResponse<String>> write(StreamId stream, SignedEvent event) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("streamId", stream.toString());
    body.set("commit", event.wire());
    return post("/api/v0/commits", body);
  }

  private CompletableFuture<HttpResponse<String>> create(SignedEvent init) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("type", 3);
    body.set("genesis", init.wire());
    return post("/api/v0/streams", body);
  }

  private CompletableFuture<HttpResponse<String>> post(String path, ObjectNode body) {
    body.putObject("opts").put("anchor", false).put("publish", false);
    return http.sendAsync(
        HttpRequest.newBuilder(node.url().resolve(path))
            .timeout(TIME)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Sets how long a request may take; also when this one takes too long for what is set. */
  private void requestsTake(int milliseconds) throws Exception {
    String path = "/limits/" + milliseconds;
    Await.until(
        path + " is set",
        () -> client.post(path, JsonNodeFactory.instance.objectNode()).ok(),
        () -> client.post(path, JsonNodeFactory.instance.objectNode()).text());
    Await.until(
        path + " holds",
        () -> {
          V0Client.Answer left = client.get(path);
          return left.ok() && isOf(milliseconds, Long.parseLong(left.text()));
        },
        () -> client.get(path).text());
  }

  private static boolean isOf(int milliseconds, long left) {
    return left <= milliseconds && left > milliseconds / 2;
  }
}
