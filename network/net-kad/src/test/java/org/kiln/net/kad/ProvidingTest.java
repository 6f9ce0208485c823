package org.kiln.net.kad;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.net.ContentRouting;

class ProvidingTest {
  private final List<Cid> said = new ArrayList<>();
  private final AtomicLong now = new AtomicLong();
  private int peers = 20;
  private final Providing providing =
      new Providing(
          new ContentRouting() {
            @Override
            public Map<PeerId, List<Multiaddr>> providers(Cid cid, int max, Deadline deadline) {
              return Map.of();
            }

            @Override
            public int provide(Cid cid, Deadline deadline) {
              said.add(cid);
              return peers;
            }
          },
          now::get);

  private static Cid cid(int number) {
    return Cid.sha256(Cid.RAW, new byte[] {(byte) number, (byte) (number >> 8)});
  }

  @Test
  void shouldSayWhatIsNewAndAgainAfterTwentyTwoHours() {
    assertThat(providing.round(List.of(cid(1), cid(2)))).isEqualTo(2);
    assertThat(providing.round(List.of(cid(1), cid(2), cid(3)))).isEqualTo(1);
    now.addAndGet(Duration.ofHours(21).toNanos());
    assertThat(providing.round(List.of(cid(1)))).isZero();
    now.addAndGet(Duration.ofHours(2).toNanos());
    assertThat(providing.round(List.of(cid(1)))).isEqualTo(1);
    assertThat(said).containsExactly(cid(1), cid(2), cid(3), cid(1));
  }

  @Test
  void shouldTryAgainSoonWhenNobodyHears() {
    peers = 0;
    assertThat(providing.round(List.of(cid(1)))).isZero();
    now.addAndGet(Duration.ofMinutes(11).toNanos());
    peers = 1;
    assertThat(providing.round(List.of(cid(1)))).isEqualTo(1);
  }

  @Test
  void shouldSayOnlySoManyAtOnce() {
    List<Cid> many = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      many.add(cid(i));
    }
    assertThat(providing.round(many)).isEqualTo(Providing.A_ROUND);
    assertThat(providing.round(many)).isEqualTo(100);
    assertThat(providing.round(many)).isZero();
  }
}
