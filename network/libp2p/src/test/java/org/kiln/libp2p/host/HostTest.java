package org.kiln.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.Thread.State;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.net.PeerStream;
import org.kiln.core.lending.Rank;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.libp2p.host.Hosts.Echo;
import org.kiln.libp2p.key.HostKey;

/** Two hosts and more in one process. */
@Timeout(120)
class HostTest {
  private final Hosts hosts = new Hosts();

  @AfterEach
  void close() {
    hosts.close();
  }

  private static String echo(Host host, Host to, String text) throws IOException {
    try (PeerStream stream = host.open(to.self(), List.of(Echo.ID), Hosts.soon())) {
      stream.writeFrame(text.getBytes(StandardCharsets.UTF_8), Hosts.soon());
      stream.closeWrite();
      return new String(stream.readFrame(1024, Hosts.soon()), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/yamux/1.0.0", "/mplex/6.7.0"})
  void shouldSpeakBothWaysOverOneConnection(String muxer) throws Exception {
    Host a = hosts.start(HostSettings.LOOPBACK.withMuxers(true, muxer), new Echo());
    Host b = hosts.start(HostSettings.LOOPBACK.withMuxers(false, muxer), new Echo());
    PeerInfo info = Hosts.connect(a, b);
    assertThat(info.id()).isEqualTo(b.self());
    assertThat(info.outbound()).isTrue();
    assertThat(info.muxer()).isEqualTo(muxer);
    assertThat(a.ping(b.self())).isPositive();
    assertThat(echo(a, b, "there")).isEqualTo("there");
    Await.until("b sees a", () -> b.peer(a.self()).isPresent());
    assertThat(echo(b, a, "back")).isEqualTo("back");
    assertThat(b.counts().inbound()).isEqualTo(1);
  }

  @Test
  void shouldHoldUpStreamsBeyondTheProtocolsBound() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger together = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    NetworkProtocol narrow =
        new NetworkProtocol() {
          @Override
          public List<String> ids() {
            return List.of(Echo.ID);
          }

          @Override
          public int maxStreamsPerPeer() {
            return 2;
          }

          @Override
          public void serve(PeerStream stream) throws IOException {
            most.accumulateAndGet(together.incrementAndGet(), Math::max);
            try {
              go.await();
              stream.writeFrame(stream.readFrame(1024, Hosts.soon()), Hosts.soon());
            } catch (InterruptedException e) {
              throw new IOException(e);
            } finally {
              together.decrementAndGet();
            }
          }
        };
    Host a = hosts.start(new Echo());
    Host b = hosts.start(narrow);
    Hosts.connect(a, b);
    List<Future<String>> answers = new ArrayList<>();
    try (ExecutorService callers = Executors.newFixedThreadPool(10)) {
      for (int i = 0; i < 10; i++) {
        String text = "message " + i;
        answers.add(callers.submit(() -> echo(a, b, text)));
      }
      Await.until("all are there", () -> b.counts().inboundStreams() >= 10);
      go.countDown();
      for (int i = 0; i < 10; i++) {
        assertThat(answers.get(i).get(60, TimeUnit.SECONDS)).isEqualTo("message " + i);
      }
    }
    assertThat(most.get()).isEqualTo(2);
  }

  @Test
  void shouldTellProtocolsOfPeersThatSpeakThem() throws Exception {
    Echo atA = new Echo();
    Echo atB = new Echo();
    Host a = hosts.start(atA);
    Host b = hosts.start(atB);
    Host c = hosts.start();
    Hosts.connect(a, b);
    Hosts.connect(a, c);
    Await.until("a knows that b echoes", () -> atA.isReady(b.self()));
    Await.until("b knows that a echoes", () -> atB.isReady(a.self()));
    Await.until("a knows what c speaks", () -> !a.peer(c.self()).get().protocols().isEmpty());
    assertThat(atA.isReady(c.self())).isFalse();
    assertThat(a.peer(b.self()).get().agent()).isEqualTo("kiln/test");
    assertThat(a.addressesOf(b.self())).containsAll(b.addresses());
    assertThat(c.learnRecord(a.signedRecord(b.self()).get())).contains(b.self());
    assertThat(c.addressesOf(b.self())).containsAll(b.addresses());
    Await.until("b sees a", () -> b.peer(a.self()).isPresent());
    a.disconnect(b.self(), "test");
    Await.until("a is told", () -> atA.isGone(b.self()));
    Await.until("b is told", () -> atB.isGone(a.self()));
  }

  @Test
  void shouldSwapProtocolsWhileConnectionsLive() throws Exception {
    Echo first = new Echo();
    Echo atB = new Echo();
    Host a = hosts.start(first);
    Host b = hosts.start(atB);
    Hosts.connect(b, a);
    Await.until("b knows that a echoes", () -> atB.isReady(a.self()));
    PeerStream running = b.open(a.self(), List.of(Echo.ID), Hosts.soon());
    running.writeFrame(new byte[10], Hosts.soon());
    assertThat(running.readFrame(10, Hosts.soon())).hasSize(10);

    a.detach(first);
    assertThatThrownBy(() -> running.readFrame(10, Hosts.soon()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
    assertThatThrownBy(() -> echo(b, a, "gone"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("speaks none of");
    Await.until("b is told by a push", () -> atB.isGone(a.self()));

    Echo second = new Echo();
    a.attach(second);
    Await.until("b is told again", () -> atB.ready.size() == 2);
    assertThat(echo(b, a, "again")).isEqualTo("again");
    Await.until("the new one knows b", () -> second.isReady(b.self()));
    assertThat(a.peers()).hasSize(1);
  }

  @Test
  void shouldSpeakWhatShipsThoughAPluginClaimsItsId() throws Exception {
    Gated plugin = new Gated();
    Host a = hosts.start();
    a.attach(plugin, new Rank(false, Integer.MAX_VALUE, 1));
    a.attach(new Echo(), new Rank(true, 0, 2));
    Host b = hosts.start();
    Hosts.connect(b, a);

    assertThat(echo(b, a, "shipped")).isEqualTo("shipped");
    assertThat(plugin.entered.getCount()).isEqualTo(1);
  }

  /** Answers only when it is let. */
  private static final class Gated implements NetworkProtocol {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    @Override
    public List<String> ids() {
      return List.of(Echo.ID);
    }

    @Override
    public void serve(PeerStream stream) throws IOException {
      byte[] frame = stream.readFrame(1024, Hosts.soon());
      entered.countDown();
      try {
        open.await(60, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      stream.writeFrame(frame, Hosts.soon());
    }
  }

  @Test
  void shouldLoseNoCallWhenAProtocolIsReplaced() throws Exception {
    Gated old = new Gated();
    Host a = hosts.start(old);
    Host b = hosts.start();
    Hosts.connect(b, a);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> underWay = threads.submit(() -> echo(b, a, "under way"));
      assertThat(old.entered.await(60, TimeUnit.SECONDS)).isTrue();
      Thread going =
          Thread.ofPlatform()
              .daemon()
              .start(() -> a.withdraw(old, Duration.ofSeconds(60), Duration.ofSeconds(60)));
      Await.until("the old one is drained", () -> going.getState() == State.TIMED_WAITING);
      Future<String> late = threads.submit(() -> echo(b, a, "late"));
      old.open.countDown();
      assertThat(underWay.get(60, TimeUnit.SECONDS)).isEqualTo("under way");
      going.join(60_000);
      assertThat(going.isAlive()).isFalse();
      Future<String> between = threads.submit(() -> echo(b, a, "between"));
      a.attach(new Echo());
      assertThat(late.get(60, TimeUnit.SECONDS)).isEqualTo("late");
      assertThat(between.get(60, TimeUnit.SECONDS)).isEqualTo("between");
    }
  }

  @Test
  void shouldNotWaitForStreamsWithoutEndNorForSuccessorsThatDoNotCome() throws Exception {
    Gated old = new Gated();
    Host a = hosts.start(old);
    Host b = hosts.start();
    Hosts.connect(b, a);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> endless = threads.submit(() -> echo(b, a, "endless"));
      assertThat(old.entered.await(60, TimeUnit.SECONDS)).isTrue();
      a.withdraw(old, Duration.ofMillis(50), Duration.ofMillis(50));
      assertThatThrownBy(() -> endless.get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IOException.class);
      assertThatThrownBy(() -> echo(b, a, "nobody"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("speaks none of");
      old.open.countDown();
    }
  }

  @Test
  void rejectsPeersOutsideAClosedCircle() throws Exception {
    HostKey friend = HostKey.random();
    Host a =
        hosts.start(HostSettings.LOOPBACK.withAllowedPeers(Set.of(friend.publicKey().peerId())));
    Host b = hosts.start(friend, HostSettings.LOOPBACK);
    Host stranger = hosts.start();
    Hosts.connect(b, a);
    assertThatThrownBy(() -> a.connect(stranger.self(), stranger.addresses(), Hosts.soon()))
        .hasMessageContaining("not one of the peers allowed");
    // The stranger's own handshake may end before it notices that it was refused.
    try {
      Hosts.connect(stranger, a);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("cannot be reached");
    }
    Await.until("the stranger is out", () -> stranger.peers().isEmpty());
    assertThat(a.peer(stranger.self())).isEmpty();
    Await.until("b is in", () -> a.peer(b.self()).isPresent());
    assertThat(a.peers()).hasSize(1);
  }

  @Test
  void shouldStayConnectedToConfiguredPeers() throws Exception {
    Host hub = hosts.start();
    Host spoke =
        hosts.start(
            HostSettings.LOOPBACK.withAddresses(
                List.of(), List.of(byName(hub.addresses().get(0)).withPeer(hub.self()))));
    Await.until("it dials by itself", () -> spoke.peer(hub.self()).isPresent());
    Await.until("the hub sees it", () -> hub.peer(spoke.self()).isPresent());
    Instant first = spoke.peer(hub.self()).get().since();
    hub.disconnect(spoke.self(), "test");
    Await.until(
        "it dials again",
        () -> spoke.peer(hub.self()).filter(info -> !info.since().equals(first)).isPresent());
  }

  /** Configured names are resolved. */
  private static Multiaddr byName(Multiaddr address) {
    return Multiaddrs.parse(address.toString().replace("/ip4/127.0.0.1", "/dns4/localhost"));
  }

  @Test
  void shouldLeaveAPeerAloneThatCannotBeReached() throws Exception {
    Host a = hosts.start();
    Host b = hosts.start();
    var addresses = b.addresses();
    b.close();
    assertThatThrownBy(() -> a.connect(b.self(), addresses, Hosts.soon()))
        .hasMessageContaining("cannot be reached");
    assertThatThrownBy(() -> a.connect(b.self(), addresses, Hosts.soon()))
        .hasMessageContaining("next try in");
    assertThat(a.counts().outbound()).isZero();
  }

  @Test
  void shouldCloseConnectionsNobodyUses() throws Exception {
    Host used = hosts.start();
    Host unused = hosts.start();
    HostSettings hasty =
        HostSettings.LOOPBACK
            .withAddresses(
                HostSettings.LOOPBACK.listen(),
                List.of(used.addresses().get(0).withPeer(used.self())))
            .withLimits(HostLimits.DEFAULT, Duration.ofSeconds(10), Duration.ofMillis(100));
    Host a = hosts.start(hasty);
    // Who is configured is tagged from the first moment.
    Await.until("it dials by itself", () -> a.peer(used.self()).isPresent());
    Instant since = a.peer(used.self()).get().since();
    unused.connect(a.self(), a.addresses(), Hosts.soon());
    Await.until("the idle one goes", () -> unused.peer(a.self()).isEmpty());
    assertThat(a.peer(used.self())).get().extracting(PeerInfo::since).isEqualTo(since);
  }

  @Test
  void shouldFindTheNetworkThroughBootstrapPeers() throws Exception {
    Host known = hosts.start();
    Host stranger = hosts.start();
    HostSettings hasty =
        HostSettings.LOOPBACK.withLimits(
            HostLimits.DEFAULT, Duration.ofSeconds(10), Duration.ofMillis(100));
    Host a = new Host(HostKey.random(), hasty);
    a.bootstrapFrom(
        List.of(
            // Nobody has a name under .invalid (RFC 2606); the others are dialled all the same.
            Multiaddrs.parse("/dns4/nobody.invalid/tcp/4101")
                .withPeer(HostKey.random().publicKey().peerId()),
            known.addresses().get(0).withPeer(known.self())));
    try {
      assertThat(a.start()).isEmpty();
      Await.until("it dials by itself", () -> a.peer(known.self()).isPresent());
      Instant since = a.peer(known.self()).get().since();
      stranger.connect(a.self(), a.addresses(), Hosts.soon());
      Await.until("the idle one goes", () -> stranger.peer(a.self()).isEmpty());
      assertThat(a.peer(known.self())).get().extracting(PeerInfo::since).isEqualTo(since);
    } finally {
      a.close();
    }
  }

  @Test
  void rejectsBootstrapPeersOutsideTheCircle() throws Exception {
    Host friend = hosts.start();
    Host other = hosts.start();
    Host a =
        new Host(HostKey.random(), HostSettings.LOOPBACK.withAllowedPeers(Set.of(friend.self())));
    a.bootstrapFrom(
        List.of(
            other.addresses().get(0).withPeer(other.self()),
            friend.addresses().get(0).withPeer(friend.self())));
    try {
      assertThat(a.start()).isEmpty();
      Await.until("the friend is there", () -> a.peer(friend.self()).isPresent());
      assertThat(a.peer(other.self())).isEmpty();
    } finally {
      a.close();
    }
  }

  @Test
  void shouldEndWithEveryCounterAtZero() throws Exception {
    Host a = hosts.start(new Echo());
    List<Host> others = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Host other = hosts.start(new Echo());
      others.add(other);
      Hosts.connect(other, a);
      assertThat(echo(other, a, "hello")).isEqualTo("hello");
      Hosts.connect(a, other);
    }
    others.forEach(Host::close);
    Await.until(
        "nothing is counted any more",
        () -> {
          HostCounts counts = a.counts();
          return counts.inbound() + counts.outbound() + counts.inboundStreams() + counts.pending()
              == 0;
        });
    assertThat(a.peers()).isEmpty();
    assertThat(a.counts().addresses()).isZero();
  }
}
