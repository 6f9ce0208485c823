package org.kiln.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.host.Hosts.Echo;
import org.kiln.libp2p.key.HostKey;
import org.kiln.libp2p.quic.Certificates;
import org.kiln.libp2p.quic.QuicTls;

/** Peers that mean ill, over QUIC: bounded, dropped, and of no harm to an honest peer. */
@Timeout(120)
class HostileQuicTest {
  private final Hosts hosts = new Hosts();
  private final RawQuic raw = new RawQuic();
  private Logger noisy = Logger.getAnonymousLogger();

  @BeforeEach
  void require() {
    QuicTest.requireLibrary();
  }

  @AfterEach
  void close() {
    noisy.setFilter(null);
    raw.close();
    hosts.close();
  }

  private void assertStillServes(Host host) throws IOException {
    Host honest = hosts.start(QuicTest.QUIC, new Echo());
    Hosts.connect(honest, host);
    assertThat(honest.ping(host.self())).isPositive();
  }

  /** A host that shows such a certificate, whether it dials or is dialled. */
  private Host showing(HostKey key, Certificates certificate) {
    return hosts.start(
        new Host(
            key,
            QuicTest.QUIC,
            null,
            new QuicSource() {
              @Override
              public Throwable missing() {
                return null;
              }

              @Override
              public QuicTls handshake(HostKey own) {
                return certificate.handshake(own);
              }
            }));
  }

  @Test
  void shouldPassOverGarbage() throws Exception {
    Host host = hosts.start(QuicTest.QUIC, new Echo());
    Random random = new Random(7);
    try (DatagramSocket socket = new DatagramSocket()) {
      for (int i = 0; i < 2_000; i++) {
        byte[] bytes = new byte[i % 10 == 0 ? i % 4 : random.nextInt(1_500)];
        random.nextBytes(bytes);
        if (bytes.length > 6 && i % 2 == 0) {
          // The head of a first packet, of version 1 or of one to negotiate.
          bytes[0] = (byte) 0xc3;
          bytes[1] = 0;
          bytes[2] = 0;
          bytes[3] = 0;
          bytes[4] = (byte) (i % 4 == 0 ? 1 : 0x7a);
          bytes[5] = 8;
        }
        socket.send(new DatagramPacket(bytes, bytes.length, RawQuic.address(host)));
      }
    }
    assertStillServes(host);
    assertThat(host.counts().pending()).isLessThanOrEqualTo(HostLimits.DEFAULT.pending());
  }

  @Test
  void shouldDropHandshakesThatNeverEnd() throws Exception {
    HostSettings hasty =
        QuicTest.QUIC.withLimits(
            new HostLimits(256, 256, 16, 2, 8, 256, 2048, 400, 300),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60));
    Host host = hosts.start(hasty, new Echo());
    try (DatagramSocket between = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
      InetSocketAddress there = (InetSocketAddress) between.getLocalSocketAddress();
      byte[] buffer = new byte[1_500];
      for (int i = 0; i < 32; i++) {
        raw.dial(there, Certificates.GOOD);
        DatagramPacket first = new DatagramPacket(buffer, buffer.length);
        between.receive(first);
        // It comes from here, so the answers do too, and nobody takes them on.
        between.send(new DatagramPacket(buffer, first.getLength(), RawQuic.address(host)));
      }
      Await.until("first packets came in", () -> host.counts().pending() > 0);
      // Beyond a quarter of the places each must show that it is where it says.
      assertThat(host.counts().pending()).isLessThanOrEqualTo(4);
      assertStillServes(host);
      Await.until("none is waited for", () -> host.counts().pending() == 0);
      Await.until("all of them are gone", () -> host.counts().inbound() == 1);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GOOD")
  void rejectsPeersThatProveNothing(Certificates certificate) throws Exception {
    Host host = hosts.start(QuicTest.QUIC, new Echo());
    Host bad = showing(HostKey.random(), certificate);
    assertThatThrownBy(() -> Hosts.connect(host, bad))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("The peer's certificate is not good");
    QuicChannel channel = raw.connect(host, certificate);
    Await.until("it is turned away", () -> !channel.isOpen());
    Await.until("and counted out", () -> host.counts().inbound() == 0);
    assertThat(host.peers()).isEmpty();
    assertThat(host.counts().pending()).isZero();
    assertStillServes(host);
  }

  @Test
  void rejectsAnotherPeerThanTheOneDialled() throws Exception {
    Host host = hosts.start(QuicTest.QUIC, new Echo());
    Host other = hosts.start(QuicTest.QUIC, new Echo());
    assertThatThrownBy(
            () ->
                host.connect(
                    HostKey.random().publicKey().peerId(), other.addresses(), Hosts.soon()))
        .hasMessageContaining("peer " + other.self() + " is there");
    Await.until("it is closed", () -> host.counts().outbound() == 0);
    Await.until("there too", () -> other.counts().inbound() == 0);
    assertStillServes(other);
  }

  @Test
  void rejectsPeersOutsideAClosedCircle() throws Exception {
    Host host =
        hosts.start(
            QuicTest.QUIC.withAllowedPeers(Set.of(HostKey.random().publicKey().peerId())),
            new Echo());
    QuicChannel channel = raw.connect(host, Certificates.GOOD);
    Await.until("it is turned away", () -> !channel.isOpen());
    Await.until("and counted out", () -> host.counts().inbound() == 0);
  }

  private static HostSettings withStreams(int inbound) {
    return QuicTest.QUIC.withLimits(
        new HostLimits(256, 256, 64, 2, 8, inbound, 2048, 400, 300),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60));
  }

