package org.kiln.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerStream;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.libp2p.host.Hosts.Echo;
import org.kiln.libp2p.key.HostKey;
import org.kiln.libp2p.quic.QuicTls;

/** Two hosts over QUIC. */
@Timeout(120)
class QuicTest {
  static final HostSettings QUIC =
      HostSettings.LOOPBACK.withAddresses(
          List.of(Multiaddrs.parse("/ip4/127.0.0.1/udp/0/quic-v1")), List.of());

  private final Hosts hosts = new Hosts();

  static void requireLibrary() {
    assumeTrue(
        QuicSource.NATIVE.missing() == null,
        "Netty's QUIC library does not come for this platform");
  }

  @BeforeEach
  void require() {
    requireLibrary();
  }

  @AfterEach
  void close() {
    hosts.close();
  }

  @Test
  void shouldRunProtocolsOverQuic() throws Exception {
    Host one = hosts.start(QUIC, new Echo());
    Host other = hosts.start(QUIC, new Echo());
    assertThat(one.addresses()).singleElement().asString().endsWith("/quic-v1");

    Hosts.connect(one, other);
    assertThat(one.ping(other.self())).isPositive();
    Await.until("both know the other", () -> other.peer(one.self()).isPresent());
    assertThat(other.ping(one.self())).isPositive();
    assertThat(echo(one, other, 3_000_000)).isTrue();
    assertThat(echo(other, one, 3_000_000)).isTrue();
    Await.until("streams are counted out", () -> one.counts().inboundStreams() == 0);
    Await.until("streams are counted out", () -> other.counts().inboundStreams() == 0);
  }

  @Test
  void shouldPassOnEndsAndResets() throws Exception {
    Host one = hosts.start(QUIC, new Echo());
    Host other = hosts.start(QUIC, new Echo());
    Hosts.connect(one, other);
    List<Consumer<PeerStream>> endings = List.of(PeerStream::reset, PeerStream::close);
    for (int i = 0; i < 90; i++) {
      PeerStream stream = one.open(other.self(), List.of(Echo.ID), Hosts.soon());
      stream.write(new byte[100], 0, 100, Hosts.soon());
      endings.get(i % endings.size()).accept(stream);
    }
    Await.until("no stream is left there", () -> other.counts().inboundStreams() == 0);
    // Nor in Netty's tables, which it does not clear by itself.
    Await.until("none is held here", () -> held(one) == 0);
    Await.until("none is held there", () -> held(other) == 0);
  }

  private static int held(Host host) {
    int held = 0;
    for (Connection connection : ((Peers) field(host, "peers")).all()) {
      held += ((Map<?, ?>) field(connection.channel(), "streams")).size();
    }
    return held;
  }

  private static Object field(Object of, String name) {
    try {
      Field field = of.getClass().getDeclaredField(name);
      field.setAccessible(true);
      return field.get(of);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldGiveEveryOpenerAStreamInTheEnd() throws Exception {
    HostSettings narrow =
        QUIC.withLimits(
            new HostLimits(256, 256, 64, 2, 8, 4, 2048, 400, 300),
            QUIC.upgradeTime(),
            QUIC.idleTime());
    Host one = hosts.start(QUIC);
    Host other = hosts.start(narrow, new Echo());
    Hosts.connect(one, other);
    List<Future<Boolean>> all = new ArrayList<>();
    try (ExecutorService openers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        all.add(openers.submit(() -> echo(one, other, 10)));
      }
    }
    for (Future<Boolean> echoed : all) {
      assertThat(echoed.get()).isTrue();
    }
  }

  /** Sends more than a window before it ends. */
  private static final class Flood implements NetworkProtocol {
    static final String ID = "/test/flood/1.0.0";
    static final int SIZE = 1 << 20;

    final AtomicInteger written = new AtomicInteger();

    @Override
    public List<String> ids() {
      return List.of(ID);
    }

    @Override
    public void serve(PeerStream stream) throws IOException {
      byte[] piece = new byte[16 * 1024];
      for (int left = SIZE; left > 0; left -= piece.length) {
        stream.write(piece, 0, piece.length, Hosts.soon());
        written.addAndGet(piece.length);
      }
    }
  }

  @Test
  void shouldHearTheEndOfWhatItDoesNotWant() throws Exception {
    Flood flood = new Flood();
    Host one = hosts.start(QUIC);
    Host other = hosts.start(QUIC, flood);
    Hosts.connect(one, other);
    PeerStream stream = one.open(other.self(), List.of(Flood.ID), Hosts.soon());
    // A window, and what waits for it, of which nothing is read.
    Await.until("it waits for a reader", () -> flood.written.get() >= 400 * 1024);
    stream.close();
    Await.until("it was let go on", () -> flood.written.get() == Flood.SIZE);
    Await.until("and ended", () -> other.counts().inboundStreams() == 0);
  }

  @Test
  void shouldGoOnWithTcpWhereTheLibraryIsMissing() throws Exception {
    QuicSource none =
        new QuicSource() {
          @Override
          public Throwable missing() {
            return new UnsatisfiedLinkError("none for this platform");
          }

          @Override
          public QuicTls handshake(HostKey key) {
            throw new AssertionError("There is no QUIC");
          }
        };
    HostSettings both =
        QUIC.withAddresses(
            List.of(QUIC.listen().get(0), HostSettings.LOOPBACK.listen().get(0)), List.of());
    Host without = hosts.start(new Host(HostKey.random(), both, null, none), new Echo());
    Host with = hosts.start(both, new Echo());
    assertThat(without.addresses()).singleElement().asString().contains("/tcp/");
    assertThat(with.addresses()).hasSize(2);
    assertThat(Hosts.connect(without, with).address().toString()).contains("/tcp/");
    assertThat(echo(without, with, 100_000)).isTrue();
  }

  /** Whether that many bytes come back as they were sent. */
  static boolean echo(Host from, Host to, int size) throws IOException {
    byte[] sent = new byte[size];
    new Random(size).nextBytes(sent);
    try (PeerStream stream = from.open(to.self(), List.of(Echo.ID), Hosts.soon())) {
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      stream.write(sent, 0, size, Hosts.soon());
                      stream.closeWrite();
                    } catch (IOException e) {
                      stream.reset();
                    }
                  });
      byte[] back = new byte[size];
      int done = 0;
      for (int n; done < size && (n = stream.read(back, done, size - done, Hosts.soon())) > 0; ) {
        done += n;
      }
      writer.join();
      return done == size
          && stream.read(new byte[1], 0, 1, Hosts.soon()) < 0
          && Arrays.equals(sent, back);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
