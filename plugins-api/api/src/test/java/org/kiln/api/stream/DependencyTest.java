package org.kiln.api.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.stream.Dependency.Extension;

class DependencyTest {
  @Provide
  Arbitrary<Dependency> dependencies() {
    Arbitrary<String> keys = Arbitraries.strings().ofMaxLength(20);
    Arbitrary<Dependency> extensions =
        Combinators.combine(Arbitraries.of(Extension.Kind.class), keys).as(Extension::new);
    Arbitrary<String> kinds =
        Arbitraries.strings().withCharRange('a', 'z').withChars("0123456789-").ofMinLength(1);
    Arbitrary<Dependency> others =
        Combinators.combine(
                kinds.filter(kind -> !kind.equals("stream") && !kind.equals("did")), keys)
            .as(Dependency.Other::new);
    return Arbitraries.oneOf(
        extensions,
        keys.map(Dependency.Did::new),
        others,
        Arbitraries.just(Dependency.stream(StreamId.MODEL)));
  }

  @Property
  void shouldReadItsTextAsTheSame(@ForAll("dependencies") Dependency dependency) {
    assertThat(Dependency.parse(dependency.text())).isEqualTo(dependency);
    assertThat(dependency).hasToString(dependency.text());
  }

  @Property
  void shouldWriteAnyTextItTakesAsItWas(@ForAll String kind, @ForAll String key) {
    String text = kind + ":" + key;
    try {
      assertThat(Dependency.parse(text).text()).isEqualTo(text);
    } catch (IllegalArgumentException refused) {
      assertThat(text).doesNotMatch("(?s)(did|alg|chain|cacao-type|did-method|stream-type):.*");
    }
  }

  @Test
  void shouldReadWhatClientsAndStoresHave() {
    assertThat(Dependency.parse("stream:" + StreamId.MODEL))
        .isEqualTo(Dependency.stream(StreamId.MODEL));
    assertThat(Dependency.parse("stream-type:0")).isEqualTo(Dependency.streamType(0));
    assertThat(Dependency.parse("did-method:web")).isEqualTo(Dependency.didMethod("web"));
    assertThat(Dependency.parse("did:did:web:example.com"))
        .isEqualTo(new Dependency.Did("did:web:example.com"));
    assertThat(Dependency.parse("alg:ES256K")).isEqualTo(Dependency.algorithm("ES256K"));
    assertThat(Dependency.parse("cacao-type:eip1271")).isEqualTo(Dependency.cacaoType("eip1271"));
    assertThat(Dependency.parse("chain:eip155:1")).isEqualTo(Dependency.chain("eip155:1"));
    assertThat(Dependency.parse("caip10-account:fil"))
        .isEqualTo(new Dependency.Other("caip10-account", "fil"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "stream", ":x", "Stream:x", "stream:", "stream:notone", "a b:c"})
  void rejectsWhatIsNoDependency(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Dependency.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"stream", "did", "chain", "stream-type", "", "a:b", "A"})
  void rejectsAnotherOfAKnownKind(String kind) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Dependency.Other(kind, "x"));
  }
}
