package org.kiln.libp2p.host;

import java.io.IOException;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.io.Frames;
import org.kiln.libp2p.mux.MuxStream;

/** A stream on which a protocol has been agreed on. */
final class HostStream implements PeerStream {
  private final Connection connection;
  private final MuxStream stream;
  private final String protocol;

  HostStream(Connection connection, MuxStream stream, String protocol) {
    this.connection = connection;
    this.stream = stream;
    this.protocol = protocol;
  }

  Connection connection() {
    return connection;
  }

  @Override
  public PeerInfo peer() {
    return connection.info();
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public int read(byte[] into, int offset, int length, Deadline deadline) throws IOException {
    return stream.read(into, offset, length, deadline);
  }

  @Override
  public void write(byte[] bytes, int offset, int length, Deadline deadline) throws IOException {
    stream.write(bytes, offset, length, deadline);
  }

  @Override
  public byte[] readFrame(int maxBytes, Deadline deadline) throws IOException {
    return Frames.read(stream, maxBytes, deadline);
  }

  @Override
  public void writeFrame(byte[] frame, Deadline deadline) throws IOException {
    Frames.write(stream, frame, deadline);
  }

  @Override
  public void closeWrite() {
    stream.closeWrite();
  }

  @Override
  public void reset() {
    stream.reset();
  }

  @Override
  public void close() {
    stream.close();
  }

  @Override
  public String toString() {
    return protocol + " " + connection;
  }
}
