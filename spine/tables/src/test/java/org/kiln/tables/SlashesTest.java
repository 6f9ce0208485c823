package org.kiln.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;

class SlashesTest {
  private static final Ipld LINK =
      Ipld.of(Cid.sha256(Cid.DAG_CBOR, "it".getBytes(StandardCharsets.UTF_8)));

  @Test
  void shouldWriteAKeyOtherwiseUnderWhichALinkOrBytesWouldBeRead() {
    assertThat(json(Ipld.map("/", Ipld.of("no CID")))).endsWith("\"content\":{\"//\":\"no CID\"}}");
    assertThat(json(Ipld.map("/", Ipld.map("bytes", Ipld.of("x")))))
        .endsWith("\"content\":{\"//\":{\"bytes\":\"x\"}}}");
  }

  @Test
  void shouldWriteAllElseAsDagJsonDoes() {
    assertThat(json(Ipld.map("a", LINK, "/", Ipld.of(1))))
        .endsWith("\"content\":{\"/\":1,\"a\":{\"/\":\"" + ((Ipld.Link) LINK).cid() + "\"}}}");
  }

  @Property(tries = 200)
  void shouldReadBackWhatWasWritten(@ForAll("values") Ipld value) {
    Ipld.Map metadata = Ipld.map("/", value, "tags", value);
    assertThat(Shown.read(Shown.json(metadata, value)))
        .contains(Ipld.map("metadata", metadata, "content", value));
  }

  @Provide
  Arbitrary<Ipld> values() {
    Arbitrary<Ipld> plain = Arbitraries.of(Ipld.of("x"), Ipld.of(1), Ipld.NULL, LINK, bytes());
    return Arbitraries.recursive(() -> plain, SlashesTest::maps, 0, 4);
  }

  private static Arbitrary<Ipld> maps(Arbitrary<Ipld> inner) {
    Arbitrary<String> keys = Arbitraries.of("/", "//", "///", "bytes", "/a");
    return Arbitraries.maps(keys, inner)
        .ofMaxSize(3)
        .<Ipld>map(Ipld.Map::new)
        .flatMap(map -> Arbitraries.of(map, new Ipld.List(List.of(map))));
  }

  private static Ipld bytes() {
    return new Ipld.Bytes(new byte[] {1, 2});
  }

  private static String json(Ipld content) {
    return Shown.json(Ipld.Map.EMPTY, content);
  }
}
