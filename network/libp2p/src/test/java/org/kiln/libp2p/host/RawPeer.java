package org.kiln.libp2p.host;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.io.Duplex;
import org.kiln.libp2p.key.HostKey;
import org.kiln.libp2p.multistream.Multistream;
import org.kiln.libp2p.noise.Noise;
import org.kiln.libp2p.yamux.Yamux;

/** A peer that proves who it is and then sends whatever a test wants. */
final class RawPeer implements AutoCloseable {
  private final HostKey key = HostKey.random();
  private final Socket socket;
  private final EmbeddedChannel channel;

  private RawPeer(Host host) throws IOException {
    this.socket = connect(host);
    Deadline deadline = Hosts.soon();
    Duplex io = duplex();
    Multistream.propose(io, List.of(Noise.ID), deadline);
    Noise noise = new Noise(key, List.of(Yamux.ID));
    this.channel = new EmbeddedChannel(noise.handshake(io, true, host.self(), deadline).channel());
  }

  /** A peer whose yamux session has begun. */
  static RawPeer to(Host host) throws IOException {
    return new RawPeer(host);
  }

  /** A plain socket to the host. */
  static Socket connect(Host host) throws IOException {
    InetSocketAddress address = host.addresses().get(0).socket().orElseThrow();
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(30_000);
    return socket;
  }

  HostKey key() {
    return key;
  }

  private Duplex duplex() {
    return new Duplex() {
      @Override
      public int read(byte[] into, int offset, int length, Deadline deadline) throws IOException {
        return socket.getInputStream().read(into, offset, length);
      }

      @Override
      public void write(byte[] bytes, int offset, int length, Deadline deadline)
          throws IOException {
        socket.getOutputStream().write(bytes, offset, length);
      }
    };
  }

  /** Sends a yamux frame. */
  void send(int type, int flags, int stream, int length, byte... payload) throws IOException {
    byte[] frame = new byte[12 + payload.length];
    frame[1] = (byte) type;
    frame[2] = (byte) (flags >> 8);
    frame[3] = (byte) flags;
    for (int i = 0; i < 4; i++) {
      frame[4 + i] = (byte) (stream >>> 24 - 8 * i);
      frame[8 + i] = (byte) (length >>> 24 - 8 * i);
    }
    System.arraycopy(payload, 0, frame, 12, payload.length);
    channel.writeOutbound(Unpooled.wrappedBuffer(frame));
    for (ByteBuf out; (out = channel.readOutbound()) != null; out.release()) {
      socket.getOutputStream().write(ByteBufUtil.getBytes(out));
    }
  }

  /** Opens a stream and proposes that protocol on it. */
  void open(int stream, String protocol) throws IOException {
    byte[] said = hello(protocol);
    send(0, 1, stream, said.length, said);
  }

  static byte[] hello(String protocol) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    for (String line : List.of("/multistream/1.0.0", protocol)) {
      said.write(line.length() + 1);
      said.writeBytes(line.getBytes(StandardCharsets.US_ASCII));
      said.write('\n');
    }
    return said.toByteArray();
  }

  /** Reads, and drops, until the host closes the connection. */
  void awaitEnd() throws IOException {
    byte[] buffer = new byte[64 * 1024];
    try {
      while (socket.getInputStream().read(buffer) >= 0) {
        continue;
      }
    } catch (SocketException e) {
      // Closed with bytes of ours unread: a reset is as good an end.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    channel.finishAndReleaseAll();
  }
}
