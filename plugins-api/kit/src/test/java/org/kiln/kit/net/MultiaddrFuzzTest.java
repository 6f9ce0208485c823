package org.kiln.kit.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;

/** Addresses and ids from strangers: refused with a sentence, or read and written back. */
class MultiaddrFuzzTest {
  @FuzzTest(maxDuration = "20s")
  void binary(FuzzedDataProvider data) {
    try {
      Multiaddr address = Multiaddrs.decode(data.consumeRemainingAsBytes());
      assertThat(Multiaddrs.decode(address.bytes())).isEqualTo(address);
      assertThat(Multiaddrs.parse(address.toString())).hasToString(address.toString());
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @FuzzTest(maxDuration = "20s")
  void text(FuzzedDataProvider data) {
    try {
      Multiaddr address = Multiaddrs.parse(data.consumeRemainingAsString());
      assertThat(Multiaddrs.decode(address.bytes())).isEqualTo(address);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @FuzzTest(maxDuration = "20s")
  void peerIds(FuzzedDataProvider data) {
    try {
      PeerId id = PeerId.of(data.consumeRemainingAsBytes());
      assertThat(PeerId.parse(id.toString())).isEqualTo(id);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
