package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kiln.itests.network.Kiln.until;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.Car;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.SignedEvent;

/** The node as it ships and a Kubo daemon: tips told, asked for and fetched. */
@Timeout(900)
@EnabledIfSystemProperty(
    named = "kiln.kubo",
    matches = "true",
    disabledReason = "With Kubo only when asked for: mvn -Pkubo verify, see README.md")
class KuboNodeIT {
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

  private Kiln kiln(String name, String... peers) throws Exception {
    Kiln kiln = new Kiln(folder.resolve(name), author, peers);
    open.add(kiln);
    return kiln;
  }

  private static String update(StreamId stream, Cid tip) {
    return "{\"typ\":0,\"stream\":\"" + stream + "\",\"tip\":\"" + tip + "\"}";
  }

  @Test
  void shouldTellAndGiveAndCarryOn() throws Exception {
    Kubo kubo = Kubo.start(program, folder.resolve("kubo"), "ed25519");
    open.add(kubo);
    Kubo.Topic topic = kubo.subscribe(Kiln.TOPIC);
    Kiln one = kiln("one", kubo.address().toString());
    one.awaitGossipWith(1);

    // A stream's events are told of and given.
    SignedEvent init = author.tile(Ipld.map("text", Ipld.of("a")), "kubo");
    StreamId stream = one.create(0, init);
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
          kubo.publish(Kiln.TOPIC, query);
          return topic.has(message -> message.text().equals(response));
        });

    // A second node that Kubo dials gets tip and events by way of Kubo alone.
    Kiln two = kiln("two");
    until(
        "the second node listens",
        () -> {
          try {
            kubo.dial(two.address());
            return true;
          } catch (IOException e) {
            return false;
          }
        });
    two.awaitGossipWith(1);
    String state = one.state(stream);
    assertThat(state).contains(last.toString());
    until(
        "the second node has the stream",
        () -> two.client.get("/api/v0/streams/" + stream + "?sync=1").text().equals(state));
    assertThat(two.metrics()).contains("kiln_peers 1\n");
    assertThat(one.process.complaints()).isEmpty();
    assertThat(two.process.complaints()).isEmpty();
  }
}
