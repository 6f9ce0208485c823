package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.net.PeerId;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.Car;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;
import org.kiln.libp2p.key.HostKey;

/** The node as it ships and a Kubo daemon: tips told, asked for and fetched. */
@Timeout(900)
@EnabledIfSystemProperty(
    named = "kiln.kubo",
    matches = "true",
    disabledReason = "With Kubo only when asked for: mvn -Pkubo verify, see README.md")
class KuboNodeIT {
  private static final Duration TIME = Duration.ofSeconds(240);
  private static final String TOPIC = "/ceramic/inmemory-itest";

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Author author = new Author(new byte[32]);
  @TempDir private Path folder;
  private Path program;

  @BeforeEach
  void findKubo() throws Exception {
    program = KuboBinary.findOrSkip();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  /** A node that knows of no other than, perhaps, Kubo. */
  private final class Kiln {
    final NodeProcess process;
    final V0Client client;
    final String listen;
    final PeerId id;

    Kiln(String name, String peers) throws Exception {
      listen = "/ip4/127.0.0.1/tcp/" + NodeProcess.freePort();
      process =
          NodeProcess.start(
              Distribution.find(),
              folder.resolve(name),
              "--set",
              "network.enabled=true",
              "--set",
              "network.topic=" + TOPIC,
              "--set",
              "network.listen=" + listen,
              "--set",
              "network.peers=" + peers);
      open.add(process);
      client = new V0Client(process.url());
      open.add(client);
      until("there is a network", () -> metrics().contains("kiln_sync_members "));
      id = HostKey.load(process.data().resolve("libp2p/identity.key")).publicKey().peerId();
    }

    String metrics() throws Exception {
      return client.get("/metrics").text();
    }

    void awaitGossip() throws Exception {
      until("Kubo is on the topic", () -> metrics().contains("kiln_sync_members 1\n"));
    }

    StreamId create(SignedEvent event) throws Exception {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      body.put("type", 0);
      body.set("genesis", event.wire());
      body.putObject("opts").put("anchor", false);
      V0Client.Answer answer = client.post("/api/v0/streams", body);
      assertThat(answer.ok()).as(answer.text()).isTrue();
      return StreamId.parse(answer.body().get("streamId").asText());
    }

    SignedEvent write(StreamId stream, Cid prev, String text) throws Exception {
      SignedEvent event = author.replace(stream, prev, "text", Ipld.of(text));
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      body.put("streamId", stream.toString());
      body.set("commit", event.wire());
      body.putObject("opts").put("anchor", false);
      V0Client.Answer answer = client.post("/api/v0/commits", body);
      assertThat(answer.ok()).as(answer.text()).isTrue();
      return event;
    }
  }

  private static void until(String what, Callable<Boolean> holds) throws Exception {
    long end = System.nanoTime() + TIME.toNanos();
    while (!holds.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Not within " + TIME.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(50_000_000);
    }
  }

  private static String update(StreamId stream, Cid tip) {
    return "{\"typ\":0,\"stream\":\"" + stream + "\",\"tip\":\"" + tip + "\"}";
  }

  @Test
  void shouldTellAndGiveAndCarryOn() throws Exception {
    Kubo kubo = Kubo.start(program, folder.resolve("kubo"), "ed25519");
    open.add(kubo);
    Kubo.Topic topic = kubo.subscribe(TOPIC);
    Kiln one = new Kiln("one", kubo.address().toString());
    one.awaitGossip();

    // A stream's events are told of and given.
    SignedEvent init = author.tile(Ipld.map("text", Ipld.of("a")), "kubo");
    StreamId stream = one.create(init);
    assertThat(topic.await(message -> message.text().equals(update(stream, init.cid()))).from())
        .isEqualTo(one.id.toString());
    for (Block block : List.of(init.envelope(), init.payload())) {
      assertThat(kubo.run(new byte[0], "block", "get", block.cid().toString()))
          .isEqualTo(block.data());
    }
    List<Block> blocks = new ArrayList<>(List.of(init.envelope(), init.payload()));
    Cid tip = init.cid();
    for (int i = 0; i < 20; i++) {
      SignedEvent event = one.write(stream, tip, "text " + i);
      blocks.addAll(List.of(event.envelope(), event.payload()));
      tip = event.cid();
    }
    Cid last = tip;
    assertThat(topic.await(message -> message.text().equals(update(stream, last))).from())
        .isEqualTo(one.id.toString());
    // From the tip Kubo finds its way down to the first event.
    Car car = Car.read(kubo.run(new byte[0], "dag", "export", "--progress=false", last.toString()));
    assertThat(car.blocks()).containsExactlyInAnyOrderElementsOf(blocks);

    // A question is answered; asked again until Kubo has the node in its mesh.
    String query = "{\"typ\":1,\"stream\":\"" + stream + "\",\"id\":\"an id of one's own\"}";
    String response =
        "{\"typ\":2,\"id\":\"an id of one's own\",\"tips\":{\"" + stream + "\":\"" + last + "\"}}";
    until(
        "the question is answered",
        () -> {
          kubo.publish(TOPIC, query);
          return topic.has(message -> message.text().equals(response));
        });

    // A second node that Kubo dials gets tip and events by way of Kubo alone.
    Kiln two = new Kiln("two", "");
    until(
        "the second node listens",
        () -> {
          try {
            kubo.dial(two.listen + "/p2p/" + two.id);
            return true;
          } catch (IOException e) {
            return false;
          }
        });
    two.awaitGossip();
    String state = one.client.get("/api/v0/streams/" + stream + "?sync=2").text();
    assertThat(state).contains(last.toString());
    until(
        "the second node has the stream",
        () -> two.client.get("/api/v0/streams/" + stream + "?sync=1").text().equals(state));
    assertThat(two.metrics()).contains("kiln_peers 1\n");
    assertThat(one.process.complaints()).isEmpty();
    assertThat(two.process.complaints()).isEmpty();
  }
}
