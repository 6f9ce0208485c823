package org.kiln.net.recon.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.range.Keys;
import org.kiln.net.recon.range.RangeDigest;

/** The worked bytes of the specification, and what strangers may send instead. */
class MessagesTest {
  private static final String SYNC_ID = "2f9c1a52-6a35-4d3c-9a0e-0d7c3f1d0b11";
  private static final String PREFIX = "ce010500ba25076d730241e7";
  private static final Key START = Keys.key(PREFIX + "00".repeat(12));
  private static final Key END = Keys.key(PREFIX + "ff".repeat(13));
  private static final Key EVENT =
      Keys.key(
          "ce010500ba25076d730241e745cc7c072ff729ea683b7517"
              + "01711220f4ef7ec208944d257025408bb647949e6b72930520bc80f34d8bfbafd2643d86");

  private static byte[] encode(boolean text, Optional<String> syncId, ReconMessage body) {
    return new MessageCodec(text).encode(new Envelope(syncId, body));
  }

  private static ReconMessage read(String hex, MessageLimits limits) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(HexFormat.of().parseHex(hex));
    return new MessageReader(in::read, false, limits).next().orElseThrow().body();
  }

  private static ReconMessage read(String hex) throws IOException {
    return read(hex, MessageLimits.EVENTS);
  }

  @Test
  void shouldWriteAsManyBytesAsCeramicOne() {
    Optional<String> id = Optional.of(SYNC_ID);
    assertThat(
            encode(false, id, new ReconMessage.InterestRequest(List.of(new KeyRange(START, END)))))
        .hasSize(134);
    assertThat(encode(false, id, new ReconMessage.RangeRequest(RangeDigest.empty(START, END))))
        .hasSize(150);
    RangeDigest one = new RangeDigest(START, Keys.of(EVENT), END);
    assertThat(encode(false, id, new ReconMessage.RangeResponse(List.of(one)))).hasSize(185);
    byte[] value =
        encode(
            false,
            Optional.empty(),
            new ReconMessage.Value(EVENT, new byte[] {0, 1, 23, 24, (byte) 200}));
    assertThat(value).hasSize(94);
    assertThat(HexFormat.of().formatHex(value)).endsWith("6576616c756585000117181818c8");
    assertThat(HexFormat.of().formatHex(encode(false, Optional.empty(), finished())))
        .isEqualTo("a164626f64796846696e6973686564");
    assertThat(
            encode(
                true,
                Optional.empty(),
                new ReconMessage.InterestRequest(
                    List.of(new KeyRange(text("01732211100"), text("99999999999"))))))
        .hasSize(59);
  }

  private static ReconMessage.Finished finished() {
    return new ReconMessage.Finished();
  }

  private static Key text(String text) {
    return Key.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shouldTakeMembersInAnyOrderAndReadOverUnknownOnes() throws IOException {
    // {"x": [1, {"y": h'00'}, 1.5], "body": "Finished", "sync_id": null}
    assertThat(
            read(
                "a36178"
                    + "8301a161794100f93e00"
                    + "64626f6479"
                    + "6846696e6973686564"
                    + "6773796e635f6964"
                    + "f6"))
        .isEqualTo(finished());
  }

  @Test
  void shouldTakeAValueAsBytesToo() throws IOException {
    ReconMessage message = read("a164626f6479a16556616c7565a2636b657941aa6576616c756543010203");
    assertThat(((ReconMessage.Value) message).value()).containsExactly(1, 2, 3);
  }

  @Test
  void shouldWriteValuesDenselyForItsOwnMake() throws IOException {
    ReconMessage.Value value = new ReconMessage.Value(Key.of(new byte[60]), new byte[1_000]);
    byte[] written =
        new MessageCodec(false, true).encode(new Envelope(Optional.of("not told"), value));
    assertThat(written).hasSize(1 + 2 + 60 + 3 + 1_000);
    assertThat(read(HexFormat.of().formatHex(written)))
        .isInstanceOfSatisfying(
            ReconMessage.Value.class,
            read -> {
              assertThat(read.key()).isEqualTo(value.key());
              assertThat(read.value()).isEqualTo(value.value());
            });
  }

  @Test
  void shouldReadOverAValueThatIsTooLarge() throws IOException {
    MessageLimits small = new MessageLimits(1_000, 64, 4, 4, 4);
    for (String value : List.of("850102030405", "450102030405")) {
      assertThat(read("a164626f6479a16556616c7565a2636b657941aa6576616c7565" + value, small))
          .isEqualTo(new ReconMessage.TooLarge(Keys.key("aa"), 5));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "80, A message is a list",
    "a0, A message has no body",
    "a1, ends inside",
    "bf64626f64796846696e6973686564ff, indefinite",
    "a164626f6479654f74686572, no message of that name: Other",
    "a164626f6479a26141f66142f6, not one name",
    "a164626f6479a16141f6, no message of that name: A",
    "a164626f647901, not one name",
    "a16161" + "81818181818181818181818181818181818181" + "00, nested deeper",
    "a164626f6479a16c52616e676552657175657374a36566697273745901ff00, A key of 511 is more than 256",
    "a164626f6479a16c52616e676552657175657374a06466, first is missing",
    "a164626f6479a16c52616e676552657175657374a1656669727374614d, A key is a text",
    "a164626f6479a16c52616e676552657175657374a16468617368a2646861736841006563"
        + "6f756e7400, A hash of 1 bytes",
    "a164626f6479a16f496e746572657374526571756573749a00100000, more than 4096",
    "a164626f6479a16556616c7565a16576616c75659b00ffffffffffffff, ends inside",
    "a164626f6479a16556616c7565a16576616c7565811901ff, above 255",
    "a16161" + "5b7fffffffffffffff, larger than is taken",
    "a16161" + "9bffffffffffffffff, more than 2^63",
    "a1ff, indefinite",
    "a11c, begins no item"
  })
  void rejectsWhatIsNoMessage(String hex, String why) {
    assertThatThrownBy(() -> read(hex))
        .isInstanceOf(ReconException.class)
        .hasMessageContaining(why);
  }
}
