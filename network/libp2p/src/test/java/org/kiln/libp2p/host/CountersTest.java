package org.kiln.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class CountersTest {
  private final Counters counters = new Counters(HostLimits.DEFAULT);

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** Takes places as datagrams do whose sender nobody has to show; how many there were. */
  private int forge(String from) {
    int taken = 0;
    while (!counters.scarce(address(from)) && counters.accept(address(from))) {
      taken++;
    }
    return taken;
  }

  @Test
  void shouldKeepHalfOfAnAddresssPlacesForWhoIsThere() {
    assertThat(forge("192.0.2.1")).isEqualTo(4);
    assertThat(counters.scarce(address("192.0.2.2"))).isFalse();
    for (int i = 0; i < 4; i++) {
      assertThat(counters.accept(address("192.0.2.1"))).isTrue();
    }
    assertThat(counters.accept(address("192.0.2.1"))).isFalse();
  }

  @Test
  void shouldCountAnIpv6NetworkAsOneAddress() {
    assertThat(forge("2001:db8:0:100::1")).isEqualTo(4);
    assertThat(counters.scarce(address("2001:db8:0:1ff::2"))).isTrue();
    assertThat(counters.scarce(address("2001:db8:0:200::1"))).isFalse();
  }

  @Test
  void shouldKeepThreeQuartersOfTheUnprovenPlacesForWhoIsThere() {
    int taken = 0;
    for (int i = 1; i < 100; i++) {
      taken += forge("192.0.2." + i);
    }
    assertThat(taken).isEqualTo(16);
    assertThat(counters.counts().pending()).isEqualTo(16);
    assertThat(counters.accept(address("198.51.100.1"))).isTrue();
    for (int i = 0; i < 2; i++) {
      counters.settled();
    }
    assertThat(counters.scarce(address("198.51.100.1"))).isFalse();
  }
}
