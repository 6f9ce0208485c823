package org.kiln.kit.ipld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;

class JsonTest {

  private static Ipld parse(String text) throws CodecException {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String write(Ipld value) {
    return new String(Json.write(value), StandardCharsets.UTF_8);
  }

  // What JSON.stringify(JSON.parse(text)) gives in JavaScript.
  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0,0",
    "-0.0,0",
    "1.0,1",
    "1e2,100",
    "1e21,1e+21",
    "123456789012345680000,123456789012345680000",
    "1e-6,0.000001",
    "1e-7,1e-7",
    "1.5e300,1.5e+300",
    "5e-324,5e-324",
    "4.9e-324,5e-324",
    "9007199254740991,9007199254740991",
    "9007199254740993,9007199254740992",
    "0.1,0.1",
    "-2.50,-2.5",
    "1.7976931348623157e308,1.7976931348623157e+308",
    "100000000000000000000000,1e+23"
  })
  void shouldReadAndWriteNumbersAsJavaScript(String text, String expected) throws Exception {
    assertThat(write(parse(text))).isEqualTo(expected);
  }

  @Test
  void shouldMakeWholeNumbersIntegersWithinTheSafeRange() throws Exception {
    assertThat(parse("1.0")).isEqualTo(Ipld.of(1));
    assertThat(parse("-9007199254740991")).isEqualTo(Ipld.of(-9007199254740991L));
    assertThat(parse("9007199254740992")).isEqualTo(new Ipld.Float64(9007199254740992d));
    assertThat(parse("1e300")).isEqualTo(new Ipld.Float64(1e300));
  }

  @Test
  void shouldLetTheLastOfTwoMembersCount() throws Exception {
    assertThat(write(parse("{\"a\":1,\"b\":2,\"a\":3}"))).isEqualTo("{\"a\":3,\"b\":2}");
  }

  @Test
  void shouldEscapeAsJavaScript() throws Exception {
    String text = "\"\\u0000\\u001f\\b\\n\\\"\\\\/\\ud83d\\udc0e\\u2028\\u007f\"";
    assertThat(write(parse(text))).isEqualTo("\"\\u0000\\u001f\\b\\n\\\"\\\\/🐎\u2028\u007f\"");
    assertThat(write(parse("\"a\\ud800\\n\""))).isEqualTo("\"a\\ud800\\n\"");
    assertThat(parse(write(parse("\"\\udc00x\"")))).isEqualTo(Ipld.of("\udc00x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "01",
        "+1",
        "NaN",
        "1e400",
        "nul",
        "1 2",
        "'a'",
        "\"\t\"",
        "{a:1}",
        "// x\n1",
        "\uFEFF1"
      })
  void rejectsWhatIsNoJson(String text) {
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> parse(text))
        .withMessageStartingWith("JSON: ");
  }

  @Test
  void rejectsTextNestedTooDeep() {
    String deep = "[".repeat(600) + "]".repeat(600);
    assertThatExceptionOfType(CodecException.class).isThrownBy(() -> parse(deep));
  }

  @Test
  void rejectsMalformedUtf8() {
    byte[] text = {'"', (byte) 0xff, '"'};
    assertThatExceptionOfType(CodecException.class).isThrownBy(() -> Json.parse(text));
  }

  @Test
  void shouldWriteLinksAndBytesAsJavaScriptObjects() {
    Cid cid = Cid.parse("bafyreihu557meceujusxajkaro3epfe6nnzjgbjaxsapgtml7ox5ezb5qy");
    assertThat(write(Ipld.of(cid))).isEqualTo("{\"/\":\"" + cid + "\"}");
    assertThat(write(new Ipld.Bytes(new byte[] {1, -1}))).isEqualTo("{\"0\":1,\"1\":255}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1,\"a\":2}",
        "{\"/\":\"nope\"}",
        "{\"/\":{\"bytes\":\"%\"}}",
        "{\"/\":{\"bytes\":\"aGk\",\"x\":1}}",
        "18446744073709551616",
        "1e400"
      })
  void rejectsWhatIsNoDagJson(String text) {
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> DagJson.parse(text.getBytes(StandardCharsets.UTF_8)))
        .withMessageStartingWith("DAG-JSON: ");
  }

  @Test
  void rejectsAMapThatWouldReadBackAsALink() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DagJson.write(Ipld.map("/", Ipld.of("x"))));
  }

  @Test
  void shouldKeepFloatsApartInDagJson() throws Exception {
    Ipld value = Ipld.list(Ipld.of(1), new Ipld.Float64(1), new Ipld.Float64(-0d));
    byte[] text = DagJson.write(value);
    assertThat(new String(text, StandardCharsets.UTF_8)).isEqualTo("[1,1.0,-0.0]");
    assertThat(DagJson.parse(text)).isEqualTo(value);
  }
}
