package org.kiln.net.kad;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.net.Multiaddr;
import org.kiln.kit.net.Multiaddrs;

class DhtScopeTest {
  private static final Multiaddr FAR = Multiaddrs.parse("/ip4/8.8.8.8/tcp/1");
  private static final Multiaddr NEAR = Multiaddrs.parse("/ip4/192.168.1.2/tcp/1");
  private static final Multiaddr HERE = Multiaddrs.parse("/ip4/127.0.0.1/tcp/1");
  private static final Multiaddr NAME = Multiaddrs.parse("/dns4/example.org/tcp/1");
  private static final List<Multiaddr> ALL = List.of(FAR, NEAR, HERE, NAME);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip4/10.0.0.1/tcp/1",
        "/ip4/172.31.0.1/tcp/1",
        "/ip4/100.64.0.1/tcp/1",
        "/ip4/169.254.1.1/tcp/1",
        "/ip4/192.168.0.1/udp/1/quic-v1",
        "/ip6/::1/tcp/1",
        "/ip6/fd00::1/tcp/1",
        "/ip6/fe80::1/tcp/1"
      })
  void shouldKnowPrivateAddresses(String address) {
    assertThat(DhtScope.isPrivate(Multiaddrs.parse(address))).isTrue();
    assertThat(DhtScope.LAN.admits(Multiaddrs.parse(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip4/100.128.0.1/tcp/1",
        "/ip4/101.64.0.1/tcp/1",
        "/ip4/172.32.0.1/tcp/1",
        "/ip4/8.8.8.8/udp/1/quic-v1",
        "/ip6/2001:4860::1/tcp/1",
        "/dns4/localhost/tcp/1"
      })
  void shouldKnowOthers(String address) {
    assertThat(DhtScope.isPrivate(Multiaddrs.parse(address))).isFalse();
    assertThat(DhtScope.LAN.admits(Multiaddrs.parse(address))).isFalse();
    assertThat(DhtScope.WAN.admits(Multiaddrs.parse(address))).isTrue();
  }

  @Test
  void shouldTellWhatIsOfUseToTheAsker() {
    assertThat(DhtScope.WAN.told(ALL, FAR)).containsExactly(FAR, NAME);
    assertThat(DhtScope.WAN.told(ALL, NEAR)).isEqualTo(ALL);
    assertThat(DhtScope.WAN.told(ALL, HERE)).isEqualTo(ALL);
    assertThat(DhtScope.LAN.told(ALL, NEAR)).containsExactly(NEAR);
    assertThat(DhtScope.LAN.told(ALL, HERE)).containsExactly(NEAR, HERE);
  }

  @Test
  void shouldNameItsOwnAddresses() {
    assertThat(DhtScope.WAN.own(ALL)).isEqualTo(ALL);
    assertThat(DhtScope.LAN.own(ALL)).containsExactly(NEAR, HERE);
  }
}
