package org.kiln.itests.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.chain.ContractReader;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.PluginHealth;
import org.kiln.api.stream.StreamType;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Await;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.V0Client;

/**
 * A plugin that does all that a plugin must not do, installed by an operator who did not know: the
 * others are served meanwhile, and the operator can be rid of it.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HostilePluginIT {
  private static final String NAME = "com.example.hostile";
  private static final int TILE = 0;
  private static final int HOSTILE_TYPE = 4242;
  private static final int CALL_TIMEOUT_MS = 4_000;
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Author ANN = new Author(new byte[32]);

  @TempDir private static Path directory;

  private static Distribution distribution;
  private static NodeProcess node;
  private static V0Client client;
  private static Path jar;

  @BeforeAll
  static void install() throws Exception {
    distribution = Distribution.find();
    node =
        NodeProcess.start(
            distribution,
            directory.resolve("node"),
            "--set",
            "plugins.call-timeout-ms=" + CALL_TIMEOUT_MS);
    client = new V0Client(node.url());
    jar =
        new PluginJar(NAME)
            .serving("HostileRoute", HttpRoute.class.getName(), "")
            .serving(
                "HostileType",
                StreamType.class.getName(),
                "<property name=\"stream.type\" type=\"Integer\" value=\"4242\"/>")
            .serving("HostileHealth", PluginHealth.class.getName(), "")
            .serving(
                "HostileReader",
                ContractReader.class.getName(),
                "<property name=\"service.ranking\" type=\"Integer\" value=\"2147483647\"/>")
            .build("hostile-plugin", "1.0.0", directory);
    assertThat(kiln("install", jar.toString())).contains(NAME + " 1.0.0 runs");
  }

  @AfterAll
  static void stop() {
    if (client != null) {
      client.close();
    }
    if (node != null) {
      node.close();
    }
  }

  @Order(1)
  @ParameterizedTest
  @ValueSource(strings = {"deep", "linkage", "sneaky", "null", "status", "header", "huge"})
  void shouldNameThePluginThatFails(String how) throws Exception {
    V0Client.Answer answer = client.get("/hostile/" + how);

    assertThat(answer.status()).as(answer.text()).isEqualTo(500);
    assertThat(answer.body().path("code").asText()).isEqualTo("plugin-failed");
    assertThat(answer.body().path("plugin").asText()).isEqualTo(NAME);
    assertThat(client.get("/hostile/well").text()).isEqualTo("well behaved");
  }

  @Order(2)
  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void shouldServeTheOthersWhileItSpins(int spinning) throws Exception {
    List<CompletableFuture<HttpResponse<String>>> spins = new ArrayList<>();
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (int i = 0; i < spinning; i++) {
        spins.add(send(http, "/hostile/" + (i % 2 == 0 ? "spin" : "block")));
      }
      int looks = 0;
      while (spins.stream().noneMatch(CompletableFuture::isDone)) {
        within(
            SOON, () -> assertThat(client.get("/api/v0/node/healthcheck").status()).isEqualTo(200));
        within(SOON, () -> assertThat(client.get("/console").status()).isLessThan(400));
        within(SOON.multipliedBy(2), () -> createTile());
        looks++;
      }
      assertThat(looks).as("looks while it was busy").isPositive();
      for (CompletableFuture<HttpResponse<String>> spin : spins) {
        HttpResponse<String> answer = spin.get(CALL_TIMEOUT_MS * 3L, TimeUnit.MILLISECONDS);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body()).contains("plugin-unavailable", NAME);
      }
    }
  }

  @Order(3)
  @Test
  void shouldCallItNoMoreAndSaySo() throws Exception {
    within(
        SOON,
        () -> {
          V0Client.Answer answer = client.get("/hostile/well");
          assertThat(answer.status()).isEqualTo(503);
          assertThat(answer.text()).contains(NAME, "do not come back");
        });
    assertThat(kiln("list")).contains(NAME, "do not come back", "HostileRoute.spin");
    assertThat(node.log().lines().filter(line -> line.contains("has not come back"))).hasSize(1);
    assertThat(node.log().lines().filter(line -> line.contains("is not called until"))).hasSize(1);
  }

  @Order(4)
  @Test
  void shouldBeStoppedAndStartedAgain() throws Exception {
    assertThat(kiln("stop", NAME))
        .contains(NAME + " is stopped", "Threads it began still run", NAME + "-");
    assertThat(client.get("/hostile/well").status()).isIn(404, 503);
    assertThat(kiln("list")).contains("stopped", "do not come back");
    assertThat(kiln("start", NAME)).contains(NAME + " runs");
    assertThat(client.get("/hostile/well").text()).isEqualTo("well behaved");
  }

  @Order(5)
  @Test
  void shouldKeepEventsOfATypeThatDoesNotAnswer() throws Exception {
    V0Client.Answer answer =
        client.create(HOSTILE_TYPE, ANN.tile(Ipld.map("a", Ipld.of(1)), "hostile"));
    assertThat(answer.status()).as(answer.text()).isEqualTo(503);
    assertThat(answer.text()).contains("4242");
    within(SOON.multipliedBy(2), () -> createTile());
  }

  @Order(6)
  @Test
  void shouldNotWaitForItsReaderOfContracts() throws Exception {
    Author wallet = contractWallet();
    V0Client.Answer[] answer = new V0Client.Answer[1];
    within(
        Duration.ofMillis(CALL_TIMEOUT_MS * 2L),
        () -> answer[0] = client.create(TILE, wallet.tile(Ipld.map("a", Ipld.of(1)), "contract")));
    assertThat(answer[0].status()).as(answer[0].text()).isEqualTo(503);
    assertThat(answer[0].text()).contains(NAME);
    within(SOON.multipliedBy(2), () -> createTile());
  }

  /** A session that a contract is said to have signed: the node has to ask it. */
  private static Author contractWallet() {
    String account = "did:pkh:eip155:1:0x" + "ab".repeat(20);
    Ipld.Map cacao =
        Ipld.map(
            "h", Ipld.map("t", Ipld.of("eip4361")),
            "p",
                Ipld.Map.builder()
                    .with("domain", Ipld.of("kiln.test"))
                    .with("iss", Ipld.of(account))
                    .with("aud", Ipld.of(ANN.did()))
                    .with("version", Ipld.of("1"))
                    .with("nonce", Ipld.of("abcdefgh"))
                    .with("iat", Ipld.of(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()))
                    .with("resources", new Ipld.List(List.of(Ipld.of("ceramic://*"))))
                    .build(),
            "s", Ipld.map("t", Ipld.of("eip1271"), "s", Ipld.of("0x00")));
    return ANN.under(account, cacao);
  }

  @Order(7)
  @Test
  void shouldEndItsStreamsWithIt() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      CompletableFuture<HttpResponse<String>> stream = send(http, "/hostile/stream");
      assertThat(client.get("/hostile/threads").text()).isEqualTo("leaked");
      within(
          Duration.ofSeconds(12),
          () -> assertThat(kiln("uninstall", NAME)).contains(NAME + " is gone", "hostile-leak-0"));
      assertThat(stream.handle((answer, e) -> "ended")).succeedsWithin(Duration.ofSeconds(10));
    }
    assertThat(kiln("list")).doesNotContain(NAME);
    within(SOON, () -> assertThat(client.get("/api/v0/node/healthcheck").status()).isEqualTo(200));
    createTile();
  }

  /** The last of all: they spin until the process ends. */
  @Order(8)
  @Test
  void shouldServeTheOthersBesideItsVirtualThreads() throws Exception {
    assumeTrue(carriersCanBeMore(), "the node runs on a Java older than 24");
    assertThat(kiln("install", jar.toString())).contains(NAME);
    URI begin = node.url().resolve("/hostile/virtual");
    CompletableFuture<HttpResponse<String>> answer;
    try (HttpClient http = HttpClient.newHttpClient()) {
      answer =
          http.sendAsync(
              HttpRequest.newBuilder(begin).build(), HttpResponse.BodyHandlers.ofString());
      Await.until(
          "the node has given the others carriers",
          () -> node.log().contains("They have "),
          node::log);
      assertThat(answer.get(1, TimeUnit.MINUTES).body()).isEqualTo("begun");
    }
    createTile();
    assertThat(client.get("/console").status()).isLessThan(400);
    assertThat(kiln("uninstall", NAME)).contains(NAME + " is gone");
    assertThat(node.stop()).isZero();
  }

  private static boolean carriersCanBeMore() throws Exception {
    return distribution
        .run("version")
        .output()
        .lines()
        .anyMatch(line -> line.matches(".*\\(Java (2[4-9]|[3-9]\\d).*"));
  }

  private static void createTile() throws Exception {
    V0Client.Answer tile =
        client.create(TILE, ANN.tile(Ipld.map("a", Ipld.of(1)), "t" + System.nanoTime()));
    assertThat(tile.status()).as(tile.text()).isEqualTo(200);
  }

  private static CompletableFuture<HttpResponse<String>> send(HttpClient http, String path) {
    URI uri = node.url().resolve(path);
    return http.sendAsync(
        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private interface Check {
    void run() throws Exception;
  }

  private static void within(Duration bound, Check check) throws Exception {
    long begin = System.nanoTime();
    check.run();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(bound);
  }

  private static String kiln(String... words) throws Exception {
    List<String> line = new ArrayList<>(List.of("plugin"));
    line.addAll(List.of(words));
    line.addAll(List.of("--data", node.data().toString()));
    Distribution.Answer answer = distribution.run(line.toArray(String[]::new));
    assertThat(answer.exitCode()).as(answer.output()).isZero();
    return answer.output();
  }
}
