package org.kiln.libp2p.host;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.mux.MuxStream;

/** A protocol while it is attached: its streams, and the peers it knows of. Thread-safe. */
final class Registration {
  private final NetworkProtocol protocol;
  private final List<String> ids;
  private final int maxStreamsPerPeer;
  private final SerialQueue calls;
  private final Map<MuxStream, HostStream> streams = new ConcurrentHashMap<>();
  private final Map<PeerId, Integer> inbound = new HashMap<>();
  private final Set<PeerId> ready = new HashSet<>();

  // No monitors: many streams may wait at a time, and each would hold a thread of the platform.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private volatile boolean closed;
  private volatile boolean detached;

  Registration(NetworkProtocol protocol) {
    this.protocol = protocol;
    this.ids = List.copyOf(protocol.ids());
    this.maxStreamsPerPeer = protocol.maxStreamsPerPeer();
    this.calls = new SerialQueue("libp2p " + ids);
  }

  NetworkProtocol protocol() {
    return protocol;
  }

  List<String> ids() {
    return ids;
  }

  /**
   * Takes in a stream the peer opened. With enough of them, one more is held up until another has
   * ended: Kubo and Helia send each message on a stream of its own, and what was on one that is
   * reset would be lost.
   *
   * @return false when none ended in time, or the protocol leaves
   */
  boolean enter(MuxStream stream, HostStream named, Deadline deadline) {
    PeerId peer = named.connection().peer();
    lock.lock();
    try {
      while (inbound.getOrDefault(peer, 0) >= maxStreamsPerPeer) {
        long ms = deadline.remaining().toMillis();
        if (closed || ms <= 0) {
          return false;
        }
        ended.await(ms, TimeUnit.MILLISECONDS);
      }
      if (closed || !track(stream, named)) {
        return false;
      }
      inbound.merge(peer, 1, Integer::sum);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** The protocol is done with a stream that was let in; it may still have bytes under way. */
  void exit(MuxStream stream, PeerId peer) {
    lock.lock();
    try {
      streams.remove(stream);
      inbound.computeIfPresent(peer, (id, count) -> count == 1 ? null : count - 1);
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets no more streams in; those held up are told. */
  void close() {
    lock.lock();
    try {
      closed = true;
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Remembers a stream, to break it off when the protocol goes; false when it has gone. */
  boolean track(MuxStream stream, HostStream named) {
    streams.put(stream, named);
    if (stream.isGone()) {
      streams.remove(stream);
    }
    if (detached) {
      streams.remove(stream);
      return false;
    }
    return true;
  }

  void forget(MuxStream stream) {
    streams.remove(stream);
  }

  /** Breaks off what is left. */
  void detach() {
    close();
    lock.lock();
    try {
      detached = true;
    } finally {
      lock.unlock();
    }
    streams.values().forEach(HostStream::reset);
    streams.clear();
  }

  /** Tells the protocol of a peer, unless it knows it already. */
  void arrived(PeerInfo peer) {
    lock.lock();
    try {
      if (!detached && ready.add(peer.id())) {
        calls.add(() -> protocol.peerReady(peer));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Tells the protocol that a peer it knows is no longer there. */
  void left(PeerId peer) {
    lock.lock();
    try {
      if (ready.remove(peer)) {
        calls.add(() -> protocol.peerGone(peer));
      }
    } finally {
      lock.unlock();
    }
  }
}
