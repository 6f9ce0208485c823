package org.kiln.api.net;

import java.io.IOException;
import org.kiln.api.plugin.Deadline;
import org.osgi.annotation.versioning.ProviderType;

/** One stream to a peer, with back-pressure. For one reading and one writing thread. */
@ProviderType
public interface PeerStream extends AutoCloseable {
  /** The peer at the other end. */
  PeerInfo peer();

  /**
   * Reads one frame: an unsigned varint length and that many bytes.
   *
   * @param maxBytes largest frame accepted
   * @return the frame, null when the peer has closed its side
   * @throws IOException when the frame is larger, cut short, or the deadline passes
   */
  byte[] readFrame(int maxBytes, Deadline deadline) throws IOException;

  /**
   * Writes one frame, blocking while the peer's window is full.
   *
   * @throws IOException when the peer is gone or the deadline passes
   */
  void writeFrame(byte[] frame, Deadline deadline) throws IOException;

  /** Closes both sides. */
  @Override
  void close();
}
