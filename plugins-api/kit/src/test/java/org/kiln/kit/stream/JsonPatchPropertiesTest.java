package org.kiln.kit.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.InvalidEventException;

class JsonPatchPropertiesTest {

  @Property
  void shouldOnlyEverRefuseWithItsOwnException(
      @ForAll("documents") Ipld document, @ForAll("patches") List<Ipld> patch) {
    String before = document.toString();
    apply(document, patch);
    assertThat(document.toString()).isEqualTo(before);
  }

  @Property
  void shouldComposeOneAfterTheOther(
      @ForAll("documents") Ipld document,
      @ForAll("patches") List<Ipld> first,
      @ForAll("patches") List<Ipld> second) {
    List<Ipld> earlier = first.stream().filter(JsonPatchPropertiesTest::leavesValues).toList();
    List<Ipld> both = new ArrayList<>(earlier);
    both.addAll(second);
    Ipld between = apply(document, earlier);
    Ipld inTwoSteps = between == null ? null : apply(between, second);
    assertThat(apply(document, both)).isEqualTo(inTwoSteps);
  }

  /**
   * Whether an operation puts nothing undefined into the document: what is undefined lives until
   * the end of a patch, as in JavaScript, and is gone from the document after it.
   */
  private static boolean leavesValues(Ipld operation) {
    Ipld.Map members = (Ipld.Map) operation;
    return switch (members.text("op").orElse("")) {
      case "add", "replace", "test" -> members.get("value").isPresent();
      case "remove" -> true;
      default -> false;
    };
  }

  @Property
  void shouldFindWhatItAdded(@ForAll("documents") Ipld value) {
    Ipld start = Ipld.map("kept", Ipld.of(1));
    Ipld added = Ipld.map("op", Ipld.of("add"), "path", Ipld.of("/new"), "value", value);
    Ipld test = Ipld.map("op", Ipld.of("test"), "path", Ipld.of("/new"), "value", value);
    Ipld removed = Ipld.map("op", Ipld.of("remove"), "path", Ipld.of("/new"));
    assertThat(apply(start, List.of(added, test, removed))).isEqualTo(start);
  }

  private static Ipld apply(Ipld document, List<Ipld> patch) {
    try {
      return JsonPatch.apply(document, new Ipld.List(patch));
    } catch (InvalidEventException e) {
      assertThat(e).hasMessageNotContaining("null pointer");
      return null;
    }
  }

  @Provide
  Arbitrary<Ipld> documents() {
    Arbitrary<Ipld> leaf =
        Arbitraries.oneOf(
            Arbitraries.integers().between(-3, 3).map(Ipld::of),
            Arbitraries.doubles().map(Ipld.Float64::new),
            Arbitraries.strings().ofMaxLength(3).map(Ipld::of),
            Arbitraries.of(Ipld.NULL, Ipld.TRUE, Ipld.FALSE));
    return Arbitraries.recursive(() -> leaf, JsonPatchPropertiesTest::container, 0, 4);
  }

  private static Arbitrary<Ipld> container(Arbitrary<Ipld> inner) {
    Arbitrary<Ipld> maps =
        Combinators.combine(keys().list().uniqueElements().ofMaxSize(3), inner.list().ofSize(3))
            .as(
                (names, values) -> {
                  LinkedHashMap<String, Ipld> entries = new LinkedHashMap<>();
                  for (int i = 0; i < names.size(); i++) {
                    entries.put(names.get(i), values.get(i));
                  }
                  return new Ipld.Map(entries);
                });
    return Arbitraries.oneOf(inner, maps, inner.list().ofMaxSize(3).map(Ipld.List::new));
  }

  private static Arbitrary<String> keys() {
    return Arbitraries.of("a", "b", "0", "1", "-", "", "a/b", "~", "length");
  }

  @Provide
  Arbitrary<List<Ipld>> patches() {
    Arbitrary<String> path =
        Arbitraries.of("a", "b", "0", "1", "2", "-", "", "a~1b", "~0", "length", "x", "-1", "99")
            .list()
            .ofMaxSize(3)
            .map(parts -> parts.isEmpty() ? "" : "/" + String.join("/", parts));
    Arbitrary<String> names =
        Arbitraries.of("add", "replace", "remove", "test", "copy", "move", "_get", "nonsense");
    return Combinators.combine(names, path, path, documents().injectNull(0.1))
        .as(
            (name, at, from, value) -> {
              LinkedHashMap<String, Ipld> operation = new LinkedHashMap<>();
              operation.put("op", Ipld.of(name));
              operation.put("path", Ipld.of(at));
              operation.put("from", Ipld.of(from));
              if (value != null) {
                operation.put("value", value);
              }
              return (Ipld) new Ipld.Map(operation);
            })
        .list()
        .ofMaxSize(5);
  }
}
