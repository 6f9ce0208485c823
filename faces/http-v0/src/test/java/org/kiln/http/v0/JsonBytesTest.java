package org.kiln.http.v0;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.Json;

class JsonBytesTest {
  @Property
  void shouldWriteTextAsJsonStringifyDoes(@ForAll String text) {
    byte[] own = new JsonBytes(0).text(text).toBytes();

    assertThat(new String(own, StandardCharsets.UTF_8))
        .isEqualTo(new String(Json.write(Ipld.of(text)), StandardCharsets.UTF_8));
  }

  @Property
  void shouldWriteIntegers(@ForAll long number) {
    JsonBytes out = new JsonBytes(0);

    IpldJson.write(Ipld.list(Ipld.of(number), Ipld.of("x")), out);

    assertThat(out.toBytes())
        .isEqualTo(("[" + number + ",\"x\"]").getBytes(StandardCharsets.UTF_8));
  }

  @Property
  void shouldWriteDoublesAsTheCodecDoes(@ForAll double number) {
    Ipld value = Ipld.map("a", new Ipld.Float64(number), "b", Ipld.list(), "c", Ipld.map());
    JsonBytes out = new JsonBytes(0);

    IpldJson.write(value, out);

    assertThat(out.toBytes()).isEqualTo(Json.write(value));
  }
}
