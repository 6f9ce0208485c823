package org.kiln.api.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** Addresses and ids from strangers: refused with a sentence, or read and written back. */
class MultiaddrFuzzTest {
  @FuzzTest(maxDuration = "20s")
  void binary(FuzzedDataProvider data) {
    try {
      Multiaddr address = Multiaddr.decode(data.consumeRemainingAsBytes());
      assertThat(Multiaddr.decode(address.bytes())).isEqualTo(address);
      assertThat(Multiaddr.parse(address.toString())).hasToString(address.toString());
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @FuzzTest(maxDuration = "20s")
  void text(FuzzedDataProvider data) {
    try {
      Multiaddr address = Multiaddr.parse(data.consumeRemainingAsString());
      assertThat(Multiaddr.decode(address.bytes())).isEqualTo(address);
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
