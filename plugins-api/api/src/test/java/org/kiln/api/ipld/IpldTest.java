package org.kiln.api.ipld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class IpldTest {

  @Property
  void shouldKeepMembersInTheirOrder(
      @ForAll @Size(max = 30) List<Map.Entry<String, Long>> members) {
    LinkedHashMap<String, Ipld> expected = new LinkedHashMap<>();
    Ipld.Map.Builder builder = Ipld.Map.builder();
    for (Map.Entry<String, Long> member : members) {
      Ipld value = Ipld.of(member.getValue());
      assertThat(builder.put(member.getKey(), value))
          .isEqualTo(expected.put(member.getKey(), value));
    }
    Ipld.Map map = builder.build();
    assertThat(map.entries()).isEqualTo(expected);
    assertThat(map).isEqualTo(new Ipld.Map(expected)).hasSameHashCodeAs(new Ipld.Map(expected));
    assertThat(new ArrayList<>(map.entries().keySet()))
        .isEqualTo(new ArrayList<>(expected.keySet()));
    for (String key : expected.keySet()) {
      assertThat(map.get(key)).contains(expected.get(key));
      LinkedHashMap<String, Ipld> without = new LinkedHashMap<>(expected);
      without.remove(key);
      assertThat(map.without(key).entries()).isEqualTo(without);
    }
  }

  @Test
  void shouldBeEqualWhateverTheOrder() {
    assertThat(Ipld.map("a", Ipld.of(1), "b", Ipld.NULL))
        .isEqualTo(Ipld.map("b", Ipld.NULL, "a", Ipld.of(1)));
  }

  @Test
  void shouldNotChangeTheMapItCameFrom() {
    Ipld.Map map = Ipld.map("a", Ipld.of(1));
    assertThat(map.with("b", Ipld.TRUE).without("a")).isEqualTo(Ipld.map("b", Ipld.TRUE));
    assertThat(map).isEqualTo(Ipld.map("a", Ipld.of(1)));
    assertThat(map.without("c")).isEqualTo(map);
  }

  @Test
  void shouldTellNullFromAbsent() {
    Ipld.Map map = Ipld.map("a", Ipld.NULL);
    assertThat(map.get("a")).contains(Ipld.NULL);
    assertThat(map.get("b")).isEmpty();
    assertThat(map.text("a")).isEmpty();
  }

  @Test
  void rejectsNumbersThatDagCborCannotHold() {
    BigInteger beyond = BigInteger.TWO.pow(64);
    assertThat(new Ipld.Int(beyond.negate()).value()).isNegative();
    assertThatIllegalArgumentException().isThrownBy(() -> new Ipld.Int(beyond));
    assertThatIllegalArgumentException().isThrownBy(() -> new Ipld.Float64(Double.NaN));
  }

  @Test
  void shouldKeepItsBytesToItself() {
    byte[] own = {1, 2};
    Ipld.Bytes bytes = new Ipld.Bytes(own);
    own[0] = 9;
    bytes.value()[1] = 9;
    assertThat(bytes.value()).containsExactly(1, 2);
  }
}
