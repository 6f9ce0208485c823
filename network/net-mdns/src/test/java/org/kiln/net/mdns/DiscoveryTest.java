package org.kiln.net.mdns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.libp2p.key.HostKey;

/** One link, a clock driven by hand, and neighbours of all kinds. */
class DiscoveryTest {
  private static final DnsName NAME = Discovery.SERVICE.prepend("neighbour");

  private final PeerId self = peer();
  private final PeerId other = peer();
  private final Links.Lan lan = new Links.Lan();
  private final List<Map.Entry<PeerId, List<Multiaddr>>> found = new ArrayList<>();
  private List<Multiaddr> listening =
      addresses("/ip4/192.168.7.1/tcp/4101", "/ip4/127.0.0.1/tcp/4101", "/ip4/10.0.0.1/tcp/4101");
  private long now = Long.MAX_VALUE - Duration.ofSeconds(2).toNanos();
  private final Discovery discovery =
      new Discovery(
          self,
          () -> listening,
          lan,
          (peer, addresses) -> found.add(Map.entry(peer, addresses)),
          () -> now,
          new Random(7));

  private static PeerId peer() {
    return HostKey.random().publicKey().peerId();
  }

  private static List<Multiaddr> addresses(String... texts) {
    return Stream.of(texts).map(Multiaddrs::parse).toList();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private void receive(DnsMessage message, String ip, int port) throws Exception {
    discovery.receive(message.encode(), new InetSocketAddress(InetAddress.getByName(ip), port));
  }

  private static DnsMessage announcement(DnsName name, String... texts) {
    return new DnsMessage(
        true,
        List.of(),
        List.of(
            new DnsMessage.Pointer(Discovery.SERVICE, 120, name),
            new DnsMessage.Texts(name, 120, List.of(texts))));
  }

  private static String text(String address, PeerId peer) {
    return "dnsaddr=" + address + "/p2p/" + peer;
  }

  @Test
  void shouldAskOftenAtFirstAndThenEveryFiveMinutes() throws Exception {
    listening = List.of();
    List<Long> asked = new ArrayList<>();
    for (long second = 0; second <= 1500; second++) {
      discovery.tick();
      if (!lan.take().isEmpty()) {
        asked.add(second);
      }
      pass(Duration.ofSeconds(1));
    }
    assertThat(asked)
        .containsExactly(0L, 1L, 3L, 7L, 15L, 31L, 63L, 127L, 255L, 511L, 811L, 1111L, 1411L);
  }

  @Test
  void shouldAnswerItselfWithAddressesOfTheLinkOnly() throws Exception {
    discovery.tick();
    List<DnsMessage> sent = lan.take();
    assertThat(sent.get(0)).isEqualTo(DnsMessage.query(Discovery.SERVICE));
    DnsMessage.Pointer pointer = (DnsMessage.Pointer) sent.get(1).records().get(0);
    assertThat(pointer.name()).isEqualTo(Discovery.SERVICE);
    assertThat(pointer.target().labels().get(0)).matches("[0-9a-z]{40}");
    DnsMessage.Texts texts = (DnsMessage.Texts) sent.get(1).records().get(1);
    assertThat(texts.name()).isEqualTo(pointer.target());
    assertThat(texts.texts()).containsExactly(text("/ip4/192.168.7.1/tcp/4101", self));
  }

  @Test
  void shouldAnswerOnceASecondHoweverManyAsk() throws Exception {
    discovery.tick();
    lan.take();
    for (int i = 0; i < 50; i++) {
      receive(DnsMessage.query(Discovery.SERVICE), "192.168.7.9", 5353);
    }
    assertThat(lan.take()).isEmpty();
    pass(Duration.ofSeconds(1));
    discovery.tick();
    // The second question of ours, and one answer to all.
    assertThat(lan.take()).extracting(DnsMessage::response).containsExactly(false, true);
    pass(Duration.ofMillis(1500));
    receive(DnsMessage.query(Discovery.SERVICE), "192.168.7.9", 5353);
    assertThat(lan.take()).extracting(DnsMessage::response).containsExactly(true);
  }

  @Test
  void rejectsToAnswerOtherQuestions() throws Exception {
    discovery.tick();
    lan.take();
    pass(Duration.ofMillis(900));
    receive(DnsMessage.query(DnsName.of("_http", "_tcp", "local")), "192.168.7.9", 5353);
    receive(DnsMessage.query(DnsName.of("_p2p", "_udp", "local", "x")), "192.168.7.9", 5353);
    receive(
        new DnsMessage(false, List.of(new DnsMessage.Question(Discovery.SERVICE, 1)), List.of()),
        "192.168.7.9",
        5353);
    // Whoever asks from beyond the link is not heard.
    receive(DnsMessage.query(Discovery.SERVICE), "203.0.113.5", 5353);
    pass(Duration.ofMillis(2000));
    discovery.tick();
    lan.take();
    assertThat(found).isEmpty();
    pass(Duration.ofMillis(1500));
    discovery.tick();
    assertThat(lan.take()).isEmpty();
  }

  @Test
  void shouldHearOfPeersOnTheLink() throws Exception {
    receive(
        announcement(
            NAME,
            text("/ip4/192.168.7.9/tcp/4001", other),
            text("/ip4/192.168.7.10/udp/4001/quic-v1", other),
            "note=something else"),
        "192.168.7.9",
        5353);
    assertThat(found)
        .containsExactly(
            Map.entry(
                other,
                addresses("/ip4/192.168.7.9/tcp/4001", "/ip4/192.168.7.10/udp/4001/quic-v1")));
  }

  @Test
  void shouldHearOfOthersOnThisMachineOverLoopback() throws Exception {
    DnsMessage local = announcement(NAME, text("/ip4/127.0.0.1/tcp/4001", other));
    receive(local, "192.168.7.9", 5353);
    assertThat(found).isEmpty();
    receive(local, "192.168.7.1", 5353);
    assertThat(found).containsExactly(Map.entry(other, addresses("/ip4/127.0.0.1/tcp/4001")));
  }

  @Test
  void rejectsAddressesElsewhere() throws Exception {
    receive(
        announcement(
            NAME,
            text("/ip4/192.168.8.9/tcp/4001", other),
            text("/ip4/203.0.113.7/tcp/4001", other),
            text("/ip4/192.168.7.9/tcp/0", other),
            text("/ip4/192.168.7.9/udp/0/quic-v1", other),
            text("/ip4/192.168.7.9/udp/4001", other),
            text("/dns4/example.org/tcp/4001", other),
            text("/ip6/fe80::1/tcp/4001", other),
            "dnsaddr=/ip4/192.168.7.9/tcp/4001",
            "dnsaddr=/ip4/192.168.7.9/tcp/4001/p2p/nonsense",
            "dnsaddr=",
            text("/ip4/192.168.7.1/tcp/4101", self)),
        "192.168.7.9",
        5353);
    assertThat(found).isEmpty();
  }

  @Test
  void rejectsAnswersThatAreNotForUs() throws Exception {
    String good = text("/ip4/192.168.7.9/tcp/4001", other);
    receive(announcement(NAME, good), "192.168.9.9", 5353);
    receive(announcement(NAME, good), "192.168.7.9", 40_000);
    receive(announcement(DnsName.of("printer", "_ipp", "_tcp", "local"), good).records(), false);
    DnsName foreign = DnsName.of("x", "_ipp", "_tcp", "local");
    receive(
        List.of(
            new DnsMessage.Pointer(DnsName.of("_ipp", "_tcp", "local"), 120, foreign),
            new DnsMessage.Texts(foreign, 120, List.of(good))),
        true);
    // No pointer to it; and farewells.
    receive(List.of(new DnsMessage.Texts(NAME, 120, List.of(good))), true);
    receive(
        List.of(
            new DnsMessage.Pointer(Discovery.SERVICE, 0, NAME),
            new DnsMessage.Texts(NAME, 120, List.of(good))),
        true);
    receive(
        List.of(
            new DnsMessage.Pointer(Discovery.SERVICE, 120, NAME),
            new DnsMessage.Texts(NAME, 0, List.of(good))),
        true);
    assertThat(found).isEmpty();
  }

  private void receive(List<DnsMessage.Entry> records, boolean response) throws Exception {
    receive(new DnsMessage(response, List.of(), records), "192.168.7.9", 5353);
  }

  @Test
  void shouldTellOfTheSamePeerOnceAMinuteUnlessItMoves() throws Exception {
    DnsMessage here = announcement(NAME, text("/ip4/192.168.7.9/tcp/4001", other));
    for (int i = 0; i < 5; i++) {
      receive(here, "192.168.7.9", 5353);
    }
    assertThat(found).hasSize(1);
    receive(announcement(NAME, text("/ip4/192.168.7.9/tcp/4002", other)), "192.168.7.9", 5353);
    assertThat(found).hasSize(2);
    pass(Duration.ofSeconds(59));
    receive(announcement(NAME, text("/ip4/192.168.7.9/tcp/4002", other)), "192.168.7.9", 5353);
    assertThat(found).hasSize(2);
    pass(Duration.ofSeconds(1));
    receive(announcement(NAME, text("/ip4/192.168.7.9/tcp/4002", other)), "192.168.7.9", 5353);
    assertThat(found).hasSize(3);
  }

  @Test
  void rejectsFloods() throws Exception {
    for (int i = 0; i < 300; i++) {
      receive(
          announcement(NAME, text("/ip4/192.168.7.9/tcp/" + (4001 + i), peer())),
          "192.168.7.9",
          5353);
      if (i % 50 == 0) {
        pass(Duration.ofSeconds(1));
      }
    }
    assertThat(found).hasSize(Discovery.MAX_NEW_A_MINUTE);
    pass(Duration.ofMinutes(1));
    found.clear();
    // Packets in one second, most of which are not even read.
    for (int i = 0; i < 2 * Discovery.MAX_PACKETS_A_SECOND; i++) {
      receive(DnsMessage.query(DnsName.of("noise")), "192.168.7.9", 5353);
    }
    receive(announcement(NAME, text("/ip4/192.168.7.9/tcp/4001", other)), "192.168.7.9", 5353);
    assertThat(found).isEmpty();
    pass(Duration.ofSeconds(1));
    receive(announcement(NAME, text("/ip4/192.168.7.9/tcp/4001", other)), "192.168.7.9", 5353);
    assertThat(found).hasSize(1);
  }

  @Test
  void rejectsMoreThanAPeerMayHave() throws Exception {
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      many.add(text("/ip4/192.168.7.9/tcp/" + (4001 + i), other));
    }
    for (int i = 0; i < 20; i++) {
      many.add(text("/ip4/192.168.7.9/tcp/4001", peer()));
    }
    receive(announcement(NAME, many.toArray(String[]::new)), "192.168.7.9", 5353);
    assertThat(found).hasSize(Discovery.MAX_PEERS_A_PACKET);
    assertThat(found.get(0).getValue()).hasSize(Discovery.MAX_ADDRESSES);
  }

  @Test
  void shouldKeepItsOwnAnswerSmall() throws Exception {
    List<Multiaddr> many = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      many.add(Multiaddrs.parse("/ip4/192.168.7.1/tcp/" + (4001 + i)));
    }
    listening = many;
    discovery.tick();
    assertThat(lan.sent).hasSize(2).allMatch(packet -> packet.length <= 1_400);
    DnsMessage answer = lan.take().get(1);
    assertThat(((DnsMessage.Texts) answer.records().get(1)).texts())
        .hasSizeBetween(8, Discovery.MAX_ADDRESSES);
  }
}
