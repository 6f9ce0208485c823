package org.kiln.kit.ipld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;

class DagCborLimitsTest {

  private static byte[] nested(int depth) {
    byte[] block = new byte[depth + 1];
    Arrays.fill(block, 0, depth, (byte) 0x81);
    return block;
  }

  @Test
  void shouldDecodeUpToTheDepthLimit() throws Exception {
    byte[] block = nested(DagCbor.MAX_DEPTH);
    assertThat(DagCbor.encode(DagCbor.decode(block))).isEqualTo(block);
  }

  @Test
  void rejectsBlocksNestedTooDeep() {
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> DagCbor.decode(nested(DagCbor.MAX_DEPTH + 1)))
        .withMessageContaining("nested deeper");
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> DagCbor.decode(nested(2_000_000)));
  }

  @Test
  void rejectsValuesNestedTooDeep() {
    Ipld value = Ipld.NULL;
    for (int i = 0; i <= DagCbor.MAX_DEPTH; i++) {
      value = Ipld.list(value);
    }
    Ipld deep = value;
    assertThatIllegalArgumentException().isThrownBy(() -> DagCbor.encode(deep));
  }

  @Test
  void rejectsBlocksThatAreTooLarge() {
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> DagCbor.decode(new byte[DagCbor.MAX_BLOCK_BYTES + 1]))
        .withMessageContaining("larger than");
  }

  @Test
  void shouldWriteLoneSurrogatesAsJavaScriptDoes() throws Exception {
    byte[] block = DagCbor.encode(Ipld.map("\ud800", Ipld.of("a\udc00")));
    assertThat(DagCbor.isCanonical(block)).isTrue();
    assertThat(DagCbor.decode(block)).isEqualTo(Ipld.map("\ufffd", Ipld.of("a\ufffd")));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 23, 24, 255, 256, 3_990, 4_000, 8_000, 65_535, 65_536, 70_000, 1_000_000})
  void shouldWriteTextOfEveryLengthInOnePiece(int length) throws Exception {
    for (String letter : new String[] {"x", "é", "🐎"}) {
      String text = letter.repeat(length / letter.getBytes(StandardCharsets.UTF_8).length);
      Ipld value = Ipld.map(text, Ipld.list(Ipld.of(text), new Ipld.Bytes(new byte[length])));
      byte[] block = DagCbor.encode(value);
      assertThat(DagCbor.isCanonical(block)).isTrue();
      assertThat(DagCbor.decode(block)).isEqualTo(value);
    }
  }

  @Test
  void shouldDecodeLongTextsAndKeys() throws Exception {
    Ipld value = Ipld.map("k".repeat(100_000), Ipld.of("é".repeat(300_000)));
    assertThat(DagCbor.decode(DagCbor.encode(value))).isEqualTo(value);
  }

  @Test
  void shouldStayQuickWhenKeysCollide() throws Exception {
    Ipld.Map.Builder map = Ipld.Map.builder();
    for (int i = 0; i < 1 << 14; i++) {
      StringBuilder key = new StringBuilder();
      for (int bit = 0; bit < 14; bit++) {
        key.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      map.put(key.toString(), Ipld.of(i));
    }
    Ipld value = map.build();
    assertThat(DagCbor.decode(DagCbor.encode(value))).isEqualTo(value);
  }

  @Test
  void shouldReadMalformedTextAsJavaScriptDoes() throws Exception {
    byte[] block = {
      (byte) 0x82, 0x63, (byte) 0xed, (byte) 0xa0, (byte) 0x80, 0x62, (byte) 0xf0, (byte) 0x9f
    };
    assertThat(DagCbor.decode(block))
        .isEqualTo(Ipld.list(Ipld.of("\ufffd\ufffd\ufffd"), Ipld.of("\ufffd")));
    assertThat(DagCbor.isCanonical(block)).isFalse();
  }
}
