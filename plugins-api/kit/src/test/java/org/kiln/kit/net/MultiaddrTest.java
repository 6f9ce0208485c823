package org.kiln.kit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;

class MultiaddrTest {
  private static final String ID = "12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7";

  @ParameterizedTest
  @CsvSource({
    "/ip4/127.0.0.1/tcp/4101, 047f000001061005",
    "/ip6/::1/tcp/4101, 2900000000000000000000000000000001061005",
    "/ip6/2001:db8::8:0:0:1/tcp/1, 2920010db8000000000008000000000001060001",
    "/dns4/example.org/tcp/443/tls/ws, 360b6578616d706c652e6f7267" + "0601bb" + "c003" + "dd03"
  })
  void shouldReadAndWriteBothForms(String text, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThat(Multiaddrs.parse(text).bytes()).isEqualTo(bytes);
    assertThat(Multiaddrs.decode(bytes)).hasToString(text).isEqualTo(Multiaddrs.parse(text));
  }

  @Test
  void shouldTakePeersOffAndPutThemOn() {
    PeerId peer = PeerId.parse(ID);
    Multiaddr plain = Multiaddrs.parse("/ip4/1.2.3.4/tcp/5");
    Multiaddr full = plain.withPeer(peer);
    assertThat(full).hasToString("/ip4/1.2.3.4/tcp/5/p2p/" + ID);
    assertThat(Multiaddrs.parse("/ip4/1.2.3.4/tcp/5/ipfs/" + ID)).isEqualTo(full);
    assertThat(full.peer()).contains(peer);
    assertThat(full.withoutPeer()).isEqualTo(plain);
    assertThat(full.socket()).contains(new InetSocketAddress("1.2.3.4", 5));
    assertThat(plain.peer()).isEmpty();
  }

  @Test
  void shouldTellWhatCanBeDialled() {
    assertThat(Multiaddrs.parse("/dns4/example.org/tcp/5").name())
        .contains(InetSocketAddress.createUnresolved("example.org", 5));
    assertThat(Multiaddrs.parse("/dns4/example.org/tcp/5").socket()).isEmpty();
    assertThat(Multiaddrs.parse("/ip4/1.2.3.4/tcp/5/ws").socket()).isEmpty();
    Multiaddr quic = Multiaddrs.parse("/ip4/1.2.3.4/udp/5/quic-v1");
    assertThat(quic.socket()).contains(new InetSocketAddress("1.2.3.4", 5));
    assertThat(quic.tcpSocket()).isEmpty();
    assertThat(quic.transport()).contains(Multiaddr.Transport.QUIC_V1);
    assertThat(Multiaddrs.of(quic.socket().orElseThrow(), Multiaddr.Transport.QUIC_V1))
        .isEqualTo(quic);
    assertThat(Multiaddrs.parse("/ip4/1.2.3.4/tcp/5").transport())
        .contains(Multiaddr.Transport.TCP);
    assertThat(Multiaddrs.parse("/ip4/1.2.3.4/udp/5").transport()).isEmpty();
    assertThat(Multiaddrs.parse("/ip4/1.2.3.4/udp/5/quic-v1/webtransport").socket()).isEmpty();
    assertThat(Multiaddrs.parse("/ip4/1.2.3.4/tcp/5/p2p/" + ID + "/p2p-circuit").socket())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ip4/1.2.3.4",
        "/",
        "/ip4",
        "/ip4/1.2.3",
        "/ip4/1.2.3.256/tcp/1",
        "/ip4/localhost/tcp/1",
        "/ip6/localhost/tcp/1",
        "/ip4/1.2.3.4/tcp/65536",
        "/ip4/1.2.3.4/tcp/-1",
        "/nothing/x",
        "/p2p/12D3"
      })
  void rejectsWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> Multiaddrs.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "04", "047f0000", "36ff01", "ff7f", "3603612f62", "a5030500"})
  void rejectsWhatIsNoBinaryAddress(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThatThrownBy(() -> Multiaddrs.decode(bytes)).isInstanceOf(IllegalArgumentException.class);
  }
}
