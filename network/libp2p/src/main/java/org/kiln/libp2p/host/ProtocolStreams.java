package org.kiln.libp2p.host;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.lending.Lease;
import org.kiln.libp2p.multistream.Multistream;
import org.kiln.libp2p.mux.MuxStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams on their way between a connection and a protocol: negotiated, and handed over.
 * Thread-safe.
 */
final class ProtocolStreams {
  /** For both sides to agree on a protocol. */
  static final Duration NEGOTIATION = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(ProtocolStreams.class);

  private final Protocols protocols;

  ProtocolStreams(Protocols protocols) {
    this.protocols = protocols;
  }

  /** Has a peer's stream served; comes back when that is over. */
  void serve(Connection connection, MuxStream stream) {
    Deadline deadline = Deadline.in(NEGOTIATION);
    try {
      String id =
          Multistream.answer(
              stream, asked -> protocols.speaks(asked, deadline) ? asked : null, deadline);
      HostStream named = new HostStream(connection, stream, id);
      try (Lease<Registration> lease = enter(stream, named, deadline)) {
        if (lease == null) {
          stream.reset();
        } else {
          serve(lease.service(), stream, named);
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("A stream of connection {} failed: {}", connection, e.toString());
      stream.reset();
    }
  }

  private static void serve(Registration registration, MuxStream stream, HostStream named)
      throws IOException {
    try {
      registration.protocol().serve(named);
      stream.close();
    } finally {
      registration.exit(stream, named.connection().peer());
    }
  }

  /** The protocol that took the stream in: its successor where one leaves. Null for none. */
  private Lease<Registration> enter(MuxStream stream, HostStream named, Deadline deadline) {
    while (true) {
      Lease<Registration> lease = protocols.borrow(named.protocol(), deadline);
      if (lease == null || lease.service().enter(stream, named, deadline)) {
        return lease;
      }
      lease.close();
      if (!lease.wanted()) {
        return null;
      }
    }
  }

  /**
   * Opens a stream to a peer for the first of these protocols that it speaks.
   *
   * @throws IOException when it speaks none, or not in time
   */
  PeerStream open(Connection connection, List<String> ids, Deadline deadline) throws IOException {
    MuxStream stream = connection.open(deadline);
    try {
      String agreed =
          Multistream.propose(stream, ids, deadline)
              .orElseThrow(
                  () -> new IOException("Peer " + connection.peer() + " speaks none of " + ids));
      HostStream named = new HostStream(connection, stream, agreed);
      Registration registration = protocols.find(agreed);
      if (registration != null && !registration.track(stream, named)) {
        throw new IOException("The protocol " + agreed + " was taken away");
      }
      return named;
    } catch (IOException | RuntimeException e) {
      stream.reset();
      throw e;
    }
  }
}
