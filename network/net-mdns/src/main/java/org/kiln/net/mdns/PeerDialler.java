package org.kiln.net.mdns;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerNetwork;
import org.kiln.api.plugin.Deadline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dials the peers found: two at a time, 64 waiting, and only while there are few connections. Who
 * is left out is found again.
 */
public final class PeerDialler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerDialler.class);
  private static final int ENOUGH = 64;
  private static final int WAITING = 64;
  private static final Duration TIME = Duration.ofSeconds(15);

  /** Keeps a connection that is idle; less than anybody's who is of use. */
  private static final int WORTH = 1;

  private final PeerNetwork network;
  private final ThreadPoolExecutor dials =
      new ThreadPoolExecutor(
          2,
          2,
          30,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          Thread.ofPlatform().daemon().name("mdns dial").factory(),
          new ThreadPoolExecutor.DiscardPolicy());

  /** Dials through that host. */
  public PeerDialler(PeerNetwork network) {
    this.network = network;
    dials.allowCoreThreadTimeOut(true);
  }

  /** A peer is said to be there; comes back at once. */
  public void found(PeerId peer, List<Multiaddr> addresses) {
    network.learn(peer, addresses);
    dials.execute(() -> meet(peer, addresses));
  }

  private void meet(PeerId peer, List<Multiaddr> addresses) {
    if (network.peer(peer).isPresent() || network.peers().size() >= ENOUGH) {
      return;
    }
    try {
      network.connect(peer, addresses, Deadline.in(TIME));
      network.tag(peer, "mdns", WORTH);
      LOG.debug("Peer {} found on the local network", peer);
    } catch (IOException | RuntimeException e) {
      LOG.debug("Peer {} of the local network is not met: {}", peer, e.getMessage());
    }
  }

  @Override
  public void close() {
    dials.shutdownNow();
  }
}
