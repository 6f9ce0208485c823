package org.kiln.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.libp2p.key.HostKey;

/** When a newcomer asks those whom everybody knows. */
class BootstrapTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final PeerId known = HostKey.random().publicKey().peerId();
  private final List<Multiaddr> list =
      List.of(Multiaddrs.parse("/ip4/127.0.0.1/tcp/4101").withPeer(known));
  private final Bootstrap bootstrap = new Bootstrap(list, nanos::get);

  @Test
  void shouldDialAtOnceAndThenEveryThirtySeconds() {
    assertThat(bootstrap.due(0)).isEqualTo(list);
    assertThat(bootstrap.due(0)).isEmpty();
    nanos.addAndGet(Duration.ofSeconds(29).toNanos());
    assertThat(bootstrap.due(0)).isEmpty();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(bootstrap.due(3)).isEqualTo(list);
  }

  @Test
  void shouldKeepQuietWhileThereAreEnoughPeers() {
    assertThat(bootstrap.due(4)).isEmpty();
    assertThat(bootstrap.due(3)).isEqualTo(list);
  }

  @Test
  void shouldNameItsPeers() {
    assertThat(bootstrap.names(known)).isTrue();
    assertThat(bootstrap.names(HostKey.random().publicKey().peerId())).isFalse();
  }
}
