package org.kiln.net.kad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.net.PeerStream;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.libp2p.key.HostKey;
import org.kiln.net.kad.Swarm.Node;

/** Nodes that find each other and what they provide, over real connections on loopback. */
@Timeout(180)
class KademliaTest {
  private static final Cid CID = Cid.sha256(Cid.DAG_CBOR, new byte[] {1, 2, 3});

  private final Swarm swarm = new Swarm();

  @AfterEach
  void close() {
    swarm.close();
  }

  private static PeerId stranger() {
    return HostKey.random().publicKey().peerId();
  }

  @Test
  void shouldFindAPeerOverOthers() throws Exception {
    Node first = swarm.server();
    Node middle = swarm.server();
    Node last = swarm.server();
    first.meet(middle);
    middle.meet(last);
    Swarm.await("for the middle to know both", () -> middle.kad().tableSize() == 2);
    assertThat(first.kad().find(last.host().self(), Swarm.soon()))
        .containsAll(last.host().addresses());
    assertThat(first.kad().find(stranger(), Swarm.soon())).isEmpty();
  }

  @Test
  void shouldStartFromBootstrapPeers() throws Exception {
    Node known = swarm.server();
    Node far = swarm.server();
    far.meet(known);
    Swarm.await("for the known one to know the far one", () -> known.kad().tableSize() == 1);
    Node fresh =
        swarm.bootstrapped(List.of(known.host().addresses().get(0).withPeer(known.host().self())));
    Swarm.await(
        "for the first server",
        () -> {
          fresh.kad().tick();
          return fresh.kad().tableSize() > 0;
        });
    assertThat(fresh.kad().find(far.host().self(), Swarm.soon()))
        .containsAll(far.host().addresses());
  }

