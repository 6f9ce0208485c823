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
import org.kiln.core.log.LogBusyException;
import org.kiln.net.recon.BlockedPeers;
import org.kiln.net.recon.kept.ReconTable;
import org.kiln.net.recon.peer.PeerKey;
import org.kiln.net.recon.peer.PeerRing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node's own key in the ring: at the start, when its addresses change, and every half of
 * its time; dials those the ring names while the node has few peers; and keeps the ring over
 * restarts, each minute and at the end. For one thread of its own.
 */
final class RingKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RingKeeper.class);
  private static final Duration DIAL_TIME = Duration.ofSeconds(10);
  private static final int ENOUGH_PEERS = 32;
  private static final int DIALS_AT_ONCE = 4;
  private static final long LOOK_EVERY_MS = 2_000;
  private static final long KEEP_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final Duration KEEP_TIME = Duration.ofSeconds(5);

  private final PeerNetwork network;
  private final PeerRing ring;
  private final ReconTable table;
  private final BlockedPeers blocked;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("recon ring").factory());
  private Set<Multiaddr> told = Set.of();
  private long toldNanos;
  private long keptNanos;
  private long keptVersion = -1;
  private boolean restored;
  private int next;

  RingKeeper(PeerNetwork network, PeerRing ring, ReconTable table, BlockedPeers blocked) {
    this.network = network;
    this.ring = ring;
    this.table = table;
    this.blocked = blocked;
  }

  RingKeeper start() {
    // Checking thousands of signatures takes its time, and nobody waits for them.
    timer.execute(this::restore);
    timer.scheduleWithFixedDelay(this::look, 100, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
    return this;
  }

  private void look() {
    try {
      publish();
      dial();
      if (System.nanoTime() - keptNanos > KEEP_EVERY_NANOS) {
        keep();
      }
    } catch (RuntimeException e) {
      LOG.warn("The peer ring is not kept", e);
    }
  }

  private void restore() {
    try {
      ring.restore(table.ring());
      keptNanos = System.nanoTime();
      restored = true;
    } catch (RuntimeException e) {
      LOG.warn("The peer ring of the last run is not read", e);
    }
  }

  private void keep() {
    if (!restored) {
      return;
    }
    long version = ring.version();
    keptNanos = System.nanoTime();
    if (version == keptVersion) {
      return;
    }
    try {
      table.ring(ring.peers().stream().map(PeerKey::key).toList(), Deadline.in(KEEP_TIME));
      keptVersion = version;
    } catch (LogBusyException e) {
      LOG.debug("The peer ring is kept later: {}", e.getMessage());
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
      if (!peer.equals(network.self()) && !blocked.has(peer) && network.peer(peer).isEmpty()) {
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
    try {
      if (timer.awaitTermination(KEEP_TIME.toMillis(), TimeUnit.MILLISECONDS)) {
        keep();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.debug("The peer ring is not kept", e);
    }
  }
}
