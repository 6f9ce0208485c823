package org.kiln.libp2p.host;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.key.HostKey;

/** Hosts on loopback, closed together. */
final class Hosts implements AutoCloseable {
  private final List<Host> hosts = new ArrayList<>();

  Host start(NetworkProtocol... protocols) {
    return start(HostSettings.LOOPBACK, protocols);
  }

  Host start(HostSettings settings, NetworkProtocol... protocols) {
    return start(HostKey.random(), settings, protocols);
  }

  Host start(HostKey key, HostSettings settings, NetworkProtocol... protocols) {
    return start(new Host(key, settings), protocols);
  }

  Host start(Host host, NetworkProtocol... protocols) {
    hosts.add(host);
    for (NetworkProtocol protocol : protocols) {
      host.attach(protocol);
    }
    List<String> problems = host.start();
    if (!problems.isEmpty()) {
      throw new AssertionError(problems);
    }
    return host;
  }

  static PeerInfo connect(Host from, Host to) throws IOException {
    return from.connect(to.self(), to.addresses(), soon());
  }

  static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(30));
  }

  @Override
  public void close() {
    hosts.reversed().forEach(Host::close);
  }

  /** Sends back what comes in, and keeps note of the peers it is told of. */
  static final class Echo implements NetworkProtocol {
    static final String ID = "/test/echo/1.0.0";

    final List<PeerId> ready = new ArrayList<>();
    final List<PeerId> gone = new ArrayList<>();

    @Override
    public List<String> ids() {
      return List.of(ID);
    }

    @Override
    public void serve(PeerStream stream) throws IOException {
      byte[] buffer = new byte[16 * 1024];
      for (int n; (n = stream.read(buffer, 0, buffer.length, soon())) >= 0; ) {
        stream.write(buffer, 0, n, soon());
      }
    }

    @Override
    public void peerReady(PeerInfo peer) {
      synchronized (ready) {
        ready.add(peer.id());
      }
    }

    @Override
    public void peerGone(PeerId peer) {
      synchronized (ready) {
        gone.add(peer);
      }
    }

    boolean isReady(PeerId peer) {
      synchronized (ready) {
        return ready.contains(peer);
      }
    }

    boolean isGone(PeerId peer) {
      synchronized (ready) {
        return gone.contains(peer);
      }
    }
  }
}
