package org.kiln.anchor.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.anchor.AnchorService;
import org.kiln.anchor.AnchorSettings;
import org.kiln.anchor.inmemory.InMemoryChain;
import org.kiln.anchor.remote.RemoteChain;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorChain.Status;
import org.kiln.api.anchor.AnchorChain.Submission;
import org.kiln.api.anchor.AnchorException;
import org.kiln.api.anchor.AnchorProofValidator.Validation;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.anchor.TimestampDesk;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.log.NodeTables;
import org.kiln.events.EventStore;
import org.kiln.ipld.Car;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.Json;
import org.kiln.store.memory.MemoryStore;

/** The service as its clients see it; one of them is our own. */
final class ServiceRoutesTest {
  private static final Cid ROOT = Cid.sha256(Cid.DAG_CBOR, new byte[] {1});
  private static final StreamId STREAM = StreamId.of(3, Cid.sha256(Cid.DAG_JOSE, new byte[] {2}));

  @TempDir private Path directory;

  private final InMemoryChain chain =
      new InMemoryChain(InstantSource.system(), Duration.ZERO, Duration.ofSeconds(5));
  private final HttpClient http = HttpClient.newHttpClient();
  private EventStore store;
  private AnchorService desk;
  private RouteServer server;

  @BeforeEach
  void open() {
    store = EventStore.open(new MemoryStore(NodeTables.ALL));
    desk =
        new AnchorService(
            store,
            FixedExtensions.builder().add(AnchorChain.class, InMemoryChain.CHAIN_ID, chain).build(),
            Optional::empty,
            new AnchorSettings(
                true,
                false,
                InMemoryChain.CHAIN_ID,
                Duration.ZERO,
                100,
                Duration.ofSeconds(5),
                Duration.ofMillis(20),
                Duration.ofMillis(20),
                Duration.ofSeconds(1),
                4,
                Duration.ofDays(1)),
            InstantSource.system());
  }

  @AfterEach
  void close() {
    if (server != null) {
      server.close();
    }
    http.close();
    desk.close();
    store.close();
  }

  @Test
  void shouldServeOurOwnClient() throws Exception {
    try (RemoteChain client = client(Set.of("*"), Optional.empty())) {
      Submission submission = client.submit(ROOT, in());
      assertThat(client.submit(ROOT, in())).isEqualTo(submission);
      assertThat(client.status(submission, in())).isInstanceOf(Status.Pending.class);
      desk.request("did:key:other", STREAM, STREAM.init(), in());
      desk.anchorNow();
      Status status = await(client, submission);
      assertThat(status)
          .isInstanceOfSatisfying(
              Status.Final.class,
              result -> {
                assertThat(result.path()).isIn("0", "1");
                assertThat(result.nodes()).hasSize(1);
                assertThat(chain.validate(result.proof(), in()))
                    .isInstanceOf(Validation.Valid.class);
              });
    }
  }

  @Test
  void shouldLetInOnlyItsClients() throws Exception {
    try (RemoteChain known = client(Set.of(), Optional.empty())) {
      assertThatThrownBy(() -> known.submit(ROOT, in()))
          .isInstanceOfSatisfying(
              AnchorException.class,
              e -> {
                assertThat(e.getMessage()).contains("403").contains(known.did());
                assertThat(e.retry().worthwhile()).isTrue();
              });
      server.close();
      try (RemoteChain same = client(Set.of(known.did()), Optional.empty())) {
        assertThat(same.did()).isEqualTo(known.did());
        assertThat(same.submit(ROOT, in()).root()).isEqualTo(ROOT);
      }
    }
  }

  @Test
  void rejectsRequestsForAnotherUrl() throws Exception {
    try (RemoteChain client = client(Set.of("*"), Optional.of("https://anchors.example"))) {
      assertThatThrownBy(() -> client.submit(ROOT, in())).hasMessageContaining("403");
    }
  }

  @Test
  void shouldServeJsonToAnybodyWhenToldTo() throws Exception {
    serve(Set.of("anonymous"));
    HttpResponse<String> created = post(json(STREAM, ROOT));
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(post(json(STREAM, ROOT)).statusCode()).isEqualTo(202);
    Ipld.Map answer = (Ipld.Map) Json.parse(created.body().getBytes());
    assertThat(answer.text("cid")).contains(ROOT.toString());
    assertThat(answer.text("streamId")).contains(STREAM.toString());
    assertThat(answer.text("status")).contains("PENDING");
    assertThat(answer.entries().get("createdAt")).isInstanceOf(Ipld.Int.class);
    desk.anchorNow();
    Deadline deadline = in();
    Ipld.Map done = answer;
    while (!done.text("status").equals(Optional.of("COMPLETED"))) {
      assertThat(deadline.expired()).isFalse();
      LockSupport.parkNanos(10_000_000);
      done = (Ipld.Map) Json.parse(get("/api/v0/requests/" + ROOT).body().getBytes());
    }
    Car car = Car.read(Base64.getDecoder().decode(done.text("witnessCar").orElseThrow()));
    assertThat(((Ipld.Map) done.entries().get("anchorCommit")).text("cid"))
        .contains(car.roots().get(0).toString());
    assertThat(((Ipld.Map) DagCbor.decode(car.blocks().get(0).data())).entries())
        .containsEntry("prev", Ipld.of(ROOT))
        .containsEntry("id", Ipld.of(STREAM.init()));
  }