  @Test
  void shouldBoundThePeersStreams() throws Exception {
    Host host = hosts.start(withStreams(16), new Echo());
    QuicChannel channel = raw.connect(host, Certificates.GOOD);
    byte[] said = RawPeer.hello(Echo.ID);
    for (int i = 0; i < 16; i++) {
      RawQuic.open(channel).writeAndFlush(Unpooled.directBuffer().writeBytes(said));
    }
    Await.until("all are there", () -> host.counts().inboundStreams() == 16);
    // None of them has ended, so that none gives way to another.
    assertThat(channel.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL)).isZero();
    assertThatThrownBy(() -> RawQuic.open(channel)).isInstanceOf(IOException.class);
    assertStillServes(host);
    assertThat(host.counts().inboundStreams()).isGreaterThanOrEqualTo(16);
    channel.close();
    Await.until("all are counted out", () -> host.counts().inboundStreams() == 0);
  }

  /** What Netty has to say there from now on; in tests it says so to the JDK's loggers. */
  private List<LogRecord> listen(String name) {
    List<LogRecord> logged = new CopyOnWriteArrayList<>();
    noisy = Logger.getLogger(name);
    noisy.setFilter(record -> !logged.add(record));
    return logged;
  }

  @Test
  void shouldCloseWhoOpensAndResetsWithoutEnd() throws Exception {
    // So many at once that the bound on how fast they come is what ends it.
    Host host = hosts.start(withStreams(2_000), new Echo());
    QuicChannel channel = raw.connect(host, Certificates.GOOD);
    List<LogRecord> logged = listen("io.netty.channel.ChannelInitializer");
    Deadline before = Deadline.in(Duration.ofSeconds(40));
    int opened = 0;
    while (host.counts().inbound() > 0 && opened < 20_000 && !before.expired()) {
      if (channel.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL) == 0) {
        LockSupport.parkNanos(1_000_000);
        continue;
      }
      try {
        QuicStreamChannel stream = RawQuic.open(channel);
        stream.writeAndFlush(Unpooled.directBuffer().writeByte(1));
        stream.shutdown(0, stream.newPromise());
        opened++;
      } catch (IOException e) {
        Await.until("it is closed", () -> host.counts().inbound() == 0);
      }
    }
    // Not by the idle time, which is longer than this may take; and the peer is not told.
    assertThat(host.counts().inbound()).isZero();
    assertThat(opened).isGreaterThan(1_000).isLessThan(20_000);
    assertThat(logged).isEmpty();
    Await.until("all are counted out", () -> host.counts().inboundStreams() == 0);
    assertStillServes(host);
  }

  /** Reads nothing. */
  private static final class Deaf implements NetworkProtocol {
    static final String ID = "/test/deaf/1.0.0";

    final CountDownLatch over = new CountDownLatch(1);

    @Override
    public List<String> ids() {
      return List.of(ID);
    }

    @Override
    public void serve(PeerStream stream) throws IOException {
      try {
        over.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void shouldHoldWritersBackWhileNobodyReads() throws Exception {
    Deaf deaf = new Deaf();
    Host host = hosts.start(QuicTest.QUIC, deaf, new Echo());
    Host other = hosts.start(QuicTest.QUIC, new Echo());
    Hosts.connect(other, host);
    PeerStream stream = other.open(host.self(), List.of(Deaf.ID), Hosts.soon());
    byte[] piece = new byte[64 * 1024];
    int[] written = {0};
    assertThatThrownBy(
            () -> {
              while (written[0] < 64 << 20) {
                stream.write(piece, 0, piece.length, Deadline.in(Duration.ofSeconds(1)));
                written[0] += piece.length;
              }
            })
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(written[0]).isLessThan(2 << 20);
    // Other streams of the connection go on.
    assertThat(QuicTest.echo(other, host, 500_000)).isTrue();
    stream.reset();
    deaf.over.countDown();
    Await.until("the stream is gone", () -> host.counts().inboundStreams() == 0);
  }
}