  @Test
  void shouldFindProvidersAmongMany() throws Exception {
    Node bootstrap = swarm.server();
    List<Node> others = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Node node = swarm.server();
      node.meet(bootstrap);
      others.add(node);
    }
    Swarm.await("for the bootstrap to know all", () -> bootstrap.kad().tableSize() == 12);
    others.forEach(node -> node.kad().refresh());
    Node provider = others.get(3);
    assertThat(provider.kad().provide(CID, Swarm.soon())).isGreaterThanOrEqualTo(10);
    Node client = swarm.client();
    client.meet(bootstrap);
    assertThat(client.kad().providers(CID, 1, Swarm.soon()))
        .containsOnlyKeys(provider.host().self())
        .containsEntry(provider.host().self(), provider.host().addresses());
    // A client answers nobody and is in nobody's table.
    Swarm.await(
        "to be identified",
        () ->
            bootstrap.host().peer(client.host().self()).stream()
                .anyMatch(info -> !info.protocols().isEmpty()));
    bootstrap.kad().tick();
    assertThat(bootstrap.host().peer(client.host().self()).orElseThrow().protocols())
        .doesNotContain("/ipfs/kad/1.0.0");
    assertThat(bootstrap.kad().tableSize()).isEqualTo(12);
    assertThat(client.kad().providers(Cid.sha256(Cid.RAW, new byte[1]), 1, Swarm.soon())).isEmpty();
  }

  @Test
  void shouldFindNothingAlone() {
    Node node = swarm.server();
    assertThat(node.kad().providers(CID, 10, Swarm.soon())).isEmpty();
    assertThat(node.kad().provide(CID, Swarm.soon())).isZero();
  }

  @Test
  void shouldFindProvidersOnTheLocalNetwork() throws Exception {
    Node between = swarm.lanServer();
    Node provider = swarm.lanServer();
    Node asker = swarm.lanServer();
    Node stranger = swarm.server();
    provider.meet(between);
    asker.meet(between);
    stranger.meet(between);
    assertThat(between.kad().ids()).containsExactly("/ipfs/lan/kad/1.0.0");
    assertThat(provider.kad().provide(CID, Swarm.soon())).isPositive();
    Swarm.await("for the claim", () -> between.claims().size() == 1);
    assertThat(asker.kad().providers(CID, 1, Swarm.soon()))
        .containsEntry(provider.host().self(), provider.host().addresses());
    assertThat(asker.kad().find(provider.host().self(), Swarm.soon()))
        .containsAll(provider.host().addresses());
    Swarm.await(
        "for the one between to know what all speak",
        () -> between.host().peers().stream().filter(p -> !p.protocols().isEmpty()).count() == 3);
    Swarm.await(
        "for a table without who speaks another DHT",
        () -> {
          between.kad().tick();
          return between.kad().tableSize() == 2;
        });
  }

  @Test
  void rejectsWhoIsNotOfTheLocalNetwork() {
    Node server = swarm.lanServer();
    PeerInfo far =
        PeerInfo.of(stranger(), Multiaddrs.parse("/ip4/8.8.8.8/tcp/1"))
            .connected(true, Instant.EPOCH)
            .muxer("/yamux/1.0.0")
            .protocols(Set.of("/ipfs/lan/kad/1.0.0"))
            .build();
    PeerStream stream =
        (PeerStream)
            Proxy.newProxyInstance(
                PeerStream.class.getClassLoader(),
                new Class<?>[] {PeerStream.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("peer")) {
                    return far;
                  }
                  throw new AssertionError("Nothing is read or written: " + method);
                });
    assertThatThrownBy(() -> server.kad().serve(stream))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("local network");
    server.kad().peerReady(far);
    assertThat(server.kad().tableSize()).isZero();
  }

  @Test
  void shouldTellTheLocalNetworkPrivateAddressesOnly() throws Exception {
    Node server = swarm.lanServer();
    Node asker = swarm.lanServer();
    asker.meet(server);
    byte[] key = {0x12, 1, 7};
    Multiaddr near = Multiaddrs.parse("/ip4/192.168.1.2/tcp/1");
    Multiaddr far = Multiaddrs.parse("/ip4/8.8.8.8/tcp/1");
    PeerId mixed = stranger();
    server.claims().add(key, mixed, List.of(far, near));
    server.claims().add(key, stranger(), List.of(far));
    try (PeerStream stream =
        asker.host().open(server.host().self(), server.kad().ids(), Swarm.soon())) {
      stream.writeFrame(
          KadMessage.question(KadMessage.Type.GET_PROVIDERS, key).encode(), Swarm.soon());
      KadMessage answer = KadMessage.decode(stream.readFrame(KadMessage.MAX_BYTES, Swarm.soon()));
      assertThat(answer.providers()).containsExactly(new KadPeer(mixed, List.of(near)));
    }
  }

  @Test
  void rejectsProvidersThatSpeakForOthers() throws Exception {
    Node server = swarm.server();
    Node liar = swarm.client();
    liar.meet(server);
    List<Multiaddr> somewhere = List.of(Multiaddrs.parse("/ip4/127.0.0.1/tcp/1"));
    KadMessage claim =
        new KadMessage(
            KadMessage.Type.ADD_PROVIDER,
            new byte[] {0x12, 1, 7},
            List.of(),
            List.of(
                new KadPeer(stranger(), somewhere), new KadPeer(liar.host().self(), List.of())));
    try (PeerStream stream =
        liar.host().open(server.host().self(), server.kad().ids(), Swarm.soon())) {
      stream.writeFrame(claim.encode(), Swarm.soon());
      // Answered after the claim, on the same stream.
      stream.writeFrame(
          KadMessage.question(KadMessage.Type.GET_PROVIDERS, claim.key()).encode(), Swarm.soon());
      KadMessage answer = KadMessage.decode(stream.readFrame(KadMessage.MAX_BYTES, Swarm.soon()));
      assertThat(answer.providers()).isEmpty();
      assertThat(answer.closer()).isEmpty();
    }
    assertThat(server.claims().size()).isZero();
  }

  @Test
  void rejectsValuesAndNonsense() throws Exception {
    Node server = swarm.server();
    Node client = swarm.client();
    client.meet(server);
    for (byte[] frame :
        List.of(
            KadMessage.question(KadMessage.Type.PUT_VALUE, new byte[] {1}).encode(),
            KadMessage.question(KadMessage.Type.FIND_NODE, new byte[0]).encode(),
            new byte[] {8, 99},
            new byte[] {10, 10, 1})) {
      try (PeerStream stream =
          client.host().open(server.host().self(), server.kad().ids(), Swarm.soon())) {
        stream.writeFrame(frame, Swarm.soon());
        assertThatThrownBy(() -> stream.readFrame(KadMessage.MAX_BYTES, Swarm.soon()))
            .isInstanceOf(IOException.class);
      }
    }
    // And still serves.
    try (PeerStream stream =
        client.host().open(server.host().self(), server.kad().ids(), Swarm.soon())) {
      byte[] ping = KadMessage.question(KadMessage.Type.PING, new byte[] {1}).encode();
      stream.writeFrame(ping, Swarm.soon());
      assertThat(stream.readFrame(100, Swarm.soon())).isEqualTo(ping);
    }
  }

  @Test
  void shouldNotBeMisledByPeersThatDoNotExist() throws Exception {
    Node server = swarm.server();
    Node asking = swarm.client();
    asking.meet(server);
    List<Multiaddr> nowhere = List.of(Multiaddrs.parse("/ip4/127.0.0.1/tcp/1"));
    for (int i = 0; i < 30; i++) {
      PeerId ghost = stranger();
      server.host().learn(ghost, nowhere);
      server.kad().pretend(ghost, nowhere);
    }
    assertThat(asking.kad().providers(CID, 1, Swarm.soon())).isEmpty();
    assertThat(asking.kad().tableSize()).as("only who has answered").isEqualTo(1);
  }

  @Test
  void shouldAnswerAllOfAPeerThatAsksMoreThanItsShare() throws Exception {
    Node server = swarm.server();
    Node asker = swarm.server();
    Node other = swarm.server();
    asker.meet(server);
    other.meet(server);
    byte[] ping = new KadMessage(KadMessage.Type.PING, new byte[0], List.of(), List.of()).encode();
    int questions = 2_100;
    try (PeerStream stream =
            asker.host().open(server.host().self(), server.kad().ids(), Swarm.soon());
        PeerStream beside =
            other.host().open(server.host().self(), server.kad().ids(), Swarm.soon())) {
      Thread asking =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < questions; i++) {
                        stream.writeFrame(ping, Swarm.soon());
                      }
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
      // It is held up beyond its share, and nothing of what it asks is lost.
      for (int i = 0; i < questions; i++) {
        assertThat(stream.readFrame(KadMessage.MAX_BYTES, Swarm.soon())).isEqualTo(ping);
      }
      asking.join();
      beside.writeFrame(ping, Swarm.soon());
      assertThat(beside.readFrame(KadMessage.MAX_BYTES, Swarm.soon())).isEqualTo(ping);
    }
  }
}
