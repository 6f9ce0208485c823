package org.kiln.net.recon.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.core.log.RangeHash;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.key.HostKey;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.range.Keys;
import org.kiln.net.recon.talk.Taken;
import org.kiln.net.recon.wire.ReconMessage;

class PeerRingTest {
  private static final Multiaddr ADDRESS = Multiaddrs.parse("/ip4/127.0.0.1/tcp/4101");

  private final Host host = new Host(HostKey.random(), HostSettings.LOOPBACK);
  private final Host other = new Host(HostKey.random(), HostSettings.LOOPBACK);

  @AfterEach
  void close() {
    host.close();
    other.close();
  }

  private PeerRing ring(long seconds) {
    return new PeerRing(host, Clock.fixed(Instant.ofEpochSecond(seconds), ZoneOffset.UTC));
  }

  private Taken take(PeerRing ring, Key key, byte... value) {
    return ring.take(List.of(new ReconMessage.Value(key, value)), other.self());
  }

  private static Key key(String text) {
    return Key.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(Key key) {
    return new String(key.bytes(), StandardCharsets.UTF_8);
  }

  private static JsonNode recorded() throws IOException {
    try (InputStream in =
        PeerRingTest.class.getResourceAsStream("/org/kiln/net/recon/recon.json")) {
      return new ObjectMapper().readTree(in).get("peerKeys");
    }
  }

  @Test
  void shouldTakeUpTheRingOfAnEarlierRunButForWhatDoesNotHold() {
    PeerRing before =
        new PeerRing(other, Clock.fixed(Instant.ofEpochSecond(1_000), ZoneOffset.UTC));
    before.publish(List.of(ADDRESS));
    Key good = before.peers().getFirst().key();
    byte[] tampered = good.bytes().clone();
    tampered[tampered.length - 2] ^= 1;
    List<Key> kept = List.of(Key.of(tampered), good, key("99 nonsense"));
    PeerRing next = ring(2_000);
    next.restore(kept);
    assertThat(next.peers()).extracting(PeerKey::key).containsExactly(good);
    PeerRing late = ring(1_000 + PeerRing.VALID_SECONDS + 1);
    late.restore(kept);
    assertThat(late.peers()).isEmpty();
  }

  @Test
  void shouldTakeTheKeysOfCeramicOne() throws IOException {
    for (JsonNode recorded : recorded()) {
      long expiration = recorded.get("expiration").asLong();
      PeerRing ring = ring(expiration - PeerRing.VALID_SECONDS);
      Taken taken = take(ring, key(recorded.get("key").asText()));
      assertThat(taken.complaint()).isEmpty();
      assertThat(taken.fresh()).isEqualTo(1);
      PeerKey key = ring.peers().getFirst();
      assertThat(key.peer()).isEqualTo(PeerId.parse(recorded.get("peerId").asText()));
      assertThat(key.addresses().getFirst()).hasToString(recorded.get("addresses").get(0).asText());
      assertThat(ring.hash(ring.interests().getFirst()).count()).isEqualTo(1);
    }
  }

  @Test
  void shouldWriteItsOwnKeyAsCeramicOneDoes() throws IOException {
    PeerRing ring = ring(1_732_124_700);
    ring.publish(List.of(ADDRESS));
    PeerKey own = ring.peers().getFirst();
    String text = text(own.key());
    assertThat(text).startsWith("01732211100.eyJhbGciOiJFZERTQSIsImtpZCI6Ino2TWt");
    assertThat(own.addresses()).containsExactly(ADDRESS.withPeer(host.self()));
    PeerRing others =
        new PeerRing(other, Clock.fixed(Instant.EPOCH.plusSeconds(1_732_124_701), ZoneOffset.UTC));
    assertThat(take(others, own.key()).complaint()).isEmpty();
    assertThat(others.peers()).isEqualTo(ring.peers());
  }

  @Test
  void rejectsWhatIsForgedExpiredOrFarAhead() {
    PeerRing theirs =
        new PeerRing(other, Clock.fixed(Instant.ofEpochSecond(1_000_000), ZoneOffset.UTC));
    theirs.publish(List.of(ADDRESS));
    Key good = theirs.peers().getFirst().key();
    String text = text(good);
    PeerRing ring = ring(1_000_000);
    int at = text.length() - 20;
    char other = text.charAt(at) == 'A' ? 'B' : 'A';
    assertRefused(
        ring, key(text.substring(0, at) + other + text.substring(at + 1)), "does not hold");
    assertRefused(ring, key("00001086401" + text.substring(11)), "another time");
    assertRefused(ring, key("00001086400"), "eleven digits and a dot");
    assertRefused(ring, key("00001086400.a.b"), "three parts");
    assertRefused(ring, key("00001086400.e30.e30.e30"), "EdDSA");
    assertThat(take(ring, good, (byte) 1).complaint().get()).contains("with a value");
    assertRefused(ring(2_000_000), good, "expired");
    assertRefused(ring(900_000), good, "two days");
    assertThat(ring.peers()).isEmpty();
    assertThat(take(ring, good).fresh()).isEqualTo(1);
  }

  private void assertRefused(PeerRing ring, Key key, String why) {
    Taken taken = take(ring, key);
    assertThat(taken.bad()).isEqualTo(1);
    assertThat(taken.complaint().get()).contains(why);
  }

  @Test
  void shouldForgetWhatHasExpiredAndKeepTheKeysOfOnePeerFew() {
    PeerRing ring = ring(1_000_000);
    for (int i = 0; i < 100; i++) {
      PeerKey key = PeerKey.sign(other, List.of(ADDRESS), 1_000_100 + i);
      assertThat(take(ring, key.key()).bad()).isZero();
    }
    assertThat(ring.peers()).hasSize(64);
    KeyRange later = new KeyRange(PeerKey.fencepost(1_000_150), PeerKey.LAST);
    RangeHash hash = ring.hash(later);
    assertThat(hash.count()).isEqualTo(14);
    assertThat(ring.at(later, 3)).isEqualTo(ring.smallest(later, 4).stream().skip(3).findFirst());
  }

  /** Turned by hand. */
  private static final class Hand extends Clock {
    long seconds;

    Hand(long seconds) {
      this.seconds = seconds;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochSecond(seconds);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  void shouldTellOfEachRangeWhatItsKeysAddUpToAsTheyComeAndGo() {
    Hand clock = new Hand(1_000_000);
    PeerRing ring = new PeerRing(host, clock);
    assertAddsUp(ring);
    for (int i = 0; i < 30; i++) {
      take(ring, PeerKey.sign(other, List.of(ADDRESS), 1_000_100 + i).key());
      assertAddsUp(ring);
    }
    clock.seconds = 1_000_110;
    assertThat(ring.peers()).hasSizeLessThan(30).isNotEmpty();
    assertAddsUp(ring);
    clock.seconds = 2_000_000;
    assertThat(ring.peers()).isEmpty();
    assertAddsUp(ring);
  }

  private static void assertAddsUp(PeerRing ring) {
    for (long from = 1_000_099; from < 1_000_132; from += 3) {
      for (long to = from - 2; to < 1_000_134; to += 5) {
        KeyRange range = new KeyRange(PeerKey.fencepost(from), PeerKey.fencepost(to));
        List<Key> keys = ring.smallest(range, 100);
        RangeHash sum = RangeHash.EMPTY;
        for (int i = 0; i < keys.size(); i++) {
          sum = sum.plus(Keys.of(keys.get(i)));
          assertThat(ring.at(range, i)).contains(keys.get(i));
        }
        assertThat(ring.hash(range)).isEqualTo(sum);
        assertThat(ring.at(range, keys.size())).isEmpty();
      }
    }
  }
}
