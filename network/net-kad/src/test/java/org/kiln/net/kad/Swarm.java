package org.kiln.net.kad;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.key.HostKey;

/** Nodes on loopback that speak Kademlia, closed together. */
final class Swarm implements AutoCloseable {
  /** One node. */
  record Node(Host host, Kademlia kad, ProviderStore claims) {
    void meet(Node other) throws IOException, InterruptedException {
      host.connect(other.host.self(), other.host.addresses(), soon());
      await(
          "to meet",
          () -> {
            kad.tick();
            other.kad.tick();
            return host.peer(other.host.self()).stream()
                .anyMatch(info -> !info.protocols().isEmpty());
          });
    }
  }

  private final List<Node> nodes = new ArrayList<>();

  Node server() {
    return start(true);
  }

  Node client() {
    return start(false);
  }

  Node lanServer() {
    return start(settings(true).lan(), List.of());
  }

  /** One that knows nobody but those addresses, and has yet to dial them. */
  Node bootstrapped(List<Multiaddr> addresses) {
    return start(settings(true), addresses);
  }

  private Node start(boolean server) {
    return start(settings(server), List.of());
  }

  private static KadSettings settings(boolean server) {
    // As patient as a slow machine asks for.
    return new KadSettings(
        "/ipfs/kad/1.0.0", DhtScope.WAN, server, Duration.ofSeconds(60), Duration.ofSeconds(60));
  }

  private Node start(KadSettings settings, List<Multiaddr> bootstrap) {
    Host host = new Host(HostKey.random(), HostSettings.LOOPBACK);
    host.bootstrapFrom(bootstrap);
    ProviderStore claims = new ProviderStore();
    Node node = new Node(host, new Kademlia(host, settings, claims), claims);
    nodes.add(node);
    if (settings.server()) {
      host.attach(node.kad);
    }
    if (!host.start().isEmpty()) {
      throw new AssertionError("Cannot listen on loopback");
    }
    return node;
  }

  static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(60));
  }

  static void await(String what, BooleanSupplier holds) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    Object pause = new Object();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Waited in vain " + what);
      }
      synchronized (pause) {
        pause.wait(5);
      }
    }
  }

  @Override
  public void close() {
    nodes.reversed().forEach(node -> node.host.close());
  }
}
