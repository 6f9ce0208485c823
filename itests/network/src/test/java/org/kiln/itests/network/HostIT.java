package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.key.HostKey;

/**
 * The host against js-libp2p: each side dials the other, over each muxer, with each kind of key.
 */
@Timeout(180)
class HostIT {
  private static final String ECHO = "/interop/echo/1.0.0";
  private static final int MIB = 1 << 20;

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private Host host(HostSettings settings) {
    Host host = new Host(HostKey.random(), settings);
    open.add(host);
    host.attach(new Echo());
    assertThat(host.start()).isEmpty();
    return host;
  }

  private KitPeer peer(String... flags) throws IOException {
    KitPeer peer = KitPeer.start("gossip", flags);
    open.add(peer);
    return peer;
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(60));
  }

  private static String addressOf(Host host) {
    return host.addresses().get(0).withPeer(host.self()).toString();
  }

  @ParameterizedTest
  @CsvSource({
    "yamux,       yes, Ed25519,   true",
    "yamux,       no,  Ed25519,   true",
    "yamux,       yes, RSA,       true",
    "yamux,       yes, secp256k1, false",
    "mplex,       yes, Ed25519,   true",
    "mplex,       no,  Ed25519,   false",
    "'yamux,mplex', yes, Ed25519, true"
  })
  void shouldDialAndBeDialled(String muxers, String early, String keyType, boolean name)
      throws Exception {
    KitPeer peer = peer("--muxer", muxers, "--early-muxer", early, "--key-type", keyType);
    HostSettings settings = HostSettings.LOOPBACK.withMuxers(name, "/yamux/1.0.0", "/mplex/6.7.0");

    Host dialler = host(settings);
    dialler.connect(peer.id(), List.of(peer.address()), soon());
    assertThat(dialler.ping(peer.id())).isPositive();
    assertThat(peer.call("echo", "addr", addressOf(dialler), "size", MIB).get("bytes").asInt())
        .isEqualTo(MIB);

    Host listener = host(settings);
    assertThat(peer.call("ping", "addr", addressOf(listener)).get("ms").asDouble())
        .isGreaterThanOrEqualTo(0);
    assertThat(peer.call("echo", "addr", addressOf(listener), "size", MIB).get("bytes").asInt())
        .isEqualTo(MIB);
    echo(listener, peer, MIB);
    JsonNode identified =
        peer.await(
            "identified", event -> event.get("peer").asText().equals(listener.self().toString()));
    assertThat(identified.get("muxer").asText())
        .isEqualTo(muxers.startsWith("yamux") ? "/yamux/1.0.0" : "/mplex/6.7.0");
    assertThat(identified.get("agent").asText()).isEqualTo("kiln/test");
    assertThat(identified.get("signedPeerRecord").asBoolean()).isTrue();
    assertThat(identified.get("protocols").toString()).contains(ECHO, "/ipfs/ping/1.0.0");
  }

  @Test
  void shouldCarryALotBothWaysAtOnce() throws Exception {
    KitPeer peer = peer();
    Host host = host(HostSettings.LOOPBACK);
    host.connect(peer.id(), List.of(peer.address()), soon());
    int theirs = peer.send("echo", "addr", addressOf(host), "size", 64 * MIB);
    echo(host, peer, 64 * MIB);
    assertThat(peer.answer(theirs).path("bytes").asInt()).isEqualTo(64 * MIB);
    assertThat(host.peers()).hasSize(1);
  }

  @Test
  void rejectsAnotherPeerThanTheOneDialled() throws Exception {
    KitPeer peer = peer();
    Host host = host(HostSettings.LOOPBACK);
    assertThatThrownBy(
            () ->
                host.connect(
                    HostKey.random().publicKey().peerId(), List.of(peer.address()), soon()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("answered");
    // The connection ends on its event loop.
    Deadline deadline = soon();
    CountDownLatch pause = new CountDownLatch(1);
    while (host.counts().outbound() > 0 && !deadline.expired()) {
      pause.await(10, TimeUnit.MILLISECONDS);
    }
    assertThat(host.counts().outbound()).isZero();
  }

  /** Bytes there and back again, one thread writing while another reads. */
  private static void echo(Host host, KitPeer peer, int size) throws Exception {
    try (PeerStream stream = host.open(peer.id(), List.of(ECHO), soon())) {
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      byte[] chunk = new byte[64 * 1024];
                      for (int done = 0; done < size; done += chunk.length) {
                        Arrays.fill(chunk, (byte) (done >> 16));
                        stream.write(chunk, 0, Math.min(chunk.length, size - done), soon());
                      }
                      stream.closeWrite();
                    } catch (IOException | RuntimeException e) {
                      failure.set(e);
                    }
                  });
      byte[] buffer = new byte[32 * 1024];
      int got = 0;
      for (int n; (n = stream.read(buffer, 0, buffer.length, soon())) >= 0; got += n) {
        for (int i = 0; i < n; i++) {
          if (buffer[i] != (byte) (got + i >> 16)) {
            throw new AssertionError("The echo differs at byte " + (got + i));
          }
        }
      }
      writer.join(10_000);
      assertThat(failure.get()).isNull();
      assertThat(got).isEqualTo(size);
    }
  }

  /** Sends back what comes in. */
  private static final class Echo implements NetworkProtocol {
    @Override
    public List<String> ids() {
      return List.of(ECHO);
    }

    @Override
    public void serve(PeerStream stream) throws IOException {
      byte[] buffer = new byte[16 * 1024];
      for (int n; (n = stream.read(buffer, 0, buffer.length, soon())) >= 0; ) {
        stream.write(buffer, 0, n, soon());
      }
    }
  }
}
