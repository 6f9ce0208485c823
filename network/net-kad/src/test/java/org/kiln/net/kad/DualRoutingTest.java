package org.kiln.net.kad;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.net.ContentRouting;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.libp2p.key.HostKey;

@Timeout(120)
class DualRoutingTest {
  private static final Cid CID = Cid.sha256(Cid.RAW, new byte[] {1});
  private static final List<Multiaddr> NEAR = List.of(Multiaddrs.parse("/ip4/10.0.0.1/tcp/1"));
  private static final PeerId ONE = HostKey.random().publicKey().peerId();
  private static final PeerId OTHER = HostKey.random().publicKey().peerId();

  private record Fixed(Map<PeerId, List<Multiaddr>> answer, int told) implements ContentRouting {
    @Override
    public Map<PeerId, List<Multiaddr>> providers(Cid cid, int max, Deadline deadline) {
      if (answer == null) {
        throw new IllegalStateException("broken");
      }
      return answer;
    }

    @Override
    public int provide(Cid cid, Deadline deadline) {
      return told;
    }
  }

  @Test
  void shouldTakeWhatEitherFinds() {
    Map<PeerId, List<Multiaddr>> wan = new LinkedHashMap<>();
    wan.put(ONE, List.of());
    Map<PeerId, List<Multiaddr>> lan = Map.of(ONE, NEAR, OTHER, NEAR);
    DualRouting dual = new DualRouting(new Fixed(wan, 2), new Fixed(lan, 3));
    assertThat(dual.providers(CID, 10, Deadline.NONE)).isEqualTo(lan);
    assertThat(dual.providers(CID, 1, Deadline.NONE)).hasSize(1);
    assertThat(dual.provide(CID, Deadline.NONE)).isEqualTo(5);
  }

  @Test
  void shouldNotWaitForMoreThanIsWanted() throws Exception {
    CountDownLatch given = new CountDownLatch(1);
    ContentRouting endless =
        new ContentRouting() {
          @Override
          public Map<PeerId, List<Multiaddr>> providers(Cid cid, int max, Deadline deadline) {
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              given.countDown();
            }
            return Map.of();
          }

          @Override
          public int provide(Cid cid, Deadline deadline) {
            return 0;
          }
        };
    DualRouting dual = new DualRouting(endless, new Fixed(Map.of(ONE, NEAR), 0));
    assertThat(dual.providers(CID, 1, Deadline.NONE)).containsOnlyKeys(ONE);
    assertThat(given.await(60, TimeUnit.SECONDS)).as("the other is told to give up").isTrue();
  }

  @Test
  void shouldOutliveAPartThatFails() {
    ContentRouting broken = new Fixed(null, 0);
    DualRouting dual = new DualRouting(broken, new Fixed(Map.of(ONE, NEAR), 0));
    assertThat(dual.providers(CID, 5, Deadline.NONE)).containsOnlyKeys(ONE);
  }
}
