package org.kiln.api.net;

import java.io.IOException;
import org.kiln.api.plugin.Deadline;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One stream to a peer, with back-pressure: a write waits while the peer's window is full, and a
 * peer may send only as much as was read. For one reading and one writing thread at a time; {@link
 * #reset} and {@link #close} may be called by any.
 */
@ProviderType
public interface PeerStream extends AutoCloseable {
  /** The peer at the other end. */
  PeerInfo peer();

  /** The id agreed on. */
  String protocol();

  /**
   * Reads what is there, at least one byte.
   *
   * @return number of bytes, -1 when the peer has closed its side
   * @throws IOException when the stream was reset, the peer is gone, or the deadline passes
   */
  int read(byte[] into, int offset, int length, Deadline deadline) throws IOException;

  /**
   * Writes all of it, waiting while the peer's window is full. The bytes may be reused at once.
   *
   * @throws IOException when the stream was reset, the peer is gone, or the deadline passes
   */
  void write(byte[] bytes, int offset, int length, Deadline deadline) throws IOException;

  /**
   * Reads one frame: an unsigned varint length and that many bytes. Memory grows with what arrives,
   * not with what is announced.
   *
   * @param maxBytes largest frame accepted
   * @return the frame, null when the peer has closed its side before a frame
   * @throws IOException when the frame is larger, cut short, or the deadline passes
   */
  byte[] readFrame(int maxBytes, Deadline deadline) throws IOException;

  /**
   * Writes one frame, an unsigned varint length and the bytes, waiting while the peer's window is
   * full.
   *
   * @throws IOException when the stream was reset, the peer is gone, or the deadline passes
   */
  void writeFrame(byte[] frame, Deadline deadline) throws IOException;

  /** Ends our side after what was written; the peer's bytes can still be read. */
  void closeWrite();

  /** Ends both sides at once; the peer sees a failure, and what is under way is lost. */
  void reset();

  /** Ends our side after what was written and drops what the peer may still send. */
  @Override
  void close();
}
