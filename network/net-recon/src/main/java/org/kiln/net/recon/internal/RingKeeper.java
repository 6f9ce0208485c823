package org.kiln.net.recon.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerNetwork;
import org.kiln.api.plugin.Deadline;
import org.kiln.net.recon.peer.PeerKey;
import org.kiln.net.recon.peer.PeerRing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node's own key in the ring: at the start, when its addresses change, and every half of
 * its time; and dials those the ring names while the node has few peers. For one thread of its own.
 */
final class RingKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RingKeeper.class);
  private static final Duration DIAL_TIME = Duration.ofSeconds(10);
  private static final int ENOUGH_PEERS = 32;
  private static final int DIALS_AT_ONCE = 4;
  private static final long LOOK_EVERY_MS = 2_000;

  private final PeerNetwork network;
  private final PeerRing ring;
  private final Set<PeerId> blocked;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("recon ring").factory());
  private Set<Multiaddr> told = Set.of();
  private long toldNanos;
  private int next;

  RingKeeper(PeerNetwork network, PeerRing ring, Set<PeerId> blocked) {
    this.network = network;
    this.ring = ring;
    this.blocked = blocked;
  }

  RingKeeper start() {
    timer.scheduleWithFixedDelay(this::look, 100, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
    return this;
  }

  private void look() {
    try {
      publish();
      dial();
    } catch (RuntimeException e) {
      LOG.warn("The peer ring is not kept", e);
    }
  }

  private void publish() {
    List<Multiaddr> addresses = network.addresses();
    Set<Multiaddr> now = new HashSet<>(addresses);
    long halfTime = TimeUnit.SECONDS.toNanos(PeerRing.VALID_SECONDS / 2);
    if (!now.equals(told) || System.nanoTime() - toldNanos > halfTime) {
      ring.publish(addresses);
      told = now;
      toldNanos = System.nanoTime();
    }
  }

  /** A few of those we are not connected to, in turn; the host knows whom to leave alone. */
  private void dial() {
    if (network.peers().size() >= ENOUGH_PEERS) {
      return;
    }
    List<PeerKey> keys = ring.peers();
    int dialled = 0;
    for (int i = 0; i < keys.size() && dialled < DIALS_AT_ONCE; i++) {
      next = (next + 1) % keys.size();
      PeerKey key = keys.get(next);
      PeerId peer = key.peer();
      if (!peer.equals(network.self()) && !blocked.contains(peer) && network.peer(peer).isEmpty()) {
        dialled++;
        Thread.ofVirtual().name("recon dials " + peer).start(() -> dial(key));
      }
    }
  }

  private void dial(PeerKey key) {
    try {
      // As hearsay: the host drops what it would not dial on others' word.
      network.learn(key.peer(), key.addresses().stream().map(Multiaddr::withoutPeer).toList());
      network.connect(key.peer(), List.of(), Deadline.in(DIAL_TIME));
    } catch (IOException e) {
      LOG.debug("Peer {} of the ring cannot be dialled: {}", key.peer(), e.getMessage());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
