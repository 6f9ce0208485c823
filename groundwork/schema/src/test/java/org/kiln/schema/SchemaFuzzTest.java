package org.kiln.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;

/** Any schema, any expression, any value: an answer, or the one exception compiling may throw. */
class SchemaFuzzTest {
  private static final String[] KEYWORDS = {
    "type",
    "properties",
    "items",
    "$ref",
    "$id",
    "$defs",
    "required",
    "enum",
    "const",
    "pattern",
    "format",
    "allOf",
    "anyOf",
    "not",
    "if",
    "then",
    "maxLength",
    "minimum",
    "multipleOf",
    "additionalProperties",
    "patternProperties",
    "dependentRequired",
    "uniqueItems",
    "nullable"
  };

  @FuzzTest(maxDuration = "10s")
  void shouldOnlyEverRefuseAnExpressionWithItsOwnException(FuzzedDataProvider data) {
    String source = data.consumeString(60);
    String text = data.consumeRemainingAsString();
    try {
      EcmaPattern.compile(source).find(text, new Budget());
    } catch (SchemaException | Budget.Exhausted expected) {
      // Refusing is one of the answers.
    }
    EcmaPattern.isExpression(source);
  }

  @Property(tries = 500)
  void shouldOnlyEverRefuseASchemaWithItsOwnException(
      @ForAll("values") Ipld schema, @ForAll("values") Ipld value) {
    for (SchemaDialect dialect : SchemaDialect.values()) {
      try {
        assertThat(
                JsonSchema.compile(schema, dialect, Deadline.NONE).validate(value, Deadline.NONE))
            .isNotNull();
      } catch (SchemaException refused) {
        assertThat(refused).message().isNotBlank();
      }
    }
  }

  @Provide
  Arbitrary<Ipld> values() {
    Arbitrary<Ipld> leaf =
        Arbitraries.oneOf(
            Arbitraries.of("string", "object", "#", "#/$defs/a", "^a+$", "date", "a").map(Ipld::of),
            Arbitraries.integers().between(-2, 5).map(Ipld::of),
            Arbitraries.of(Ipld.NULL, Ipld.TRUE, Ipld.FALSE));
    return Arbitraries.recursive(() -> leaf, SchemaFuzzTest::container, 0, 4);
  }

  private static Arbitrary<Ipld> container(Arbitrary<Ipld> inner) {
    Arbitrary<String> names = Arbitraries.of(KEYWORDS);
    Arbitrary<Map<String, Ipld>> maps = Arbitraries.maps(names, inner).ofMaxSize(3);
    return Arbitraries.oneOf(
        inner, maps.map(Ipld.Map::new), inner.list().ofMaxSize(3).map(Ipld.List::new));
  }
}
