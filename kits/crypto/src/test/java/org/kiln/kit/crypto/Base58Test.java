package org.kiln.kit.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class Base58Test {
  private static final byte[] PREFIX = {6, -95, -97};

  @Test
  void shouldKnowATezosAddressByItsKey() {
    byte[] edpk = {13, 15, 37, -39};
    byte[] key =
        Base58.decodeChecked("edpkvGfYw3LyB1UcCahKQk4rF2tvbMUk8GFiTuMjL75uGXrpvKXhjn", edpk, 32)
            .orElseThrow();
    assertThat(Base58.encodeChecked(PREFIX, Hashes.blake2b(160, key)))
        .isEqualTo("tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb");
  }

  @Property(tries = 100)
  void shouldReadWhatItWrote(@ForAll @Size(max = 64) byte[] bytes) {
    String text = Base58.encodeChecked(PREFIX, bytes);
    assertThat(Base58.decodeChecked(text, PREFIX, bytes.length)).contains(bytes);
    assertThat(Base58.decodeChecked(text, PREFIX, bytes.length + 1)).isEmpty();
    assertThat(Base58.decodeChecked(text, new byte[] {6, -95, -98}, bytes.length)).isEmpty();
  }

  @Test
  void rejectsAWrongChecksum() {
    String text = Base58.encodeChecked(PREFIX, new byte[20]);
    String other = text.substring(0, text.length() - 1) + (text.endsWith("1") ? "2" : "1");
    assertThat(Base58.decodeChecked(other, PREFIX, 20)).isEmpty();
  }

  @Test
  void rejectsWhatIsNoBase58OrTooLong() {
    assertThat(Base58.decode("")).isEmpty();
    assertThat(Base58.decode("0OIl")).isEmpty();
    assertThat(Base58.decode("2".repeat(128))).isPresent();
    assertThat(Base58.decode("2".repeat(129))).isEmpty();
    assertThat(Base58.decode("StV1DL6CwTryKyV"))
        .contains(HexFormat.of().parseHex("68656c6c6f20776f726c64"));
  }
}
