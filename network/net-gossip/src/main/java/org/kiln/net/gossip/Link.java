package org.kiln.net.gossip;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.net.PeerNetwork;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one stream we write to a peer, on a virtual thread of its own; opened again a few times when
 * it is lost. Whoever reads slowly holds up nobody but itself.
 */
final class Link {
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);
  private static final Duration OPENING = Duration.ofSeconds(10);
  private static final Duration WRITING = Duration.ofSeconds(30);
  private static final int TRIES = 4;
  private static final long FIRST_PAUSE_MS = 100;

  /** What the link tells of itself. */
  interface Owner {
    /** A stream stands; what is to be written goes into the queue. */
    void opened(Link link, String protocol, OutboundQueue queue);

    /** The peer sent something on a stream that is ours to write. */
    void misused(Link link);

    /** No stream stands any more; another may be opened. */
    void lost(Link link);
  }

  private final PeerNetwork network;
  private final PeerInfo peer;
  private final List<String> ids;
  private final Owner owner;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private volatile String protocol = "";
  private OutboundQueue queue;
  private PeerStream stream;
  private boolean closed;
  private long written;

  Link(PeerNetwork network, PeerInfo peer, List<String> ids, Owner owner) {
    this.network = network;
    this.peer = peer;
    this.ids = ids;
    this.owner = owner;
  }

  PeerInfo peer() {
    return peer;
  }

  /** What was agreed on, empty before. */
  String protocol() {
    return protocol;
  }

  void start() {
    Thread.ofVirtual().name("gossip to " + peer.id()).start(this::run);
  }

  private void run() {
    long pause = FIRST_PAUSE_MS;
    for (int attempt = 0; attempt <= TRIES && !isClosed(); attempt++) {
      long before = written;
      try (PeerStream fresh = network.open(peer.id(), ids, Deadline.in(OPENING))) {
        write(fresh);
      } catch (IOException e) {
        LOG.debug("The stream to {} is lost: {}", peer.id(), e.getMessage());
      }
      if (written > before) {
        // It worked for a while.
        attempt = 0;
        pause = FIRST_PAUSE_MS;
      }
      if (!pause(pause)) {
        return;
      }
      pause = Math.min(10_000, pause * 4);
    }
  }

  private void write(PeerStream fresh) throws IOException {
    OutboundQueue own = new OutboundQueue();
    lock.lock();
    try {
      if (closed) {
        return;
      }
      stream = fresh;
      queue = own;
    } finally {
      lock.unlock();
    }
    protocol = fresh.protocol();
    owner.opened(this, fresh.protocol(), own);
    Thread.ofVirtual().name("gossip watch " + peer.id()).start(() -> watch(fresh, own));
    try {
      for (byte[] frame = own.take(); frame != null; frame = own.take()) {
        fresh.writeFrame(frame, Deadline.in(WRITING));
        written++;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      fresh.reset();
      throw e;
    } finally {
      own.close();
      owner.lost(this);
    }
  }

  /** Notices a stream that is lost while there is nothing to write. */
  private void watch(PeerStream fresh, OutboundQueue own) {
    try {
      if (fresh.read(new byte[1], 0, 1, Deadline.NONE) < 0) {
        return; // it will not write, as it should not
      }
      owner.misused(this);
      fresh.reset();
    } catch (IOException e) {
      LOG.debug("The stream to {} ended: {}", peer.id(), e.getMessage());
    }
    own.close();
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private boolean pause(long millis) {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      while (!closed && left > 0) {
        left = ended.awaitNanos(left);
      }
      return !closed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** The peer is gone, or we are. */
  void close() {
    lock.lock();
    try {
      closed = true;
      ended.signalAll();
      if (queue != null) {
        queue.close();
      }
      if (stream != null) {
        stream.reset();
      }
    } finally {
      lock.unlock();
    }
  }
}
