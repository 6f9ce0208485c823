package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kiln.itests.network.Kiln.until;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/** Kilns as they ship, that tell each other of tips and fetch each other's events. */
@Timeout(900)
class SyncIT {
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Author author = new Author(new byte[32]);
  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private Kiln kiln(String name, String... peers) throws Exception {
    Kiln kiln = new Kiln(folder.resolve(name), author, peers);
    open.add(kiln);
    return kiln;
  }

  /** What is going on, for the sentence of a failure. */
  private static String told(List<Kiln> kilns, StreamId... streams) throws Exception {
    StringBuilder out = new StringBuilder();
    for (Kiln kiln : kilns) {
      out.append("\n\n").append(kiln.process.data().getFileName()).append('\n');
      kiln.metrics()
          .lines()
          .filter(line -> line.matches("kiln_(peer|gossip|sync|bitswap).*"))
          .forEach(line -> out.append(line).append('\n'));
      for (StreamId stream : streams) {
        out.append(kiln.state(stream)).append('\n');
      }
      kiln.process.complaints().forEach(line -> out.append(line).append('\n'));
    }
    return out.toString();
  }

  private SignedEvent tile(String text) {
    return author.tile(Ipld.map("text", Ipld.of(text)), text);
  }

  @Test
  void shouldGetStreamsThatOnlyAnotherNodeHolds() throws Exception {
    Kiln one = kiln("one");
    StreamId tile = one.create(0, tile("a"));
    Cid tip = tile.init();
    for (int i = 0; i < 20; i++) {
      tip = one.write(tile, tip, "text " + i).cid();
    }
    StreamId model = one.create(2, Kiln.noteModel(author));
    StreamId note =
        one.create(3, author.instance(model, Ipld.map("text", Ipld.of("a note")), "unique bytes"));

    Kiln two = kiln("two", one.address());
    two.awaitGossipWith(1);
    one.awaitGossipWith(1);
    assertThat(two.client.get("/api/v0/streams/" + tile + "?sync=2").status()).isEqualTo(404);
    // The document's model comes along.
    V0Client.Answer answer = two.client.get("/api/v0/streams/" + note);
    assertThat(answer.ok()).as(answer.text()).isTrue();
    assertThat(answer.body().at("/state/content/text").asText()).isEqualTo("a note");
    assertThat(two.state(model)).isEqualTo(one.state(model));
    // One event of a stream that is not here, then all of it.
    V0Client.Answer first = two.client.get("/api/v0/streams/" + tile + "?sync=0");
    assertThat(first.ok()).as(first.text()).isTrue();
    assertThat(first.body().at("/state/log")).hasSize(21);
    assertThat(two.state(tile)).isEqualTo(one.state(tile));
    // From now on it follows.
    Cid next = one.write(tile, tip, "news").cid();
    until("the news is there", () -> two.state(tile).contains(next.toString()));
    // And a write on the other side comes back.
    Cid reply = two.write(tile, next, "reply").cid();
    until("the reply is there", () -> one.state(tile).contains(reply.toString()));
    assertThat(one.process.complaints()).isEmpty();
    assertThat(two.process.complaints()).isEmpty();
  }

  @Test
  void shouldFetchTheProofOfATimeEventThatAClientPosts() throws Exception {
    // A node that tells nobody of its tips, but gives blocks away.
    Kiln one =
        new Kiln(
            folder.resolve("one"),
            author,
            List.of("network.sync=false", "anchor.batch-interval-ms=50"));
    open.add(one);
    Kiln two = kiln("two", one.address());
    SignedEvent genesis = tile("anchored elsewhere");
    StreamId stream = two.create(0, genesis);
    ObjectNode creation = JsonNodeFactory.instance.objectNode();
    creation.put("type", 0);
    creation.set("genesis", genesis.wire());
    assertThat(one.client.post("/api/v0/streams", creation).ok()).isTrue();
    until("the time event is there", () -> one.state(stream).contains("\"ANCHORED\""));
    until("they are connected", () -> two.metrics().contains("\nkiln_peers 1\n"));

    JsonNode commits = one.client.commits(stream).body().get("commits");
    assertThat(commits).hasSize(2);
    JsonNode time = commits.get(1).get("value");
    assertThat(time.has("proof")).isTrue();
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("streamId", stream.toString());
    body.set("commit", time);
    V0Client.Answer answer = two.client.post("/api/v0/commits", body);
    assertThat(answer.ok()).as(answer.text()).isTrue();
    assertThat(answer.body().at("/state/anchorStatus").asText()).isEqualTo("ANCHORED");
    assertThat(answer.body().at("/state/log")).hasSize(2);
  }

