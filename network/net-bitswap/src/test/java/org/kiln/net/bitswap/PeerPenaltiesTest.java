package org.kiln.net.bitswap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.kiln.api.net.PeerId;
import org.kiln.libp2p.key.HostKey;

class PeerPenaltiesTest {
  private final AtomicLong now = new AtomicLong();
  private final PeerPenalties penalties = new PeerPenalties(now::get);

  private static PeerId peer() {
    return HostKey.random().publicKey().peerId();
  }

  @Test
  void shouldAddUp() {
    PeerId peer = peer();
    assertThat(penalties.add(peer, 60)).isFalse();
    assertThat(penalties.add(peer, 40)).isTrue();
    assertThat(penalties.of(peer())).isZero();
  }

  @Test
  void shouldForgetHalfInTenMinutes() {
    PeerId peer = peer();
    penalties.add(peer, 80);
    now.addAndGet(Duration.ofMinutes(20).toNanos());
    assertThat(penalties.of(peer)).isCloseTo(20, within(0.01));
  }

  @Test
  void shouldStayBounded() {
    PeerId first = peer();
    penalties.add(first, 50);
    for (int i = 0; i < 1024; i++) {
      byte[] id = new byte[34];
      id[0] = 0x12;
      id[1] = 32;
      id[2] = (byte) i;
      id[3] = (byte) (i >> 8);
      penalties.add(PeerId.of(id), 1);
    }
    assertThat(penalties.of(first)).isZero();
  }
}
