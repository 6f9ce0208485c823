package org.kiln.api.ipld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CidTest {
  private static final String TEXT = "bafyreihu557meceujusxajkaro3epfe6nnzjgbjaxsapgtml7ox5ezb5qy";
  private static final String HEX =
      "01711220f4ef7ec208944d257025408bb647949e6b72930520bc80f34d8bfbafd2643d86";

  @Property
  void shouldReadBack(@ForAll byte[] block) {
    Cid cid = Cid.sha256(Cid.DAG_JOSE, block);
    assertThat(Cid.of(cid.bytes())).isEqualTo(cid).hasSameHashCodeAs(cid);
    assertThat(Cid.parse(cid.toString())).isEqualTo(cid);
    assertThat(cid.matches(block)).isTrue();
    assertThat(cid.size()).isEqualTo(37);
  }

  @Test
  void shouldTellItsParts() {
    Cid cid = Cid.parse(TEXT);
    assertThat(HexFormat.of().formatHex(cid.bytes())).isEqualTo(HEX);
    assertThat(cid.version()).isOne();
    assertThat(cid.codec()).isEqualTo(Cid.DAG_CBOR);
    assertThat(cid.hashFunction()).isEqualTo(Cid.SHA2_256);
    assertThat(cid.digest()).hasSize(32);
    assertThat(Cid.parse("f" + HEX)).isEqualTo(cid);
  }

  @Test
  void shouldNotVouchForHashesItCannotCompute() {
    Cid cid = Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, new byte[32]);
    assertThat(cid.matches(new byte[0])).isFalse();
    assertThat(cid.toString()).startsWith("bagjqcgza");
  }

  @Test
  void shouldKnowVersionZero() {
    Cid cid = Cid.parse("QmYHMv7Sd8iEwV4B1qF8xZY6BEcUJGbLr1zDwkpKV7kpP1");
    assertThat(cid.version()).isZero();
    assertThat(cid).hasToString("QmYHMv7Sd8iEwV4B1qF8xZY6BEcUJGbLr1zDwkpKV7kpP1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "b",
        "bafyreihu557meceujusxajkaro3epfe6nnzjgbjaxsapgtml7ox5ezb5q",
        "bafyreihu557meceujusxajkaro3epfe6nnzjgbjaxsapgtml7ox5ezb5qyaa",
        "f02711220f4ef7ec208944d257025408bb647949e6b72930520bc80f34d8bfbafd2643d86",
        "f0171122fffffffff0f00"
      })
  void rejectsWhatIsNone(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Cid.parse(text));
  }

  @Test
  void shouldOrderAsUnsignedBytes() {
    Cid cbor = Cid.sha256(Cid.DAG_CBOR, new byte[0]);
    Cid jose = Cid.sha256(Cid.DAG_JOSE, new byte[0]);
    assertThat(cbor).isLessThan(jose);
  }
}
