package org.kiln.api.net;

import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A protocol spoken over streams of the node's peer connections. Register it as a service; it may
 * come and go while connections live. When it goes its streams are reset, and peers are told of the
 * change either way.
 *
 * <p>{@link #serve} runs on a thread of its own for each stream and may block. {@link #peerReady}
 * and {@link #peerGone} are called one after the other, never at the same time, and must come back
 * quickly: the next call waits.
 */
@ConsumerType
public interface NetworkProtocol {
  /**
   * The multistream-select ids it accepts, best first, for example {@code /ipfs/bitswap/1.2.0}.
   * Does not change while it is registered.
   */
  List<String> ids();

  /**
   * Serves a stream that a peer opened. When the call comes back the stream is closed; when it
   * throws, reset.
   *
   * @param stream the stream; {@link PeerStream#protocol()} says which id was agreed on
   * @throws IOException when the peer is gone or breaks the protocol
   */
  void serve(PeerStream stream) throws IOException;

  /**
   * How many streams one peer may have open to it at a time; more wait 10 s, and are reset then.
   */
  default int maxStreamsPerPeer() {
    return 64;
  }

  /**
   * A connected peer has said that it speaks one of the ids. Called once until {@link #peerGone}.
   */
  default void peerReady(PeerInfo peer) {}

  /** That peer is no longer connected, or has given up all of the ids. */
  default void peerGone(PeerId peer) {}
}
