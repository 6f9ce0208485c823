package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.itests.harness.Await;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.key.HostKey;
import org.kiln.net.mdns.Discovery;
import org.kiln.net.mdns.Multicast;
import org.kiln.net.mdns.PeerDialler;

/** Peers that find each other by multicast DNS, over the machine's real interfaces. */
@Timeout(300)
class MdnsIT {
  private static final InetSocketAddress GROUP = new InetSocketAddress("224.0.0.251", 5353);

  /** One of ours, and whom it has found. */
  private static final class Node implements AutoCloseable {
    final Host host = new Host(HostKey.random(), HostSettings.LOOPBACK);
    final Map<PeerId, List<Multiaddr>> found = new ConcurrentHashMap<>();
    private final PeerDialler dialler = new PeerDialler(host);
    private final Multicast multicast;

    private final boolean dials;

    Node(boolean dials) {
      this.dials = dials;
      assertThat(host.start()).isEmpty();
      multicast =
          new Multicast(
              link ->
                  new Discovery(
                      host.self(),
                      host::addresses,
                      link,
                      this::found,
                      System::nanoTime,
                      new SecureRandom()));
    }

    private void found(PeerId peer, List<Multiaddr> addresses) {
      found.put(peer, addresses);
      if (dials) {
        dialler.found(peer, addresses);
      }
    }

    @Override
    public void close() {
      multicast.close();
      dialler.close();
      host.close();
    }
  }

  /** Whether a packet sent to the group on that interface comes back to this machine. */
  private static boolean loopsBack(NetworkInterface on) {
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        Selector selector = Selector.open()) {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(GROUP.getPort()));
      channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, on);
      channel.join(GROUP.getAddress(), on);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      channel.send(ByteBuffer.wrap(new byte[12]), GROUP);
      return selector.select(10_000) > 0;
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  @BeforeEach
  void needsMulticast() throws SocketException {
    NetworkInterface loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
    assumeTrue(
        loopback != null && loopsBack(loopback),
        "The loopback interface of this machine passes no multicast packets on");
  }

  @Test
  void shouldMeetOnTheSameMachine() throws Exception {
    try (Node first = new Node(true);
        Node second = new Node(true)) {
      Await.until("they meet", () -> first.host.peer(second.host.self()).isPresent());
      Await.until("both know", () -> second.host.peer(first.host.self()).isPresent());
    }
  }

  @Test
  void shouldBeFoundByJsLibp2p() throws Exception {
    try (KitPeer peer = KitPeer.start("mdns");
        Node node = new Node(false)) {
      // It listens on all interfaces: our answers to ourselves on loopback reach it. It must know
      // us by nothing else, so that it is not dialled.
      JsonNode heard =
          peer.await(
              "discovered",
              event -> event.get("peer").asText().equals(node.host.self().toString()));
      assertThat(heard.get("addrs").get(0).asText())
          .isEqualTo(node.host.addresses().get(0).toString());
    }
  }

  @Test
  void shouldFindJsLibp2p() throws Exception {
    // js-libp2p speaks on the interface of the default route only.
    NetworkInterface outward = outward();
    assumeTrue(
        outward != null && loopsBack(outward),
        "This machine has no outward interface that passes multicast packets on");
    try (KitPeer peer = KitPeer.start("mdns");
        Node node = new Node(true)) {
      Await.until("it is found", () -> node.found.containsKey(peer.id()));
      assertThat(node.found.get(peer.id())).containsExactly(peer.address().withoutPeer());
      Await.until("it is met", () -> node.host.peer(peer.id()).isPresent());
    }
  }

  private static NetworkInterface outward() {
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
      // Sends nothing: asks the routing table.
      channel.connect(GROUP);
      InetAddress local = ((InetSocketAddress) channel.getLocalAddress()).getAddress();
      return local.isLoopbackAddress() ? null : NetworkInterface.getByInetAddress(local);
    } catch (IOException e) {
      return null;
    }
  }
}
