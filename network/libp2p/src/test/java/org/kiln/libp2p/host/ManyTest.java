package org.kiln.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.key.HostKey;

/** Many at once: streams over one connection, and connections that do nothing. */
@Timeout(600)
class ManyTest {
  private static final int STREAMS = 200;
  private static final int BYTES = 50_000;

  /** 1000 for the measurement; a few in a usual build. */
  private static final int CONNECTIONS = Integer.getInteger("kiln.libp2p.connections", 60);

  @Test
  void shouldCarryTwoHundredStreamsAtOnce() throws Exception {
    try (Hosts hosts = new Hosts()) {
      // Both sides may open as many as they like, so that none is turned away.
      Host one = hosts.start(new Generous());
      Host other = hosts.start(new Generous());
      Hosts.connect(one, other);
      Await.until("the listener's side", () -> other.peer(one.self()).isPresent());
      Queue<String> failures = new ConcurrentLinkedQueue<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < STREAMS; i++) {
        byte number = (byte) i;
        Host from = i % 2 == 0 ? one : other;
        Host to = i % 2 == 0 ? other : one;
        threads.add(Thread.ofVirtual().start(() -> echo(from, to, number, failures)));
      }
      for (Thread thread : threads) {
        assertThat(thread.join(Duration.ofSeconds(240))).isTrue();
      }
      assertThat(failures).isEmpty();
      Await.until(
          "no stream is left",
          () -> one.counts().inboundStreams() + other.counts().inboundStreams() == 0);
    }
  }

  private static void echo(Host from, Host to, byte number, Queue<String> failures) {
    Deadline deadline = Deadline.in(Duration.ofSeconds(200));
    try (PeerStream stream = from.open(to.self(), new Generous().ids(), deadline)) {
      byte[] sent = new byte[BYTES];
      Arrays.fill(sent, number);
      // Less than a stream's window, so that nobody waits for its own reader.
      stream.write(sent, 0, BYTES, deadline);
      stream.closeWrite();
      byte[] got = new byte[BYTES + 1];
      int at = 0;
      for (int n; (n = stream.read(got, at, got.length - at, deadline)) >= 0; at += n) {
        if (at + n > BYTES) {
          break;
        }
      }
      if (at != BYTES || !Arrays.equals(sent, 0, BYTES, got, 0, BYTES)) {
        failures.add("Stream " + number + " got " + at + " bytes, or others than it sent");
      }
    } catch (Exception e) {
      failures.add("Stream " + number + ": " + e);
    }
  }

  /** Lets a peer open all of them. */
  private static final class Generous implements NetworkProtocol {
    private final Hosts.Echo echo = new Hosts.Echo();

    @Override
    public List<String> ids() {
      return echo.ids();
    }

    @Override
    public void serve(PeerStream stream) throws IOException {
      echo.serve(stream);
    }

    @Override
    public int maxStreamsPerPeer() {
      return STREAMS;
    }
  }

  @Test
  void shouldHoldIdleConnectionsForLittle() throws Exception {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    HostLimits limits =
        new HostLimits(2 * CONNECTIONS, 2 * CONNECTIONS, 256, 2, 8, 256, 4096, 9999, 9999);
    HostSettings settings =
        HostSettings.LOOPBACK.withLimits(limits, Duration.ofSeconds(60), Duration.ofSeconds(3600));
    List<Host> dialling = new ArrayList<>();
    Host server = new Host(HostKey.random(), settings, group);
    try {
      assertThat(server.start()).isEmpty();
      for (int i = 0; i < CONNECTIONS; i++) {
        Host host = new Host(HostKey.random(), settings.withAddresses(List.of(), List.of()), group);
        host.start();
        dialling.add(host);
      }
      long before = heapBytes();
      for (Host host : dialling) {
        host.connect(server.self(), server.addresses(), Deadline.in(Duration.ofSeconds(60)));
      }
      Await.until("all are there", () -> server.peers().size() == CONNECTIONS);
      Await.until(
          "identify is over",
          () ->
              server.peers().stream().noneMatch(peer -> peer.protocols().isEmpty())
                  && server.counts().inboundStreams() == 0);
      long both = heapBytes() - before;
      System.out.printf(
          "%d idle connections: %d KiB of heap, both sides together%n", CONNECTIONS, both / 1024);
      // Both sides together, and some for what is loaded on the way.
      assertThat(both).as("bytes of heap").isLessThan((16 << 20) + CONNECTIONS * 64L * 1024);
      dialling.forEach(Host::close);
      Await.until("the counter is back at zero", () -> server.counts().inbound() == 0);
    } finally {
      dialling.forEach(Host::close);
      server.close();
      group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    }
  }

  private static long heapBytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
