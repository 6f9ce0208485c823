package org.kiln.api.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.api.net.Multiaddr.Part;

class MultiaddrTest {
  private static final byte[] LOCALHOST = {127, 0, 0, 1};
  private static final byte[] PORT = {16, 5};

  private static Multiaddr address() {
    return Multiaddr.of(
        List.of(
            new Part(4, LOCALHOST, false, "/ip4/127.0.0.1"),
            new Part(6, PORT, false, "/tcp/4101")));
  }

  @Test
  void shouldCopyTheBytesOfItsParts() {
    byte[] given = LOCALHOST.clone();
    Part part = new Part(4, given, false, "/ip4/127.0.0.1");
    given[3] = 2;
    part.value()[3] = 3;
    assertThat(part.value()).isEqualTo(LOCALHOST);
    assertThat(part).isEqualTo(new Part(4, LOCALHOST, false, "/ip4/127.0.0.1"));
    assertThat(part).hasSameHashCodeAs(new Part(4, LOCALHOST, false, "/ip4/127.0.0.1"));
    assertThat(part).isNotEqualTo(new Part(4, PORT_OF_FOUR, false, "/ip4/16.5.0.0"));
  }

  private static final byte[] PORT_OF_FOUR = {16, 5, 0, 0};

  @ParameterizedTest
  @CsvSource({"4,3", "4,0", "6,1", "6,3", "41,4", "421,0", "421,3"})
  void rejectsValuesThatAreNotWhatTheirPartIs(int code, int bytes) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Part(code, new byte[bytes], code == 421, "/part"));
  }

  @Test
  void shouldDescribeAPeerForGood() {
    PeerId id = PeerId.of(new byte[] {0, 4, 8, 1, 18, 0});
    PeerInfo.Builder builder = PeerInfo.of(id, address()).agent("one").protocols(Set.of("/a"));
    PeerInfo one = builder.build();
    PeerInfo two = builder.agent("two").connected(true, Instant.MAX).build();
    assertThat(one.agent()).isEqualTo("one");
    assertThat(one.outbound()).isFalse();
    assertThat(two.agent()).isEqualTo("two");
    assertThat(two.protocols()).containsExactly("/a");
    assertThat(one).hasToString("PeerInfo[/ip4/127.0.0.1/tcp/4101, " + id + "]");
  }
}
