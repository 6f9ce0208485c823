package org.kiln.net.kad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.core.protobuf.ProtobufException;
import org.kiln.core.protobuf.ProtobufWriter;
import org.kiln.kit.net.Multiaddrs;

class SmallPartsTest {
  private static final List<Multiaddr> PRIVATE = List.of(Multiaddrs.parse("/ip4/10.1.2.3/tcp/1"));

  private final AtomicLong now = new AtomicLong();

  private static PeerId peer(int number) {
    byte[] id = new byte[34];
    id[0] = 0x12;
    id[1] = 32;
    id[2] = (byte) (number >> 8);
    id[3] = (byte) number;
    return PeerId.of(id);
  }

  @Test
  void shouldMatchTheVectorOfTheSpecification() {
    assertThat(KadKey.of(PeerId.parse("12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS")))
        .hasToString("e43d28f0996557c0d5571d75c62a57a59d7ac1d30a51ecedcdb9d5e4afa56100");
  }

  @Test
  void shouldMeasureDistance() {
    KadKey one = KadKey.of(peer(1));
    KadKey other = KadKey.of(peer(2));
    assertThat(one.commonPrefix(one)).isEqualTo(256);
    assertThat(one.commonPrefix(other)).isBetween(0, 255).isEqualTo(other.commonPrefix(one));
    assertThat(one.compareDistance(one, other)).isNegative();
    assertThat(one.compareDistance(other, one)).isPositive();
  }

  @Test
  void shouldKeepTheNearestAndOldPeers() {
    RoutingTable table = new RoutingTable(KadKey.of(peer(0)), now::get);
    for (int i = 1; i <= 2000; i++) {
      table.heard(peer(i), PRIVATE);
    }
    assertThat(table.size()).isLessThanOrEqualTo(20 * 12).isGreaterThan(60);
    KadKey target = KadKey.of(peer(5000));
    List<PeerId> closest = table.closest(target, 20);
    assertThat(closest).hasSize(20).doesNotContain(peer(0));
    for (int i = 1; i < closest.size(); i++) {
      assertThat(target.compareDistance(KadKey.of(closest.get(i - 1)), KadKey.of(closest.get(i))))
          .isNegative();
    }
    // One of a full bucket goes when it does not answer, and one that waits comes in.
    int before = table.size();
    PeerId old =
        closest.stream()
            .filter(peer -> KadKey.of(peer).commonPrefix(KadKey.of(peer(0))) == 0)
            .findFirst()
            .orElseGet(() -> table.closest(KadKey.of(peer(1)), 1).get(0));
    table.failed(old);
    assertThat(table.contains(old)).isFalse();
    assertThat(table.size()).isBetween(before - 1, before);
  }

  @Test
  void shouldNotBeFilledFromOneRange() {
    RoutingTable table = new RoutingTable(KadKey.of(peer(0)), now::get);
    for (int i = 1; i <= 200; i++) {
      table.heard(peer(i), List.of(Multiaddrs.parse("/ip4/8.8." + i % 250 + ".1/tcp/1")));
    }
    assertThat(table.size()).isLessThanOrEqualTo(3);
    table.heard(peer(500), List.of(Multiaddrs.parse("/ip4/9.9.9.9/tcp/1")));
    table.heard(peer(501), List.of(Multiaddrs.parse("/ip4/7.7.7.7/tcp/1")));
    assertThat(table.contains(peer(500))).isTrue();
    assertThat(table.contains(peer(501))).isTrue();
  }

  @Test
  void shouldTellWhoWasSilent() {
    RoutingTable table = new RoutingTable(KadKey.of(peer(0)), now::get);
    table.heard(peer(1), PRIVATE);
    now.addAndGet(100);
    table.heard(peer(2), PRIVATE);
    assertThat(table.silent(50)).containsExactly(peer(1));
    table.heard(peer(1), PRIVATE);
    assertThat(table.silent(50)).isEmpty();
    assertThat(table.lacking()).contains(0);
  }

  @Test
  void shouldKeepProvidersWithinBoundsAndForTwoDays() {
    ProviderStore store = new ProviderStore(5, 3, now::get);
    byte[] key = {1, 2, 3};
    assertThat(store.add(key, peer(1), PRIVATE)).isTrue();
    assertThat(store.add(key, peer(1), PRIVATE)).as("again").isTrue();
    assertThat(store.size()).isEqualTo(1);
    assertThat(store.of(key)).containsExactly(new KadPeer(peer(1), PRIVATE));
    assertThat(store.add(new byte[] {1}, peer(1), PRIVATE)).isTrue();
    assertThat(store.add(new byte[] {2}, peer(1), PRIVATE)).isTrue();
    assertThat(store.add(new byte[] {3}, peer(1), PRIVATE)).as("enough of one").isFalse();
    for (int i = 2; i < 6; i++) {
      assertThat(store.add(key, peer(i), PRIVATE)).isTrue();
    }
    assertThat(store.size()).isEqualTo(5);
    assertThat(store.of(key)).extracting(KadPeer::id).doesNotContain(peer(1)).hasSize(4);
    now.addAndGet(Duration.ofHours(49).toNanos());
    assertThat(store.of(key)).isEmpty();
    assertThat(store.size()).isZero();
  }

  @Test
  void shouldHandOutSomeOfManyProviders() {
    ProviderStore store = new ProviderStore(1000, 1000, now::get);
    byte[] key = {9};
    for (int i = 0; i < 100; i++) {
      store.add(key, peer(i), PRIVATE);
    }
    Set<PeerId> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      List<KadPeer> some = store.of(key);
      assertThat(some).hasSize(16);
      some.forEach(one -> seen.add(one.id()));
    }
    assertThat(seen).hasSizeGreaterThan(50);
  }

  @Test
  void shouldReadWhatItWrites() throws Exception {
    KadMessage message =
        new KadMessage(
            KadMessage.Type.GET_PROVIDERS,
            new byte[] {1, 2},
            List.of(new KadPeer(peer(1), PRIVATE)),
            List.of(new KadPeer(peer(2), List.of())));
    assertThat(KadMessage.decode(message.encode())).usingRecursiveComparison().isEqualTo(message);
  }

  @Test
  void shouldLeaveOutWhatMakesNoSense() throws Exception {
    ProtobufWriter message = new ProtobufWriter().number(1, 4).bytes(2, new byte[] {1});
    message.message(8, new ProtobufWriter().bytes(1, new byte[] {1}));
    message.message(
        8,
        new ProtobufWriter()
            .bytes(1, peer(1).bytes())
            .bytes(2, new byte[] {99, 99})
            .bytes(2, PRIVATE.get(0).bytes())
            .number(3, 1));
    for (int i = 0; i < 50; i++) {
      message.message(8, new ProtobufWriter().bytes(1, peer(i).bytes()));
    }
    List<KadPeer> closer = KadMessage.decode(message.toByteArray()).closer();
    assertThat(closer).hasSize(20);
    assertThat(closer.get(0)).isEqualTo(new KadPeer(peer(1), PRIVATE));
  }

  @Test
  void rejectsLongKeysAndUnknownTypes() {
    List<byte[]> bad = new ArrayList<>();
    bad.add(new ProtobufWriter().number(1, 4).bytes(2, new byte[81]).toByteArray());
    bad.add(new ProtobufWriter().number(1, 6).toByteArray());
    bad.add(new ProtobufWriter().number(1, -1).toByteArray());
    for (byte[] bytes : bad) {
      assertThatThrownBy(() -> KadMessage.decode(bytes)).isInstanceOf(ProtobufException.class);
    }
  }
}
