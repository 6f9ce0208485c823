package org.kiln.libp2p.host;

import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.Multiaddr.Transport;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.key.HostKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TCP, and QUIC where its native library can be loaded, which is tried when the first address that
 * wants it comes by. Thread-safe.
 */
final class Transports {
  private static final Logger LOG = LoggerFactory.getLogger(Transports.class);

  private final HostKey key;
  private final EventLoopGroup group;
  private final HostSettings settings;
  private final Counters counters;
  private final Connection.Owner streams;
  private final Swarm.Events events;
  private final QuicSource source;
  private final Swarm tcp;
  private final AtomicBoolean missed = new AtomicBoolean();
  private QuicSwarm quic;

  Transports(
      HostKey key,
      EventLoopGroup group,
      HostSettings settings,
      Counters counters,
      Connection.Owner streams,
      Swarm.Events events,
      QuicSource source) {
    this.key = key;
    this.group = group;
    this.settings = settings;
    this.counters = counters;
    this.streams = streams;
    this.events = events;
    this.source = source;
    this.tcp = new Swarm(group, settings, new Upgrader(key, settings), counters, streams, events);
  }

  /** Whether that address could be dialled, and listened on, as far as the transport goes. */
  boolean there(Multiaddr address) {
    if (!isQuic(address)) {
      return true;
    }
    Throwable missing = source.missing();
    if (missing != null && !missed.getAndSet(true)) {
      LOG.warn(
          "QUIC is off, TCP is not: its native library cannot be loaded here: {}", root(missing));
      LOG.debug("QUIC is off", missing);
    }
    return missing == null;
  }

  private static String root(Throwable missing) {
    Throwable root = missing;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  /** Listens there, with the transport of that address. */
  ChannelFuture bind(Multiaddr address, InetSocketAddress socket) throws IOException {
    return isQuic(address) ? quic().bind(socket) : tcp.server().bind(socket);
  }

  /** Dials; the connection is proven to lead to that peer. */
  Connection dial(PeerId peer, Multiaddr address, Deadline deadline) throws IOException {
    return isQuic(address)
        ? quic().dial(peer, address, deadline)
        : tcp.dial(peer, address, deadline);
  }

  private static boolean isQuic(Multiaddr address) {
    return address.transport().filter(Transport.QUIC_V1::equals).isPresent();
  }

  private synchronized QuicSwarm quic() throws IOException {
    if (quic == null) {
      quic = new QuicSwarm(group, settings, source.handshake(key), counters, streams, events);
    }
    return quic;
  }
}
