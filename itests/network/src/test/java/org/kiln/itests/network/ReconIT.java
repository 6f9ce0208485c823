package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kiln.itests.network.Kiln.until;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.SignedEvent;

/**
 * Kilns as they ship that hold events in common, with each other and with peers of another make.
 */
@Timeout(900)
class ReconIT {
  private static final Path EVENTS = Path.of("recon/events.json").toAbsolutePath();

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Author author = new Author(new byte[32]);
  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private Kiln kiln(String name, String interests, String... peers) throws Exception {
    Kiln kiln =
        new Kiln(
            folder.resolve(name),
            author,
            List.of("network.sync=false", "recon.enabled=true", "recon.interests=" + interests),
            peers);
    open.add(kiln);
    return kiln;
  }

  private KitPeer peer(String... flags) throws Exception {
    KitPeer peer = KitPeer.start("recon", flags);
    open.add(peer);
    return peer;
  }

  private static JsonNode model(KitPeer peer) throws Exception {
    return peer.call("status").get("model");
  }

  @Test
  void shouldHoldEventsInCommonWithPeersOfAnotherMake() throws Exception {
    JsonNode meta = new ObjectMapper().readTree(EVENTS.toFile()).get("meta");
    String models = meta.get("metaModel").asText();
    String model = meta.get("model").asText();
    String half = "model,docs,chain";
    // Dialled by the node, which begins: and gives what the node lacks.
    KitPeer first =
        peer(
            "--role",
            "responder",
            "--interest",
            models,
            "--interest",
            model,
            "--events",
            EVENTS.toString(),
            "--take",
            half);
    Kiln kiln = kiln("one", models + "," + model, first.address().toString());
    until(
        "the node is in sync with the first peer",
        () -> kiln.metrics().contains("kiln_recon_in_sync_peers 1\n"));
    assertThat(kiln.metrics()).contains("kiln_recon_bad_total 0\n");
    // Dials the node, and begins: gets what the first gave, and gives what it has.
    KitPeer second =
        peer(
            "--interest",
            "all",
            "--events",
            EVENTS.toString(),
            "--take",
            "model,docs,updates,forks",
            "--from",
            "10",
            "--dial",
            kiln.address());
    until("all have the same", () -> model(first).equals(model(second)));
    // A model, 40 documents, 10 updates that were sent, a chain of 5 and a fork of 4.
    assertThat(model(first).get("count").asInt()).isGreaterThan(50);
    // Each has learnt of the other from the node's ring.
    first.await("peerKey", event -> event.get("peer").asText().equals(kiln.id.toString()));
    first.await("peerKey", event -> event.get("peer").asText().equals(second.id().toString()));
    assertThat(kiln.process.complaints()).isEmpty();

    // One that sends what is not of its keys gets nothing in, and others are served.
    peer(
        "--role",
        "initiator",
        "--interest",
        "all",
        "--events",
        EVENTS.toString(),
        "--take",
        "model,otherModel",
        "--hostile",
        "wrong-value",
        "--dial",
        kiln.address());
    until("it is noticed", () -> !kiln.metrics().contains("kiln_recon_bad_total 0\n"));
    JsonNode added =
        second.call("load", "file", EVENTS.toString(), "take", "updates", "from", 0, "count", 10);
    assertThat(added.get("keys").asInt()).isEqualTo(10);
    until("all have the same again", () -> model(first).equals(model(second)));
  }

  @Test
  void shouldFillEachOtherUpAlsoOverAKill() throws Exception {
    SignedEvent noteModel = Kiln.noteModel(author);
    StreamId model = StreamId.of(2, noteModel.cid());
    String interests = StreamId.MODEL + "," + model;
    Kiln one = kiln("one", interests);
    one.create(2, noteModel);
    List<StreamId> notes = new ArrayList<>(notes(one, model, 0, 60));
    Kiln two = kiln("two", interests, one.address());
    // It is killed while it gets them, and comes back.
    until(
        "it has begun",
        () ->
            one.metrics().lines().anyMatch(line -> line.matches("kiln_recon_sent_total [1-9].*")));
    String[] flags = flags(two, interests, one);
    two.process.kill();
    notes.addAll(notes(one, model, 60, 80));
    NodeProcess again = two.process.again(Distribution.find(), flags);
    open.add(again);
    until("the model is there", () -> two.client.get("/api/v0/streams/" + model + "?sync=2").ok());
    notes.addAll(notes(two, model, 80, 120));
    for (Kiln kiln : List.of(one, two)) {
      for (StreamId note : notes) {
        until("note " + note + " is there", () -> kiln.state(note).contains("\"state\""));
      }
      until("it knows", () -> kiln.metrics().contains("kiln_recon_in_sync_peers 1\n"));
      assertThat(kiln.metrics()).contains("kiln_recon_bad_total 0\n");
    }
    assertThat(one.process.complaints()).isEmpty();
    assertThat(again.complaints()).isEmpty();
  }

  private static String[] flags(Kiln kiln, String interests, Kiln other) {
    List<String> flags = new ArrayList<>();
    for (String setting :
        List.of(
            "network.enabled=true",
            "network.sync=false",
            "recon.enabled=true",
            "recon.interests=" + interests,
            "network.listen=/ip4/127.0.0.1/tcp/" + kiln.port,
            "network.peers=" + other.address())) {
      flags.addAll(List.of("--set", setting));
    }
    return flags.toArray(String[]::new);
  }

  private List<StreamId> notes(Kiln kiln, StreamId model, int from, int to) throws Exception {
    List<StreamId> notes = new ArrayList<>();
    for (int i = from; i < to; i++) {
      notes.add(
          kiln.create(
              3, author.instance(model, Ipld.map("text", Ipld.of("note " + i)), "unique " + i)));
    }
    return notes;
  }
}
