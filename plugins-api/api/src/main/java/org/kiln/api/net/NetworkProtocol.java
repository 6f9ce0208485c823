package org.kiln.api.net;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A protocol spoken over streams of the node's peer connections. Register it as a service with the
 * property {@value #PROTOCOL_PROPERTY}. {@link #serve} runs on a thread of its own for each stream
 * and may block; the other methods must come back quickly.
 */
@ConsumerType
public interface NetworkProtocol {
  /** Name of the service property that carries the protocol's id. */
  String PROTOCOL_PROPERTY = "net.protocol";

  /** The multistream-select id, for example {@code /ipfs/bitswap/1.2.0}. */
  String id();

  /**
   * Serves a stream that a peer opened; the stream is closed when the call comes back.
   *
   * @throws IOException when the peer is gone or breaks the protocol; the stream is reset
   */
  void serve(PeerStream stream) throws IOException;

  /** A peer that speaks this protocol is connected. */
  default void peerReady(PeerInfo peer, PeerLink link) {}

  /** The last connection to that peer is gone. */
  default void peerGone(PeerInfo peer) {}
}
