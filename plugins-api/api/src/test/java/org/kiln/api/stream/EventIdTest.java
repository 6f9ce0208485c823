package org.kiln.api.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;

class EventIdTest {
  private static final Cid INIT =
      Cid.parse("bagcqceraplay4erv6l32qrki522uhiz7rf46xccwniw7ypmvs3cvu2b3oulq");
  private static final Cid EVENT =
      Cid.parse("bafyreihu557meceujusxajkaro3epfe6nnzjgbjaxsapgtml7ox5ezb5qy");
  private static final String CONTROLLER =
      "did:key:z6MkgSV3tAuw7gUWqKCUY7ae6uWNxqYgdwPhUJbJhF9EFXm9";

  private static EventId on(NetworkId network) {
    return EventId.of(network, "model", StreamId.MODEL.bytes(), CONTROLLER, INIT, EVENT);
  }

  @Test
  void shouldMatchTheConstantsOfCeramicOne() {
    String tail =
        "ba25076d730241e745cc7c072ff729ea683b751701711220"
            + "f4ef7ec208944d257025408bb647949e6b72930520bc80f34d8bfbafd2643d86";
    assertThat(on(NetworkId.MAINNET)).hasToString("ce010500" + tail);
    assertThat(on(NetworkId.TESTNET_CLAY)).hasToString("ce010501" + tail);
    assertThat(on(NetworkId.INMEMORY)).hasToString("ce0105ff01" + tail);
    assertThat(on(NetworkId.local(0xce4a441cL)).toString()).startsWith("ce01059c88a9f21c");
  }

  @Test
  void shouldChangeOnlyTheEvent() {
    EventId id = on(NetworkId.MAINNET);
    EventId next = id.withEvent(INIT);
    assertThat(next.event()).isEqualTo(INIT);
    assertThat(next.init()).isEqualTo(id.init());
    assertThat(next.separator()).isEqualTo(id.separator());
    assertThat(next.controller()).isEqualTo(id.controller());
    assertThat(id).isLessThan(next);
  }

  @Test
  void shouldBeginWithThePrefixOfItsSeparator() {
    byte[] prefix = EventId.prefix(NetworkId.MAINNET, "model", StreamId.MODEL.bytes());
    assertThat(on(NetworkId.MAINNET).bytes()).startsWith(prefix);
  }

  @Test
  void rejectsBoundsOfRanges() {
    byte[] bytes = on(NetworkId.MAINNET).bytes();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThat(EventId.tryOf(cut)).isEmpty();
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventId.of(Arrays.copyOf(bytes, bytes.length + 1)));
  }
}
