package org.kiln.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.kiln.api.ipld.Ipld.list;
import static org.kiln.api.ipld.Ipld.map;
import static org.kiln.api.ipld.Ipld.of;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.DeadlineExpiredException;

/**
 * Every way we know to make a schema work, at two sizes: what is paid grows as the work does, and
 * what is taken from memory is paid for. Counters only; what a step takes is measured elsewhere.
 */
class SchemaCostTest {
  /** Bytes that one step may take from memory, with those of the first steps. */
  private static final long BYTES_PER_STEP = 64;

  private static final long FIRST_BYTES = 200_000;

  /**
   * A way to make work.
   *
   * @param growth by how much the work grows when the size doubles
   */
  record Attack(String name, double growth, IntFunction<Ipld> schema, IntFunction<Ipld> value) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Attack> attacks() {
    return List.of(
        new Attack("text", 2, n -> pattern("ax"), n -> text("b", 100 * n)),
        new Attack("look ahead", 2, n -> pattern("(?=a{9000}b)x"), n -> text("b", 100 * n)),
        new Attack("look behind", 2, n -> pattern("(?<=b.{50})x"), n -> text("b", 20 * n)),
        new Attack("look all", 2, n -> pattern("(?=.*c)x"), n -> text("b", 100 * n)),
        new Attack("look in look", 2, n -> pattern("(?!(?=.*(?<=c.*)).*c)x"), n -> text("b", n)),
        new Attack("many looks", 4, n -> pattern("(?=a)".repeat(n) + "x"), n -> text("a", 10 * n)),
        new Attack("counted", 4, n -> pattern("(a?){" + n + "}b"), n -> text("a", n)),
        new Attack(
            "unique", 2, n -> array("uniqueItems", Ipld.TRUE), n -> items(10 * n, COLLIDING)),
        new Attack(
            "large constants",
            4,
            n -> array("items", map("const", items(n, Ipld::of))),
            n -> items(n, i -> items(n, Ipld::of))),
        new Attack(
            "values of an enum",
            2,
            n -> array("items", map("enum", items(100, COLLIDING))),
            n -> items(n, COLLIDING)),
        new Attack(
            "lengths",
            4,
            n -> text("allOf", items(n, i -> map("maxLength", of(9_000_000)))),
            n -> text("é", 100 * n)),
        new Attack(
            "false for every item",
            4,
            n -> array("allOf", items(n, i -> map("items", Ipld.FALSE))),
            n -> items(n, Ipld::of)),
        new Attack(
            "properties that are not there",
            4,
            n -> array("items", object("properties", members(n, i -> text()))),
            n -> items(n, i -> map())),
        new Attack(
            "additional properties",
            4,
            n -> object("allOf", items(n, i -> map("additionalProperties", Ipld.FALSE))),
            n -> members(n, Ipld::of)),
        new Attack(
            "patterns of properties",
            4,
            n -> object("patternProperties", members(n, i -> Ipld.TRUE)),
            n -> members(n, Ipld::of)),
        new Attack(
            "names",
            4,
            n -> object("allOf", items(n, i -> map("propertyNames", Ipld.TRUE))),
            n -> members(n, Ipld::of)),
        new Attack(
            "failing branches",
            2,
            n -> object("additionalProperties", array("items", either())),
            n -> map("k".repeat(10_000), items(n, i -> text("b", 1)))),
        new Attack(
            "what was evaluated",
            4,
            n ->
                object(
                    "allOf",
                    items(n / 8, i -> map("properties", members(n, j -> Ipld.TRUE))),
                    "unevaluatedProperties",
                    Ipld.FALSE),
            n -> members(n, Ipld::of)),
        new Attack("regex", 2, n -> text("format", of("regex")), n -> text("\\k", 100 * n)),
        new Attack("uri", 2, n -> text("format", of("uri")), n -> text("a:", 100 * n)),
        new Attack("byte", 2, n -> text("format", of("byte")), n -> text("aaaa", 100 * n)));
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void shouldChargeWhatIsDone(Attack attack) throws Exception {
    for (int warming = 0; warming < 3; warming++) {
      steps(attack, 50);
    }
    double growth = (double) steps(attack, 400) / steps(attack, 200);
    // Half of the doubling at least: a part of each does not grow.
    assertThat(growth).isCloseTo(attack.growth, within(attack.growth * 0.3));
  }

  private static long steps(Attack attack, int size) throws SchemaException {
    Ipld source = attack.schema.apply(size);
    Ipld value = attack.value.apply(size);
    Budget compiling = new Budget();
    JsonSchema schema = JsonSchema.compile(source, SchemaDialect.MODEL, compiling);
    Budget judging = new Budget();
    long before = Allocated.bytes();
    schema.validate(value, judging);
    assertThat(Allocated.bytes() - before)
        .isLessThan(FIRST_BYTES + BYTES_PER_STEP * judging.spent());
    return judging.spent();
  }

