package org.kiln.kit.ipld;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.kit.text.JsNumber;

@Domain(IpldValues.class)
@Domain(DomainContext.Global.class)
class CodecPropertiesTest {

  @Property
  void shouldReadBackTheBlock(@ForAll Ipld value) throws Exception {
    byte[] block = DagCbor.encode(value);
    assertThat(DagCbor.decode(block)).isEqualTo(value);
    assertThat(DagCbor.isCanonical(block)).isTrue();
  }

  @Property
  void shouldReadBackTheDagJson(@ForAll Ipld value) throws Exception {
    byte[] text;
    try {
      text = DagJson.write(value);
    } catch (IllegalArgumentException reservedKey) {
      return;
    }
    assertThat(DagJson.parse(text)).isEqualTo(value);
    assertThat(DagJson.write(DagJson.parse(text))).isEqualTo(text);
  }

  @Property
  void shouldReadBackTheJsonAsJavaScriptDoes(@ForAll Ipld value) throws Exception {
    Ipld once = Json.parse(Json.write(value));
    assertThat(Json.parse(Json.write(once))).isEqualTo(once);
    assertThat(Json.numbers(once)).isEqualTo(once);
  }

  @Property
  void shouldWriteDoublesThatReadBack(@ForAll double number) throws Exception {
    Ipld read = Json.parse(JsNumber.text(number).getBytes(StandardCharsets.UTF_8));
    assertThat(read).isEqualTo(JsValue.of(number));
  }

  @Property
  void shouldJudgeEveryBlockTheSame(@ForAll byte[] block) {
    judge(block);
  }

  @Property
  void shouldJudgeDamagedBlocksTheSame(
      @ForAll Ipld value, @ForAll @IntRange(max = 4000) int at, @ForAll byte damage) {
    byte[] block = DagCbor.encode(value);
    block[at % block.length] = damage;
    judge(block);
    judge(Arrays.copyOf(block, at % block.length));
  }

  /** A block decodes or is refused; if it is called canonical, it is what we would write. */
  private static void judge(byte[] block) {
    Ipld value;
    try {
      value = DagCbor.decode(block);
    } catch (CodecException refused) {
      assertThat(refused).hasMessageContaining("DAG-CBOR");
      return;
    }
    byte[] again = DagCbor.encode(value);
    try {
      assertThat(DagCbor.isCanonical(block)).isEqualTo(Arrays.equals(again, block));
    } catch (CodecException e) {
      throw new AssertionError("Decodes, but cannot be judged", e);
    }
  }
}
