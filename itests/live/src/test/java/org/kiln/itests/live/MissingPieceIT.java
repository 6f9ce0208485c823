package org.kiln.itests.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/** What is missing is named, nothing is lost meanwhile, and all is there when it is back. */
class MissingPieceIT {
  private static final String TILE = "org.kiln.type.tile";
  private static final String DID_KEY = "org.kiln.did.key";
  private static final String CHAIN = "org.kiln.anchor.inmemory";

  @TempDir static Path data;

  private static NodeProcess node;
  private static Admin admin;
  private static V0Client client;
  private final Author author = new Author(new byte[32]);

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    node =
        NodeProcess.start(
            Distribution.find(),
            data,
            "--set",
            "http.rehearsal-seconds=0",
            "--set",
            "anchor.automatic=false");
    admin = new Admin(node);
    client = new V0Client(node.url());
  }

  @AfterAll
  static void stop() {
    client.close();
    admin.close();
    node.close();
  }

  private SignedEvent tile() {
    return author.tile(Ipld.map("n", Ipld.of("0")), "missing" + System.nanoTime());
  }

  private static V0Client.Answer create(SignedEvent init, boolean anchor)
      throws IOException, InterruptedException {
    ObjectNode create = JsonNodeFactory.instance.objectNode();
    create.put("type", 0);
    create.set("genesis", init.wire());
    create.putObject("opts").put("anchor", anchor).put("publish", false);
    return client.post("/api/v0/streams", create);
  }

  private static void swap(String plugin, String verb) throws IOException, InterruptedException {
    Admin.Answer answer = admin.tell(plugin, verb);
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
  }

  private static void assertMissing(V0Client.Answer answer, String what) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(503);
    assertThat(answer.body().path("code").asText()).isEqualTo("unavailable");
    assertThat(answer.body().path("missing").asText()).isEqualTo(what);
    assertThat(answer.body().path("error").asText()).contains("installed");
  }

  private static String anchorStatus(StreamId stream) throws IOException, InterruptedException {
    return client.load(stream).body().path("state").path("anchorStatus").asText();
  }

  private static long timeEvents() throws IOException, InterruptedException {
    return admin.get("/admin/anchor").body().path("eventsWritten").asLong();
  }

  @Test
  void shouldKeepEventsOfAStreamTypeThatIsMissing() throws Exception {
    SignedEvent init = tile();
    StreamId stream = StreamId.of(0, init.cid());
    assertThat(create(init, true).status()).isEqualTo(200);
    long before = timeEvents();

    swap(TILE, "stop");
    try {
      Await.until("the node knows", () -> client.load(stream).status() != 200);
      assertMissing(client.load(stream), "stream-type:0");
      assertMissing(create(tile(), false), "stream-type:0");
      SignedEvent next = author.replace(stream, init.cid(), "n", Ipld.of("1"));
      assertMissing(client.apply(stream, next), "stream-type:0");
      JsonNode described = admin.plugin(TILE);
      assertThat(described.path("state").asText()).isEqualTo("stopped");

      // The time event that was asked for is made while nobody can tell what it would stand on.
      assertThat(admin.send("POST", "/admin/anchor/now", new byte[0]).status()).isEqualTo(202);
      Await.until(
          "the time event is held",
          () -> admin.get("/admin/anchor").body().path("held").asInt() == 1);
      assertThat(timeEvents()).isEqualTo(before);
      assertMissing(client.load(stream), "stream-type:0");
    } finally {
      swap(TILE, "start");
    }
    Await.until("the time event is applied", () -> anchorStatus(stream).equals("ANCHORED"));
    assertThat(client.load(stream).body().path("state").path("log")).hasSize(2);
  }

  @Test
  void shouldNameADidMethodThatIsMissing() throws Exception {
    SignedEvent init = tile();
    StreamId stream = StreamId.of(0, init.cid());
    assertThat(create(init, false).status()).isEqualTo(200);
    SignedEvent update = author.replace(stream, init.cid(), "n", Ipld.of("1"));
    swap(DID_KEY, "stop");
    try {
      assertMissing(client.apply(stream, update), "did-method:key");
      assertMissing(create(tile(), false), "did-method:key");
      assertThat(client.load(stream).status()).as("what was checked stays").isEqualTo(200);
    } finally {
      swap(DID_KEY, "start");
    }
    assertThat(client.apply(stream, update).status()).isEqualTo(200);
  }

  @Test
  void shouldKeepRequestsForAChainThatIsMissing() throws Exception {
    swap(CHAIN, "stop");
    SignedEvent init = tile();
    StreamId stream = StreamId.of(0, init.cid());
    try {
      assertThat(create(init, true).status()).isEqualTo(200);
      assertThat(anchorStatus(stream)).isEqualTo("PENDING");
      assertThat(admin.send("POST", "/admin/anchor/now", new byte[0]).status()).isEqualTo(202);
    } finally {
      swap(CHAIN, "start");
    }
    Await.until(
        "it is anchored",
        () -> {
          admin.send("POST", "/admin/anchor/now", new byte[0]);
          return anchorStatus(stream).equals("ANCHORED");
        });
  }

  @Test
  void shouldTellHowManyStreamsDependOnAPlugin() throws Exception {
    assertThat(create(tile(), false).status()).isEqualTo(200);
    Await.until(
        "the streams are counted",
        () ->
            admin.plugin(TILE).path("serves").path(0).path("streams").asInt() > 0
                && admin.plugin(DID_KEY).path("streams").asInt() > 0);
  }
}