  @Test
  void shouldConvergeWhenAPartitionHeals() throws Exception {
    Kiln one = kiln("one");
    CuttingProxy toOne = new CuttingProxy(one.port);
    open.add(toOne);
    Kiln two = kiln("two", one.address(toOne.port()));
    CuttingProxy toOneToo = new CuttingProxy(one.port);
    open.add(toOneToo);
    Kiln three = kiln("three", one.address(toOneToo.port()), two.address());
    List<Kiln> all = List.of(one, two, three);
    for (Kiln kiln : all) {
      kiln.awaitGossipWith(2);
    }
    StreamId shared = one.create(0, tile("shared"));
    StreamId contested = one.create(0, tile("contested"));
    for (Kiln kiln : all) {
      until(
          "all know both",
          () ->
              kiln.client.get("/api/v0/streams/" + shared + "?sync=1").ok()
                  && kiln.client.get("/api/v0/streams/" + contested + "?sync=1").ok());
    }

    toOne.cut();
    toOneToo.cut();
    one.awaitGossipWith(0);
    two.awaitGossipWith(1);
    three.awaitGossipWith(1);
    Cid onOne = one.write(shared, shared.init(), "from one").cid();
    Cid left = one.write(contested, contested.init(), "left").cid();
    Cid right = three.write(contested, contested.init(), "right").cid();
    Cid longer = three.write(contested, right, "right again").cid();
    until("the other side agrees", () -> two.state(contested).contains(longer.toString()));
    assertThat(two.state(shared)).doesNotContain(onOne.toString());
    assertThat(one.state(contested)).contains(left.toString());

    toOne.heal();
    toOneToo.heal();
    try {
      agree(all, shared, onOne, contested, longer);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + told(all, shared, contested), e);
    }
    for (StreamId stream : List.of(shared, contested)) {
      assertThat(two.state(stream)).isEqualTo(one.state(stream));
      assertThat(three.state(stream)).isEqualTo(one.state(stream));
    }
  }

  private static void agree(
      List<Kiln> all, StreamId shared, Cid onOne, StreamId contested, Cid longer) throws Exception {
    for (Kiln kiln : all) {
      String where = " on " + kiln.process.data().getFileName();
      until("the shared tip" + where, () -> kiln.state(shared).contains(onOne.toString()));
      until("the longer branch" + where, () -> kiln.state(contested).contains(longer.toString()));
    }
  }

  @Test
  void shouldSpeakOfTipsWithAPeerOfAnotherMake() throws Exception {
    Kiln kiln = kiln("one");
    try (KitPeer peer = KitPeer.start("gossip", "--topic", Kiln.TOPIC)) {
      peer.call("dial", "addr", kiln.address());
      kiln.awaitGossipWith(1);
      peer.await("graft", event -> event.get("peer").asText().equals(kiln.id.toString()));
      StreamId stream = kiln.create(0, tile("told"));
      JsonNode update = peer.await("message", event -> text(event).contains("\"typ\":0"));
      assertThat(text(update))
          .isEqualTo("{\"typ\":0,\"stream\":\"" + stream + "\",\"tip\":\"" + stream.init() + "\"}");
      peer.call(
          "publish",
          "text",
          "{\"typ\":1,\"stream\":\"" + stream + "\",\"id\":\"an id of one's own\"}");
      JsonNode response = peer.await("message", event -> text(event).contains("\"typ\":2"));
      assertThat(text(response))
          .isEqualTo(
              "{\"typ\":2,\"id\":\"an id of one's own\",\"tips\":{\""
                  + stream
                  + "\":\""
                  + stream.init()
                  + "\"}}");
    }
  }

  private static String text(JsonNode message) {
    return new String(
        Base64.getDecoder().decode(message.get("base64").asText()), StandardCharsets.UTF_8);
  }
}
