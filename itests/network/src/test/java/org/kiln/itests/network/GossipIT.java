package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.net.PubSub;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.key.HostKey;
import org.kiln.net.gossip.Gossip;

/** Gossip with js-libp2p: each side dials the other, over each muxer, with each kind of key. */
@Timeout(300)
class GossipIT {
  private static final String TOPIC = "/ceramic/local-1";
  private static final Duration TIME = Duration.ofSeconds(60);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Set<String> heard = ConcurrentHashMap.newKeySet();
  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private KitPeer peer(String... flags) throws IOException {
    List<String> all = new ArrayList<>(List.of("--topic", TOPIC));
    all.addAll(List.of(flags));
    KitPeer peer = KitPeer.start("gossip", all.toArray(String[]::new));
    open.add(peer);
    return peer;
  }

  private record Node(Host host, Gossip gossip) {
    String address() {
      return host.addresses().get(0).withPeer(host.self()).toString();
    }

    boolean meshed(KitPeer peer) {
      return gossip.members(TOPIC).stream()
          .anyMatch(member -> member.peer().equals(peer.id()) && member.mesh());
    }

    int publish(String text) {
      return gossip.publish(TOPIC, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private Node node() throws IOException {
    Host host =
        new Host(
            HostKey.random(),
            HostSettings.LOOPBACK.withMuxers(true, "/yamux/1.0.0", "/mplex/6.7.0"));
    open.add(host);
    Gossip gossip = new Gossip(host, folder.resolve(host.self().toString()));
    open.add(gossip);
    host.attach(gossip);
    gossip.subscribe(
        TOPIC,
        (origin, data) -> {
          heard.add(origin.author() + " " + new String(data, StandardCharsets.UTF_8));
          return PubSub.Verdict.ACCEPT;
        });
    assertThat(host.start()).isEmpty();
    gossip.start();
    return new Node(host, gossip);
  }

  private static void until(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + TIME.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Not within " + TIME.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(10_000_000);
    }
  }

  private static void hears(KitPeer peer, Node author, String text) {
    JsonNode message =
        peer.await(
            "message",
            event ->
                new String(
                        Base64.getDecoder().decode(event.get("base64").asText()),
                        StandardCharsets.UTF_8)
                    .equals(text));
    assertThat(message.get("from").asText()).isEqualTo(author.host.self().toString());
    assertThat(message.get("topic").asText()).isEqualTo(TOPIC);
  }

  @ParameterizedTest
  @CsvSource({
    "false, yamux, Ed25519, go",
    "true, yamux, Ed25519, js",
    "true, yamux, RSA, js",
    "false, yamux, secp256k1, go",
    "true, mplex, Ed25519, go"
  })
  void shouldExchangeMessages(boolean theyDial, String muxer, String key, String ids)
      throws Exception {
    KitPeer peer = peer("--muxer", muxer, "--key-type", key, "--msg-id", ids);
    Node node = node();
    if (theyDial) {
      peer.call("dial", "addr", node.address());
    } else {
      node.host.connect(peer.id(), List.of(peer.address()), Deadline.in(TIME));
    }
    until("the peer is in the mesh", () -> node.meshed(peer));
    peer.await("graft", event -> event.get("peer").asText().equals(node.host.self().toString()));
    assertThat(node.gossip.members(TOPIC))
        .singleElement()
        .satisfies(member -> assertThat(member.protocol()).isEqualTo("/meshsub/1.1.0"));
    assertThat(node.publish("from Kiln")).isEqualTo(1);
    hears(peer, node, "from Kiln");
    peer.call("publish", "text", "from js");
    until("js is heard", () -> heard.contains(peer.id() + " from js"));
    JsonNode mesh = peer.call("mesh");
    assertThat(mesh.get("mesh").toString()).contains(node.host.self().toString());
    assertThat(node.gossip.members(TOPIC))
        .allSatisfy(member -> assertThat(member.score()).isZero());
    assertThat(node.gossip.numbers().rejected()).isZero();
  }

  @Test
  void shouldCarryMessagesBetweenPeersThatOnlyKnowIt() throws Exception {
    Node node = node();
    List<KitPeer> peers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      KitPeer peer = i % 2 == 0 ? peer("--msg-id", "js") : peer("--key-type", "RSA");
      peers.add(peer);
      peer.call("dial", "addr", node.address());
    }
    for (KitPeer peer : peers) {
      until("a peer is in the mesh", () -> node.meshed(peer));
    }
    for (int i = 0; i < 4; i++) {
      peers.get(i).call("publish", "text", "by number " + i);
    }
    for (KitPeer peer : peers) {
      for (int i = 0; i < 4; i++) {
        String text = "by number " + i;
        String author = peers.get(i).id().toString();
        if (!author.equals(peer.id().toString())) {
          peer.await(
              "message",
              event ->
                  event.get("from").asText().equals(author)
                      && new String(
                              Base64.getDecoder().decode(event.get("base64").asText()),
                              StandardCharsets.UTF_8)
                          .equals(text));
        }
      }
    }
    // A peer that leaves the topic leaves the mesh, and is grafted again when it is back.
    KitPeer leaver = peers.get(0);
    leaver.call("unsubscribe", "topic", TOPIC);
    until("the leaver is gone", () -> node.gossip.members(TOPIC).size() == 3);
    leaver.call("subscribe", "topic", TOPIC);
    until("the leaver is back", () -> node.gossip.members(TOPIC).size() == 4);
    assertThat(node.publish("to all")).isEqualTo(4);
    hears(leaver, node, "to all");
    until(
        "nobody has a bad name",
        () -> node.gossip.members(TOPIC).stream().allMatch(member -> member.score() == 0));
  }
}
