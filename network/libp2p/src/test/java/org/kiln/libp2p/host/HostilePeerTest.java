package org.kiln.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.host.Hosts.Echo;

/** Peers that mean ill: bounded, dropped, and of no harm to an honest peer. */
@Timeout(120)
class HostilePeerTest {
  private static final int DATA = 0;
  private static final int WINDOW_UPDATE = 1;
  private static final int SYN = 1;

  private final Hosts hosts = new Hosts();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    hosts.close();
  }

  private Socket socket(Host host) throws IOException {
    Socket socket = RawPeer.connect(host);
    open.add(socket);
    return socket;
  }

  private RawPeer rawPeer(Host host) throws IOException {
    RawPeer peer = RawPeer.to(host);
    open.add(peer);
    return peer;
  }

  private void assertStillServes(Host host) throws IOException {
    Host honest = hosts.start(new Echo());
    Hosts.connect(honest, host);
    assertThat(honest.ping(host.self())).isPositive();
  }

  @Test
  void shouldDropSocketsThatStaySilentOrHalfway() throws Exception {
    HostSettings hasty =
        HostSettings.LOOPBACK.withLimits(
            new HostLimits(256, 256, 16, 2, 8, 256, 2048, 400, 300),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60));
    Host host = hosts.start(hasty, new Echo());
    byte[] half = RawPeer.hello("/noise");
    for (int i = 0; i < 48; i++) {
      Socket socket = socket(host);
      try {
        if (i % 3 == 1) {
          socket.getOutputStream().write(half, 0, 10);
        } else if (i % 3 == 2) {
          socket.getOutputStream().write(half);
          socket.getOutputStream().write(new byte[] {0, 32, 1});
        }
      } catch (IOException e) {
        // Turned away already.
        assertThat(host.counts().refused()).isPositive();
      }
    }
    Await.until("the surplus is turned away", () -> host.counts().refused() >= 1);
    assertThat(host.counts().pending()).isLessThanOrEqualTo(16);
    Await.until("all of them are gone", () -> host.counts().inbound() == 0);
    Await.until("and none is waited for", () -> host.counts().pending() == 0);
    assertStillServes(host);
  }

  @Test
  void shouldDropPeersThatSpeakSomethingElse() throws Exception {
    Host host = hosts.start(new Echo());
    Socket web = socket(host);
    web.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    Socket endless = socket(host);
    endless.getOutputStream().write(RawPeer.hello("/tls/1.0.0"));
    for (int i = 0; i < 40; i++) {
      try {
        endless.getOutputStream().write("\u0003/x\n".getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        break;
      }
    }
    Await.until("both are gone", () -> host.counts().inbound() == 0);
    assertStillServes(host);
  }

  @Test
  void shouldBoundThePeersStreams() throws Exception {
    Host host = hosts.start(new Echo());
    RawPeer peer = rawPeer(host);
    for (int i = 0; i < 300; i++) {
      peer.open(2 * i + 1, Echo.ID);
    }
    // 64 to one protocol, the others are held up for a while and reset; none is left out of the
    // count.
    Await.until("they settle at the protocol's bound", () -> host.counts().inboundStreams() == 64);
    peer.close();
    Await.until("all are given back", () -> host.counts().inboundStreams() == 0);
    assertStillServes(host);
  }

  @Test
  void shouldDropAPeerThatSendsMoreThanItMay() throws Exception {
    Host host = hosts.start(new Echo());
    RawPeer peer = rawPeer(host);
    peer.send(DATA, SYN, 1, 1 << 30);
    peer.awaitEnd();
    Await.until("it is gone", () -> host.peers().isEmpty());
    assertThat(host.counts().inboundStreams()).isZero();
    assertStillServes(host);
  }

  @Test
  void shouldDropAPeerThatOpensStreamsInAStorm() throws Exception {
    Host host = hosts.start(new Echo());
    RawPeer peer = rawPeer(host);
    try {
      for (int i = 0; i < 5_000; i++) {
        peer.send(WINDOW_UPDATE, SYN, 2 * i + 1, 0);
        peer.send(WINDOW_UPDATE, 8, 2 * i + 1, 0);
      }
    } catch (IOException e) {
      assertThat(host.peers()).isEmpty();
    }
    peer.awaitEnd();
    Await.until("nothing of it is left", () -> host.counts().inboundStreams() == 0);
    assertStillServes(host);
  }

  /** Writes for as long as the peer lets it, and notes how much that was. */
  private static final class Source implements NetworkProtocol {
    static final String ID = "/test/source/1.0.0";

    final AtomicLong written = new AtomicLong();
    volatile IOException failure;

    @Override
    public List<String> ids() {
      return List.of(ID);
    }

    @Override
    public void serve(PeerStream stream) throws IOException {
      byte[] bytes = new byte[64 * 1024];
      try {
        while (true) {
          stream.write(bytes, 0, bytes.length, Deadline.in(Duration.ofSeconds(2)));
          written.addAndGet(bytes.length);
        }
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }

  @Test
  void shouldHoldLittleForAPeerThatNeverReads() throws Exception {
    Source source = new Source();
    Host host = hosts.start(source, new Echo());
    RawPeer peer = rawPeer(host);
    peer.open(1, Source.ID);
    // As much credit as there can be: only the socket and the outbox stand against it.
    peer.send(WINDOW_UPDATE, 0, 1, 0x7fff_ffff);
    Await.until("the writer gives up", () -> source.failure != null);
    assertThat(source.failure).hasMessageContaining("the peer to read");
    // Socket buffers on both sides of loopback, and one mebibyte of our own.
    assertThat(source.written.get()).isLessThan(24L << 20);
    assertStillServes(host);
  }

  @Test
  void shouldHoldOneWindowForAPeerWhoseBytesNobodyReads() throws Exception {
    NetworkProtocol deaf =
        new NetworkProtocol() {
          @Override
          public List<String> ids() {
            return List.of("/test/deaf/1.0.0");
          }

          @Override
          public void serve(PeerStream stream) throws IOException {
            // Waits for as long as the stream lives: a write to a reset stream fails.
            while (true) {
              byte[] one = {1};
              stream.write(one, 0, 1, Deadline.in(Duration.ofSeconds(30)));
            }
          }
        };
    Host host = hosts.start(deaf);
    RawPeer peer = rawPeer(host);
    peer.open(1, "/test/deaf/1.0.0");
    byte[] bytes = new byte[16 * 1024];
    for (int i = 0; i < 15; i++) {
      peer.send(DATA, 0, 1, bytes.length, bytes);
    }
    Await.until("all of that is borne", () -> host.peers().size() == 1);
    for (int i = 0; i < 2; i++) {
      peer.send(DATA, 0, 1, bytes.length, bytes);
    }
    peer.awaitEnd();
    Await.until("it is gone", () -> host.peers().isEmpty());
    assertStillServes(host);
  }

  @Test
  void shouldNotLetOnePeerTakeAllConnections() throws Exception {
    Host host = hosts.start(new Echo());
    Host peer = hosts.start(new Echo());
    Hosts.connect(peer, host);
    Hosts.connect(peer, host);
    Await.until("the host knows who it is", () -> host.peers().size() == 1);
    assertThat(host.counts().inbound()).isEqualTo(1);
  }
}
