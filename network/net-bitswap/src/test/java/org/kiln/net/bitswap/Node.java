package org.kiln.net.bitswap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.key.HostKey;

/** A host on loopback that speaks bitswap, with blocks in memory. */
final class Node implements AutoCloseable {
  final Map<Cid, Block> blocks = new ConcurrentHashMap<>();
  final Host host = new Host(HostKey.random(), HostSettings.LOOPBACK);
  final Bitswap bitswap;

  private Node(BitswapLimits limits) {
    this.bitswap = new Bitswap(host, cid -> Optional.ofNullable(blocks.get(cid)), limits);
  }

  static Node start() {
    return start(BitswapLimits.DEFAULT);
  }

  static Node start(BitswapLimits limits) {
    Node node = new Node(limits);
    node.host.attach(node.bitswap);
    node.begin();
    return node;
  }

  /** One that speaks a protocol of the test's own instead. */
  static Node start(NetworkProtocol protocol) {
    Node node = new Node(BitswapLimits.DEFAULT);
    node.host.attach(protocol);
    node.begin();
    return node;
  }

  private void begin() {
    if (!host.start().isEmpty()) {
      throw new AssertionError("Cannot listen on loopback");
    }
  }

  static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(60));
  }

  static Block block(String text) {
    return Block.of(Cid.RAW, text.getBytes(StandardCharsets.UTF_8));
  }

  Block put(Block block) {
    blocks.put(block.cid(), block);
    bitswap.arrived(block.cid());
    return block;
  }

  /** Connects, and waits until each has heard that the other speaks bitswap. */
  void meet(Node other) throws IOException, InterruptedException {
    host.connect(other.host.self(), other.host.addresses(), soon());
    await("to meet", () -> knows(this, other) && knows(other, this));
  }

  private static boolean knows(Node one, Node other) {
    return one.host.peer(other.host.self()).stream()
        .anyMatch(info -> info.protocols().contains(ProtocolVersion.IDS.get(0)));
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
    bitswap.close();
    host.close();
  }
}
