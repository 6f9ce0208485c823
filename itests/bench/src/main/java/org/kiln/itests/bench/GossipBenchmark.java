package org.kiln.itests.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.net.PubSub;
import org.kiln.core.protobuf.ProtobufWriter;
import org.kiln.crypto.accp.NativeEd25519Suite;
import org.kiln.crypto.accp.NativeProvider;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.key.HostKey;
import org.kiln.net.gossip.Gossip;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * Messages of the size of a tip, each signed, from the frame of one peer to the application:
 * decoded, looked up, verified, remembered. On one thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Threads(1)
public class GossipBenchmark {
  private static final int MESSAGES = 1_000;
  private static final String TOPIC = "/ceramic/local-1";

  private final HostKey author = HostKey.random();
  private final Host host = new Host(HostKey.random(), HostSettings.LOOPBACK);
  private final List<byte[]> frames = new ArrayList<>(MESSAGES);
  private int heard;

  /** What a peer would send. */
  private final class Recording implements PeerStream {
    private final Iterator<byte[]> left = frames.iterator();

    @Override
    public PeerInfo peer() {
      return PeerInfo.of(author.publicKey().peerId(), Multiaddrs.parse("/ip4/127.0.0.1/tcp/1"))
          .connected(false, Instant.EPOCH)
          .muxer("/yamux/1.0.0")
          .build();
    }

    @Override
    public String protocol() {
      return "/meshsub/1.1.0";
    }

    @Override
    public byte[] readFrame(int maxBytes, Deadline deadline) {
      return left.hasNext() ? left.next() : null;
    }

    @Override
    public int read(byte[] into, int offset, int length, Deadline deadline) {
      return -1;
    }

    @Override
    public void write(byte[] bytes, int offset, int length, Deadline deadline) throws IOException {
      throw new IOException("A recording");
    }

    @Override
    public void writeFrame(byte[] frame, Deadline deadline) throws IOException {
      throw new IOException("A recording");
    }

    @Override
    public void closeWrite() {}

    @Override
    public void reset() {}

    @Override
    public void close() {}
  }

  /** Whose Ed25519. */
  @Param({"native", "java"})
  public String by;

  /** Signs the messages. */
  @Setup
  public void record() throws Exception {
    if (by.equals("native")) {
      host.ed25519By(new NativeEd25519Suite(NativeProvider.load())::verify);
    }
    for (int i = 0; i < MESSAGES; i++) {
      byte[] message =
          new ProtobufWriter()
              .bytes(1, author.publicKey().peerId().bytes())
              .bytes(2, new byte[200])
              .bytes(3, ByteBuffer.allocate(8).putLong(i + 1).array())
              .string(4, TOPIC)
              .toByteArray();
      byte[] signature =
          author.sign(
              new ProtobufWriter()
                  .raw("libp2p-pubsub:".getBytes(StandardCharsets.UTF_8))
                  .raw(message)
                  .toByteArray());
      frames.add(
          new ProtobufWriter()
              .message(2, new ProtobufWriter().raw(message).bytes(5, signature))
              .toByteArray());
    }
  }

  /** One message. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public int validate() throws Exception {
    heard = 0;
    try (Gossip gossip = new Gossip(host, Path.of("gossip.seqno"))) {
      gossip.subscribe(
          TOPIC,
          (from, data) -> {
            heard++;
            return PubSub.Verdict.ACCEPT;
          });
      gossip.serve(new Recording());
    }
    if (heard != MESSAGES) {
      throw new AssertionError(heard + " of " + MESSAGES + " messages came through");
    }
    return heard;
  }

  /** Lets go of the event loops. */
  @TearDown
  public void close() {
    host.close();
  }
}