  @Test
  void shouldChargeForCompiling() {
    // One large definition, named often.
    Ipld large = map("enum", items(20_000, i -> of("value" + i)));
    Ipld named =
        object(
            "$defs",
            map("d", large),
            "properties",
            members(10_000, i -> map("$ref", of("#/$defs/d"))));
    assertRefused(named, "larger");
    assertRefused(
        object(
            "properties",
            members(20_000, i -> Ipld.TRUE),
            "patternProperties",
            members(10_000, i -> Ipld.TRUE)),
        "steps");
    assertRefused(
        object(
            "properties",
            map("k".repeat(500_000), object("properties", members(20_000, i -> text())))),
        "steps");
    Ipld.Map names = (Ipld.Map) object("$defs", members(20_000, i -> map("$id", of("x" + i))));
    assertRefused(names.with("$id", of("http://a/" + "b/".repeat(100_000))), "steps");
    assertRefused(pattern("a".repeat(2_000_000)), "too large");
    assertRefused(pattern("()" + "\\1".repeat(100_000)), "References");
  }

  private static void assertRefused(Ipld schema, String why) {
    assertThatThrownBy(() -> JsonSchema.compile(schema, SchemaDialect.MODEL, Deadline.NONE))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining(why)
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(3_000));
  }

  /** As large as may be, with a lookaround, which is written twice. */
  @Test
  void shouldTakeLargeLookarounds() throws Exception {
    for (String source : List.of("(?=a{19000})x", "(?<!a{19000})x", "(?=(?=a{9000})a{9000})x")) {
      JsonSchema schema = JsonSchema.compile(pattern(source), SchemaDialect.MODEL, Deadline.NONE);
      Budget budget = new Budget();
      assertThat(Violation.text(schema.validate(text("b", 150_000), budget)))
          .isEqualTo("data must match pattern \"" + source + "\"");
      assertThat(budget.spent()).isLessThan(3_000_000);
    }
  }

  @Test
  void shouldWeighWhatACompiledSchemaHolds() throws Exception {
    Ipld large = map("enum", items(20_000, i -> of("value" + i)));
    assertThat(JsonSchema.compile(large, SchemaDialect.MODEL, Deadline.NONE).kilobytes())
        .isGreaterThan(1_000);
  }

  @Test
  void shouldStopWhenTheTimeIsOver() throws Exception {
    Deadline over = Deadline.in(Duration.ZERO);
    JsonSchema schema =
        JsonSchema.compile(pattern("(a?){5000}b"), SchemaDialect.MODEL, Deadline.NONE);
    assertThatThrownBy(() -> schema.validate(text("a", 1_000), over))
        .isInstanceOf(DeadlineExpiredException.class);
    assertThat(Violation.text(schema.validate(text("a", 100_000), Deadline.NONE)))
        .isEqualTo("data cannot be validated: it takes more than 100000000 steps");
    Ipld large = object("properties", members(10_000, i -> text()));
    assertThatThrownBy(() -> JsonSchema.compile(large, SchemaDialect.MODEL, over))
        .isInstanceOf(DeadlineExpiredException.class);
    assertThatThrownBy(() -> MetaSchema.check(large, over))
        .isInstanceOf(DeadlineExpiredException.class);
  }

  @Test
  void shouldSayOnlySoMuch() throws Exception {
    String source = "[c" + "b".repeat(100_000) + "]";
    JsonSchema schema =
        JsonSchema.compile(
            object("additionalProperties", array("items", pattern(source))),
            SchemaDialect.MODEL,
            Deadline.NONE);
    Ipld value = map("k".repeat(1_000_000), items(1_000, i -> of("a")));
    List<Violation> violations = schema.validate(value, Deadline.NONE);
    assertThat(violations).isNotEmpty();
    assertThat(Violation.text(violations).length()).isLessThan(300_000);
  }

  /** Lists of texts of the same hash, each another. */
  private static final IntFunction<Ipld> COLLIDING =
      n -> {
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < 14; bit++) {
          text.append((n >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return list(of(text.toString()));
      };

  private static Ipld either() {
    return map("anyOf", list(map("type", of("object")), map("type", of("string"))));
  }

  private static Ipld pattern(String source) {
    return text("pattern", of(source));
  }

  private static Ipld text(String unit, int times) {
    return of(unit.repeat(times));
  }

  private static Ipld items(int count, IntFunction<Ipld> item) {
    List<Ipld> items = new ArrayList<>(Collections.nCopies(count, Ipld.NULL));
    for (int i = 0; i < count; i++) {
      items.set(i, item.apply(i));
    }
    return new Ipld.List(items);
  }

  private static Ipld members(int count, IntFunction<Ipld> member) {
    Map<String, Ipld> members = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      members.put("^p" + i, member.apply(i));
    }
    return new Ipld.Map(members);
  }

  private static Ipld text(Object... keywords) {
    return typed("string", keywords);
  }

  private static Ipld array(Object... keywords) {
    return typed("array", keywords);
  }

  private static Ipld object(Object... keywords) {
    return typed("object", keywords);
  }

  private static Ipld typed(String type, Object... keywords) {
    Ipld.Map schema = map("type", of(type));
    for (int i = 0; i < keywords.length; i += 2) {
      schema = schema.with((String) keywords[i], (Ipld) keywords[i + 1]);
    }
    return schema;
  }
}
