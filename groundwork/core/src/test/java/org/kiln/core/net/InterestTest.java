package org.kiln.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;

class InterestTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final String CONTROLLER =
      "did:key:z6MkgSV3tAuw7gUWqKCUY7ae6uWNxqYgdwPhUJbJhF9EFXm9";
  private static final StreamId STREAM =
      StreamId.parse("kjzl6cwe1jw147dvq16zluojmraqvwdmbh61dx9e0c59i344lcrsgqfohexp60s");
  private static final Interest MODELS = Interest.of(StreamId.MODEL);

  private static Interest models(Optional<StreamId> stream) {
    return new Interest("model", MODELS.value(), Optional.of(CONTROLLER), stream);
  }

  /** The ranges of ceramic-one, which peers compare theirs with. */
  @Test
  void shouldHaveTheRangeOfAModel() {
    assertThat(HEX.formatHex(MODELS.from(NetworkId.MAINNET)))
        .isEqualTo("ce010500ba25076d730241e7" + "00".repeat(12));
    assertThat(HEX.formatHex(MODELS.to(NetworkId.MAINNET)))
        .isEqualTo("ce010500ba25076d730241e7" + "ff".repeat(13));
  }

  @Test
  void shouldHaveTheRangeOfAController() {
    Interest interest = models(Optional.empty());
    assertThat(HEX.formatHex(interest.from(NetworkId.MAINNET)))
        .isEqualTo("ce010500ba25076d730241e745cc7c072ff729ea" + "00".repeat(4));
    assertThat(HEX.formatHex(interest.to(NetworkId.MAINNET)))
        .isEqualTo("ce010500ba25076d730241e745cc7c072ff729ea" + "ff".repeat(5));
  }

  @Test
  void shouldHaveTheRangeOfAStream() {
    Interest interest = models(Optional.of(STREAM));
    String key = "ce010500ba25076d730241e745cc7c072ff729ea" + "55d1b3bc";
    assertThat(HEX.formatHex(interest.from(NetworkId.MAINNET))).isEqualTo(key);
    assertThat(HEX.formatHex(interest.to(NetworkId.MAINNET))).isEqualTo(key + "ff");

    byte[] event =
        EventId.of(
                NetworkId.MAINNET,
                "model",
                StreamId.MODEL.bytes(),
                CONTROLLER,
                STREAM.init(),
                STREAM.init())
            .bytes();
    assertThat(Arrays.compareUnsigned(interest.from(NetworkId.MAINNET), event)).isNegative();
    assertThat(Arrays.compareUnsigned(event, interest.to(NetworkId.MAINNET))).isNegative();
  }

  @Test
  void rejectsWhatIsEmptyOrTooLong() {
    assertThatThrownBy(() -> new Interest("", MODELS.value(), Optional.empty(), Optional.empty()))
        .hasMessage("'sep' cannot be empty");
    assertThatThrownBy(
            () -> new Interest("model", MODELS.value(), Optional.of(""), Optional.empty()))
        .hasMessage("'controller' cannot be empty if it's included");
    assertThatThrownBy(
            () ->
                new Interest("m".repeat(1025), MODELS.value(), Optional.empty(), Optional.empty()))
        .hasMessageContaining("'sep' has 1025 bytes");
  }
}
