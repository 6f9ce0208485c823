package org.kiln.libp2p.host;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerInfo;
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
  private int serving;
  private volatile boolean leaving;
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

  /** Takes in a stream the peer opened; false when the peer has enough of them, or it has gone. */
  synchronized boolean enter(MuxStream stream, HostStream named) {
    PeerId peer = named.connection().peer();
    if (inbound.getOrDefault(peer, 0) >= maxStreamsPerPeer || !track(stream, named)) {
      return false;
    }
    inbound.merge(peer, 1, Integer::sum);
    serving++;
    return true;
  }

  /** The protocol is done with a stream that was let in; it may still have bytes under way. */
  synchronized void leave(MuxStream stream, PeerId peer) {
    streams.remove(stream);
    inbound.computeIfPresent(peer, (id, count) -> count == 1 ? null : count - 1);
    serving--;
    notifyAll();
  }

  /** Whether streams should go to a successor, if there is one. */
  boolean leaving() {
    return leaving;
  }

  boolean detached() {
    return detached;
  }

  /** From now on new streams go elsewhere. */
  void beginToLeave() {
    leaving = true;
  }

  /** Lets streams that are served come to their end for so long, and breaks the others off. */
  void drain(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    synchronized (this) {
      try {
        for (long left = patience.toMillis(); serving > 0 && left > 0; ) {
          wait(left);
          left = (end - System.nanoTime()) / 1_000_000;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      detached = true; // in the same breath: nobody comes in between
    }
    detach();
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

  void detach() {
    detached = true;
    streams.values().forEach(HostStream::reset);
    streams.clear();
  }

  /** Tells the protocol of a peer, unless it knows it already. */
  synchronized void arrived(PeerInfo peer) {
    if (!detached && ready.add(peer.id())) {
      calls.add(() -> protocol.peerReady(peer));
    }
  }

  /** Tells the protocol that a peer it knows is no longer there. */
  synchronized void left(PeerId peer) {
    if (ready.remove(peer)) {
      calls.add(() -> protocol.peerGone(peer));
    }
  }
}
