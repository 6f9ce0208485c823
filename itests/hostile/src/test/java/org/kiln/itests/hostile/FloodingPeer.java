package org.kiln.itests.hostile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.protobuf.ProtobufWriter;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.key.HostKey;

/**
 * A peer that speaks gossipsub's ids, reads all it is told and says whatever it likes, signed by
 * any of its many identities.
 */
final class FloodingPeer implements NetworkProtocol, AutoCloseable {
  private static final List<String> IDS = List.of("/meshsub/1.1.0");
  private static final Duration TIME = Duration.ofSeconds(120);
  private static final byte[] CONTEXT = "libp2p-pubsub:".getBytes(StandardCharsets.UTF_8);

  private final String topic;
  private final Host host = new Host(HostKey.random(), HostSettings.LOOPBACK);
  private final List<HostKey> identities = new ArrayList<>();
  private long seqno;
  private PeerStream stream;

  FloodingPeer(String topic, int identities) {
    this.topic = topic;
    for (int i = 0; i < identities; i++) {
      this.identities.add(HostKey.random());
    }
    host.attach(this);
    host.start();
  }

  @Override
  public List<String> ids() {
    return IDS;
  }

  @Override
  public void serve(PeerStream said) throws IOException {
    byte[] buffer = new byte[4096];
    for (int n = 0; n >= 0; ) {
      n = said.read(buffer, 0, buffer.length, Deadline.NONE);
    }
  }

  /** Connects, and joins the topic. */
  void connect(PeerId peer, String address) throws IOException {
    host.connect(peer, List.of(Multiaddrs.parse(address)), Deadline.in(TIME));
    stream = host.open(peer, IDS, Deadline.in(TIME));
    stream.writeFrame(
        new ProtobufWriter()
            .message(1, new ProtobufWriter().number(1, 1).string(2, topic))
            .toByteArray(),
        Deadline.in(TIME));
  }

  /** Says so many things, as fast as they are taken. */
  CompletableFuture<Void> flood(int messages, Supplier<byte[]> what) {
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < messages; i++) {
      frames.add(signed(identities.get(i % identities.size()), what.get()));
    }
    return CompletableFuture.runAsync(
        () -> {
          try {
            for (byte[] frame : frames) {
              stream.writeFrame(frame, Deadline.in(TIME));
            }
          } catch (IOException e) {
            throw new AssertionError("The connection was cut off: only its share may be", e);
          }
        },
        Thread::startVirtualThread);
  }

  private byte[] signed(HostKey identity, byte[] data) {
    byte[] message =
        new ProtobufWriter()
            .bytes(1, identity.publicKey().peerId().bytes())
            .bytes(2, data)
            .bytes(3, ByteBuffer.allocate(8).putLong(++seqno).array())
            .string(4, topic)
            .toByteArray();
    byte[] signature = identity.sign(new ProtobufWriter().raw(CONTEXT).raw(message).toByteArray());
    return new ProtobufWriter()
        .message(2, new ProtobufWriter().raw(message).bytes(5, signature))
        .toByteArray();
  }

  @Override
  public void close() {
    host.close();
  }
}
