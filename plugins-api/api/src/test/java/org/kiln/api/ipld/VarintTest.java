package org.kiln.api.ipld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VarintTest {

  @Property
  void shouldReadBack(@ForAll @LongRange(min = 0) long value) {
    byte[] bytes = Varint.encode(value);
    assertThat(bytes.length).isBetween(1, 9);
    assertThat(Varint.read(bytes, 0)).isEqualTo(new Varint.Decoded(value, bytes.length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "80", "ce", "8100", "8000", "80808080808080808001"})
  void rejectsWhatIsCutShortLongerThanNeededOrTooLong(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThatIllegalArgumentException().isThrownBy(() -> Varint.read(bytes, 0));
  }

  @Test
  void shouldReadLongerThanNeededWhenAsked() {
    byte[] bytes = {(byte) 0xce, (byte) 0x81, 0};
    assertThat(Varint.readLenient(bytes, 0)).isEqualTo(new Varint.Decoded(0xce, 3));
  }

  @Test
  void rejectsNegativeNumbers() {
    assertThatIllegalArgumentException().isThrownBy(() -> Varint.encode(-1));
  }
}
