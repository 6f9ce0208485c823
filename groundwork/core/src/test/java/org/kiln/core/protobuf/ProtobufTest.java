package org.kiln.core.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtobufTest {
  @Property(tries = 200)
  void shouldReadWhatItWrote(
      @ForAll @IntRange(min = 1, max = 0x1fffffff) int field,
      @ForAll long number,
      @ForAll byte[] bytes)
      throws ProtobufException {
    byte[] message =
        new ProtobufWriter()
            .number(field, number)
            .bytes(field, bytes)
            .message(field, new ProtobufWriter().bytes(1, bytes))
            .toByteArray();
    ProtobufReader reader = ProtobufReader.of(message, 4);
    assertThat(reader.next()).isTrue();
    assertThat(reader.field()).isEqualTo(field);
    assertThat(reader.number()).isEqualTo(number);
    assertThat(reader.next()).isTrue();
    assertThat(reader.bytes(bytes.length)).isEqualTo(bytes);
    assertThat(reader.length()).isEqualTo(bytes.length);
    assertThat(reader.next()).isTrue();
    ProtobufReader inner = reader.message();
    assertThat(inner.next()).isTrue();
    assertThat(inner.bytes(bytes.length)).isEqualTo(bytes);
    assertThat(inner.next()).isFalse();
    assertThat(reader.next()).isFalse();
  }

  @Test
  void shouldKeepUnknownFieldsAsTheyCame() throws ProtobufException {
    byte[] message =
        HexFormat.of().parseHex("0896011203616263" + "1d01020304" + "210102030405060708");
    ProtobufReader reader = ProtobufReader.of(message, 4);
    ProtobufWriter copy = new ProtobufWriter();
    while (reader.next()) {
      copy.raw(reader.raw());
    }
    assertThat(copy.toByteArray()).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "08", // a tag and nothing behind it
        "0880", // a number that ends early
        "08ffffffffffffffffffff01", // a number of eleven bytes
        "0a05616263", // a length beyond the end
        "0affffffffffffffffff01", // a length that is negative
        "00", // field 0
        "0b", // a group
        "0d010203" // a short fixed32
      })
  void rejectsMalformedMessages(String hex) {
    ProtobufReader reader = ProtobufReader.of(HexFormat.of().parseHex(hex), 10);
    assertThatThrownBy(
            () -> {
              while (reader.next()) {
                reader.field();
              }
            })
        .isInstanceOf(ProtobufException.class);
  }

  @Test
  void rejectsMoreThanItsBudget() throws ProtobufException {
    ProtobufWriter inner = new ProtobufWriter();
    for (int i = 0; i < 10; i++) {
      inner.number(1, i);
    }
    byte[] message = new ProtobufWriter().message(1, inner).message(1, inner).toByteArray();
    ProtobufReader reader = ProtobufReader.of(message, 20);
    assertThatThrownBy(
            () -> {
              while (reader.next()) {
                ProtobufReader each = reader.message();
                while (each.next()) {
                  each.number();
                }
              }
            })
        .hasMessageContaining("more fields");
    ProtobufReader one = ProtobufReader.of(message, 20);
    assertThat(one.next()).isTrue();
    assertThatThrownBy(() -> one.bytes(5)).hasMessageContaining("5 are allowed");
    assertThatThrownBy(one::number).hasMessageContaining("wire type");
  }

  @Test
  void rejectsTextThatIsNoUtf8() throws ProtobufException {
    ProtobufReader reader = ProtobufReader.of(new byte[] {0x0a, 1, (byte) 0xff}, 1);
    assertThat(reader.next()).isTrue();
    assertThatThrownBy(() -> reader.string(10)).hasMessageContaining("UTF-8");
  }
}