  @Test
  void shouldTakeCars() throws Exception {
    serve(Set.of("anonymous"));
    Block root =
        Block.of(
            Cid.DAG_CBOR,
            DagCbor.encode(
                Ipld.map(
                    "streamId", new Ipld.Bytes(STREAM.bytes()),
                    "timestamp", Ipld.of("2026-01-01T00:00:00Z"),
                    "tip", Ipld.of(ROOT))));
    HttpResponse<String> created =
        http.send(
            HttpRequest.newBuilder(server.url().resolve("/api/v0/requests"))
                .header("Content-Type", "application/vnd.ipld.car")
                .POST(
                    HttpRequest.BodyPublishers.ofByteArray(
                        new Car(List.of(root.cid()), List.of(root)).write()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(desk.ticket("ip:127.0.0.1", ROOT).orElseThrow().stream()).isEqualTo(STREAM);
  }

  @Test
  void shouldTellItsChain() throws Exception {
    serve(Set.of("anonymous"));
    assertThat(get("/api/v0/service-info/supported_chains").body())
        .isEqualTo("{\"supportedChains\":[\"inmemory:12345\"]}");
  }

  @Test
  void shouldTellTheNetworksChainsWhenItHandsRequestsOn() throws Exception {
    TimestampDesk relay =
        new TimestampDesk() {
          @Override
          public Answer request(String client, StreamId stream, Cid tip, Deadline deadline) {
            throw new AssertionError("Nothing is requested here");
          }

          @Override
          public Optional<Ticket> ticket(String client, Cid tip) {
            return Optional.empty();
          }

          @Override
          public Optional<String> chain() {
            return Optional.of("cas:remote");
          }
        };
    server =
        new RouteServer(
            new ServiceRoutes(
                    relay,
                    new KeyVerifier(),
                    Set.of("anonymous"),
                    Optional.empty(),
                    List.of("eip155:1"))
                .all());
    assertThat(get("/api/v0/service-info/supported_chains").body())
        .isEqualTo("{\"supportedChains\":[\"eip155:1\"]}");
  }

  @Test
  void shouldSayWhatItDoesNotKnow() throws Exception {
    serve(Set.of("anonymous"));
    HttpResponse<String> unknown = get("/api/v0/requests/" + ROOT);
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).contains("Request does not exist for cid " + ROOT);
    assertThat(get("/api/v0/requests/nonsense").statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"streamId\":\"x\",\"cid\":\"y\"}",
        "{\"streamId\":5,\"cid\":[]}",
        "{\"streamId\":\"kjzl6kcym7w8y8fn6y54ys70b3199rzcvycug2qf2rvmwntlnoysenmzv4ntnke\","
            + "\"cid\":\"bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy\"}",
      })
  void rejectsBodiesThatAskForNothing(String body) throws Exception {
    serve(Set.of("anonymous"));
    HttpResponse<String> answer = post(body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("Not an anchor request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"yesterday\"", "\"\"", "5", "{}", "\"2026-13-01T00:00:00Z\"", "\"2026-02-30\""})
  void rejectsATimeThatIsNone(String time) throws Exception {
    serve(Set.of("anonymous"));
    String good = json(STREAM, ROOT);
    String bad = good.replace("\"2026-01-01T00:00:00.000Z\"", time);
    assertThat(post(bad).statusCode()).isEqualTo(400);
    assertThat(desk.ticket("anybody", ROOT)).isEmpty();
    assertThat(post(good).statusCode()).isEqualTo(201);
    // Also when the request is known.
    HttpResponse<String> answer = post(bad);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("timestamp");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2026-01-01T00:00:00Z", "2026-01-01T00:00:00.123456789+01:00", "2026-01-01"})
  void shouldTakeTimesAsClientsWriteThem(String time) throws Exception {
    serve(Set.of("anonymous"));
    String body = json(STREAM, ROOT).replace("2026-01-01T00:00:00.000Z", time);
    assertThat(post(body).statusCode()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Basic abc", "Bearer ", "Bearer a.b.c", "Bearer e30.e30.e30"})
  void rejectsSignaturesThatAreNone(String authorization) throws Exception {
    serve(Set.of("*"));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.url().resolve("/api/v0/requests/" + ROOT));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("Unauthorized");
  }

  private Status await(RemoteChain client, Submission submission) throws AnchorException {
    Deadline deadline = in();
    Status status = client.status(submission, in());
    while (status instanceof Status.Pending) {
      assertThat(deadline.expired()).as("waited too long").isFalse();
      LockSupport.parkNanos(10_000_000);
      status = client.status(submission, in());
    }
    return status;
  }

  private void serve(Set<String> clients) throws IOException {
    server =
        new RouteServer(
            new ServiceRoutes(desk, new KeyVerifier(), clients, Optional.empty(), List.of()).all());
  }

  private RemoteChain client(Set<String> clients, Optional<String> publicUrl) throws IOException {
    server =
        new RouteServer(
            new ServiceRoutes(desk, new KeyVerifier(), clients, publicUrl, List.of()).all());
    return RemoteChain.open(server.url(), directory.resolve("node.seed"));
  }

  private HttpResponse<String> post(String body) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(server.url().resolve("/api/v0/requests"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(server.url() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String json(StreamId stream, Cid tip) {
    return "{\"streamId\":\""
        + stream
        + "\",\"cid\":\""
        + tip
        + "\",\"timestamp\":\"2026-01-01T00:00:00.000Z\"}";
  }

  private static Deadline in() {
    return Deadline.in(Duration.ofSeconds(60));
  }
}
