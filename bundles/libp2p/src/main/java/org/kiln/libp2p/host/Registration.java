package org.kiln.libp2p.host;

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
  private final Map<PeerId, Integer> inbound = new ConcurrentHashMap<>();
  private final Set<PeerId> ready = new HashSet<>();
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

  /** Takes in a stream the peer opened; false when the peer has enough of them. */
  boolean enter(MuxStream stream, HostStream named) {
    PeerId peer = named.connection().peer();
    int count = inbound.merge(peer, 1, Integer::sum);
    if (count > maxStreamsPerPeer || !track(stream, named)) {
      leave(peer);
      return false;
    }
    return true;
  }

  void leave(PeerId peer) {
    inbound.computeIfPresent(peer, (id, count) -> count == 1 ? null : count - 1);
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
