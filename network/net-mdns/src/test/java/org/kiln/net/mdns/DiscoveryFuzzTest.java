package org.kiln.net.mdns;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.libp2p.key.HostKey;

/** Packets from strangers: read or refused, and nothing else. */
class DiscoveryFuzzTest {
  @FuzzTest(maxDuration = "20s")
  void packet(FuzzedDataProvider data) throws Exception {
    byte[] packet = data.consumeRemainingAsBytes();
    Discovery discovery =
        new Discovery(
            HostKey.random().publicKey().peerId(),
            () -> List.of(Multiaddrs.parse("/ip4/127.0.0.1/tcp/4101")),
            new Links.Loopback(),
            (peer, addresses) -> assertThat(addresses).hasSizeBetween(1, Discovery.MAX_ADDRESSES),
            () -> 0,
            new Random(1));
    discovery.receive(
        packet, new InetSocketAddress(InetAddress.getLoopbackAddress(), Discovery.PORT));
    DnsMessage message;
    try {
      message = DnsMessage.decode(packet);
    } catch (DnsException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    // Without compression it may have become too large to be read again.
    byte[] written = message.encode();
    if (written.length <= DnsMessage.MAX_BYTES) {
      assertThat(DnsMessage.decode(written)).isEqualTo(message);
    }
  }
}
