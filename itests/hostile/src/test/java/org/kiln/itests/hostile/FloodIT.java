package org.kiln.itests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.net.PeerId;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.DagCbor;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;
import org.kiln.libp2p.key.HostKey;

/** A peer that floods the topic of tips, beside an honest one whose tips must still arrive. */
@Timeout(600)
class FloodIT {
  private static final String TOPIC = "/ceramic/inmemory-flood";
  private static final Duration TIME = Duration.ofSeconds(120);

  /** What "within seconds" means on a machine of two busy cores. */
  private static final Duration SOON = Duration.ofSeconds(20);

  private static final int MESSAGES = Integer.getInteger("kiln.flood.messages", 1_000);
  private static final int IDENTITIES = 50;
  private static final int MOST_WAITING = 300;

  private final Author author = new Author(new byte[32]);
  private final List<AutoCloseable> open = new ArrayList<>();
  private int made;
  @TempDir private Path folder;
  private Node victim;
  private Node honest;

  /** A node as it ships, with its network on. */
  private final class Node {
    final NodeProcess process;
    final V0Client client;
    final String address;
    final PeerId id;

    Node(String name, String... peers) throws Exception {
      int port = NodeProcess.freePort();
      process =
          NodeProcess.start(
              Distribution.find(),
              folder.resolve(name),
              "--set",
              "network.enabled=true",
              "--set",
              "network.topic=" + TOPIC,
              "--set",
              "network.listen=/ip4/127.0.0.1/tcp/" + port,
              "--set",
              "network.peers=" + String.join(",", peers));
      open.add(process);
      client = new V0Client(process.url());
      open.add(client);
      until("the network is there", TIME, () -> number("kiln_sync_tips") >= 0);
      id = HostKey.load(process.data().resolve("libp2p/identity.key")).publicKey().peerId();
      address = "/ip4/127.0.0.1/tcp/" + port;
    }

    double number(String name) throws Exception {
      return client
          .get("/metrics")
          .text()
          .lines()
          .filter(line -> line.startsWith(name + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
          .findFirst()
          .orElse(-1);
    }

    boolean has(StreamId stream, Cid event) throws Exception {
      return client.load(stream).text().contains(event.toString());
    }

    StreamId create() throws Exception {
      made++;
      SignedEvent event = author.tile(Ipld.map("text", Ipld.of("a")), "stream " + made);
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      body.put("type", 0);
      body.set("genesis", event.wire());
      return StreamId.parse(post("/api/v0/streams", body).body().get("streamId").asText());
    }

    Cid write(StreamId stream, Cid prev) throws Exception {
      made++;
      SignedEvent event = author.replace(stream, prev, "text", Ipld.of("text " + made));
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      body.put("streamId", stream.toString());
      body.set("commit", event.wire());
      post("/api/v0/commits", body);
      return event.cid();
    }

    private V0Client.Answer post(String path, ObjectNode body) throws Exception {
      body.putObject("opts").put("anchor", false);
      V0Client.Answer answer = client.post(path, body);
      assertThat(answer.ok()).as(answer.text()).isTrue();
      return answer;
    }
  }

  @BeforeEach
  void start() throws Exception {
    victim = new Node("victim");
    honest = new Node("honest", victim.address + "/p2p/" + victim.id);
    until("they gossip", TIME, () -> victim.number("kiln_sync_members") >= 1);
    until("both ways", TIME, () -> honest.number("kiln_sync_members") >= 1);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private static void until(String what, Duration time, Callable<Boolean> holds) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    while (!holds.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Not within " + time.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(50_000_000);
    }
  }

  /** A stream of the honest node that the victim follows. */
  private StreamId shared() throws Exception {
    StreamId stream = honest.create();
    V0Client.Answer answer = victim.client.get("/api/v0/streams/" + stream);
    assertThat(answer.ok()).as(answer.text()).isTrue();
    return stream;
  }

  private Cid arrives(StreamId stream, Cid prev, String when) throws Exception {
    Cid tip = honest.write(stream, prev);
    until("an honest tip arrives " + when, SOON, () -> victim.has(stream, tip));
    return tip;
  }

  private byte[] update(StreamId stream) {
    made++;
    Cid nobodyHasIt = Block.of(Cid.DAG_CBOR, DagCbor.encode(Ipld.of("made up " + made))).cid();
    return ("{\"typ\":0,\"stream\":\"" + stream + "\",\"tip\":\"" + nobodyHasIt + "\"}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] query(StreamId stream) {
    return ("{\"typ\":1,\"stream\":\"" + stream + "\",\"id\":\"" + "q".repeat(46) + "\"}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private FloodingPeer flooder() throws IOException {
    FloodingPeer peer = new FloodingPeer(TOPIC, IDENTITIES);
    open.add(peer);
    peer.connect(victim.id, victim.address);
    return peer;
  }

  @Test
  void shouldHearAnHonestPeerBesideOneThatFloods() throws Exception {
    List<StreamId> streams = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      streams.add(victim.create());
    }
    StreamId flooded = shared();
    StreamId other = shared();
    FloodingPeer flooder = flooder();

    CompletableFuture<Void> flood = flooder.flood(MESSAGES, () -> update(flooded));
    Cid tip = arrives(other, other.init(), "while one stream is flooded");
    Cid onFlooded = arrives(flooded, flooded.init(), "of the very stream that is flooded");
    flood.join();
    tip = arrives(other, tip, "after one stream was flooded");
    assertThat(victim.number("kiln_sync_waiting")).isBetween(0.0, (double) MOST_WAITING);

    streams.add(flooded);
    flood = flooder.flood(MESSAGES, () -> update(streams.get(made % streams.size())));
    tip = arrives(other, tip, "while many streams are flooded");
    onFlooded = arrives(flooded, onFlooded, "of one of many that are flooded");
    flood.join();
    assertThat(victim.number("kiln_sync_waiting")).isBetween(0.0, (double) MOST_WAITING);
    Distribution.Answer peers =
        Distribution.find().run("peers", "--data", victim.process.data().toString());
    assertThat(peers.output()).containsPattern("tips -[0-9]+");

    flood = flooder.flood(MESSAGES, () -> query(streams.get(made++ % streams.size())));
    tip = arrives(other, tip, "while questions come in floods");
    flood.join();

    flooder.close();
    for (int round = 0; round < 4; round++) {
      try (FloodingPeer another = flooder()) {
        another.flood(200, () -> update(streams.get(made % streams.size()))).join();
      }
    }
    tip = arrives(other, tip, "while peers come, flood and go");
    arrives(flooded, onFlooded, "of a stream that was flooded");
    until("nothing waits", TIME, () -> victim.number("kiln_sync_waiting") == 0);
    until("nothing is followed", TIME, () -> victim.number("kiln_sync_walks") == 0);
    // And it is itself again: a stream that was never heard of comes by asking, and is followed.
    StreamId late = shared();
    arrives(late, late.init(), "after all of it");
    assertThat(victim.process.complaints()).isEmpty();
    assertThat(honest.process.complaints()).isEmpty();
  }
}
