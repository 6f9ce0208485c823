package org.kiln.core.guard.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.guard.PluginUnavailableException;

/**
 * A plugin's network protocol. Streams are used by its threads directly: they are made for several,
 * and break off for all of them when they are reset.
 */
final class GuardedProtocol implements NetworkProtocol {
  private static final Duration PEERS = Duration.ofSeconds(10);

  private record Constants(List<String> ids, int maxStreamsPerPeer) {}

  private final NetworkProtocol protocol;
  private final PluginThreads threads;
  private final Constants constants;

  GuardedProtocol(NetworkProtocol protocol, PluginThreads threads)
      throws PluginUnavailableException {
    this.protocol = protocol;
    this.threads = threads;
    this.constants =
        Checked.constants(
            threads,
            protocol,
            () -> new Constants(List.copyOf(protocol.ids()), protocol.maxStreamsPerPeer()));
  }

  @Override
  public List<String> ids() {
    return constants.ids();
  }

  @Override
  public int maxStreamsPerPeer() {
    return constants.maxStreamsPerPeer();
  }

  @Override
  public void serve(PeerStream stream) throws IOException {
    try {
      threads.serve(
          this,
          "NetworkProtocol.serve",
          IOException.class,
          caller -> {
            protocol.serve(stream);
            return null;
          });
    } catch (PluginUnavailableException e) {
      throw new IOException(e.getMessage());
    }
  }

  @Override
  public void peerReady(PeerInfo peer) {
    tell("NetworkProtocol.peerReady", () -> protocol.peerReady(peer));
  }

  @Override
  public void peerGone(PeerId peer) {
    tell("NetworkProtocol.peerGone", () -> protocol.peerGone(peer));
  }

  private void tell(String what, Runnable work) {
    try {
      threads.call(
          this,
          what,
          Deadline.in(PEERS),
          caller -> {
            work.run();
            return null;
          });
    } catch (PluginUnavailableException e) {
      // The log has it: it is the plugin's loss that it does not know its peers.
    }
  }
}
