package org.kiln.api.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerIdTest {
  private static final String KEY =
      "08011220ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c";
  private static final String TEXT = "12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7";
  private static final String CID =
      "bafzaajaiaejcb2sknrr6fhcsbk7pkud3cmxml6mvi53k5pv6pojeehxknekenurm";

  @Test
  void shouldHoldSmallKeysItself() {
    byte[] key = HexFormat.of().parseHex(KEY);
    PeerId id = PeerId.ofPublicKey(key);
    assertThat(id).hasToString(TEXT);
    assertThat(id.publicKey()).hasValueSatisfying(held -> assertThat(held).isEqualTo(key));
    assertThat(PeerId.parse(TEXT)).isEqualTo(id).hasSameHashCodeAs(id);
    assertThat(PeerId.parse(CID)).isEqualTo(id);
    assertThat(PeerId.of(id.bytes())).isEqualByComparingTo(id);
  }

  @Test
  void shouldHashLargeKeys() {
    PeerId id = PeerId.ofPublicKey(new byte[300]);
    assertThat(id.toString()).startsWith("Qm");
    assertThat(id.bytes()).hasSize(34);
    assertThat(id.publicKey()).isEmpty();
    assertThat(PeerId.parse(id.toString())).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "Qm",
        "12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az",
        "bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
        "0OIl"
      })
  void rejectsWhatIsNoPeerId(String text) {
    assertThatThrownBy(() -> PeerId.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
