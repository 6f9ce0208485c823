package org.kiln.kit.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kiln.api.ipld.Ipld.NULL;
import static org.kiln.api.ipld.Ipld.list;
import static org.kiln.api.ipld.Ipld.map;
import static org.kiln.api.ipld.Ipld.of;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.InvalidEventException;

class JsonPatchTest {
  private static final Ipld.Map DOC =
      map("a", of(1), "list", list(of(1), of(2), of(3)), "deep", map("x", map("y", of("z"))));

  @Test
  void shouldAddReplaceAndRemoveMembersInPlace() throws Exception {
    Ipld result =
        patch(DOC, op("replace", "/a", of(9)), op("add", "/new", of(true)), remove("/deep/x/y"));
    assertThat(result)
        .isEqualTo(
            map(
                "a",
                of(9),
                "list",
                DOC.get("list").get(),
                "deep",
                map("x", map()),
                "new",
                of(true)));
    assertThat(((Ipld.Map) result).entries().keySet()).containsExactly("a", "list", "deep", "new");
    assertThat(DOC.get("a")).contains(of(1));
  }

  @Test
  void shouldSpliceArrays() throws Exception {
    assertThat(at(patch(DOC, op("add", "/list/-", of(4))), "list"))
        .isEqualTo(list(of(1), of(2), of(3), of(4)));
    assertThat(at(patch(DOC, op("add", "/list/1", of(4))), "list"))
        .isEqualTo(list(of(1), of(4), of(2), of(3)));
    assertThat(at(patch(DOC, remove("/list/0")), "list")).isEqualTo(list(of(2), of(3)));
    assertThat(at(patch(DOC, op("replace", "/list/2", of(4))), "list"))
        .isEqualTo(list(of(1), of(2), of(4)));
  }

  @Test
  void shouldBeAsLenientAsTheNetwork() throws Exception {
    assertThat(patch(DOC, remove("/nothing"))).isEqualTo(DOC);
    assertThat(at(patch(DOC, op("replace", "/nothing", of(1))), "nothing")).isEqualTo(of(1));
    assertThat(at(patch(DOC, op("add", "/list/99", of(4))), "list"))
        .isEqualTo(list(of(1), of(2), of(3), of(4)));
    assertThat(patch(DOC, remove("/list/99"))).isEqualTo(DOC);
    assertThat(patch(DOC, op("add", "/list/word", of(4)))).isEqualTo(DOC);
    assertThat(at(patch(DOC, op("replace", "/list/4", of(4))), "list"))
        .isEqualTo(list(of(1), of(2), of(3), NULL, of(4)));
    assertThat(patch(DOC, map("op", of("add"), "path", of("/a")))).isEqualTo(DOC.without("a"));
    assertThat(patch(DOC, map("op", of("_get"), "path", of("/a")))).isEqualTo(DOC);
    assertThat(JsonPatch.apply(DOC, map("n", of(5)))).isEqualTo(DOC);
    assertThat(JsonPatch.apply(DOC, of(5))).isEqualTo(DOC);
    assertThat(patch(DOC, op("add", "/a/member-of-a-number", of(1)))).isEqualTo(DOC);
    assertThat(patch(DOC, op("test", "/list/length", of(3)), op("test", "/deep/x/y/0", of("z"))))
        .isEqualTo(DOC);
    assertThat(patch(DOC, from("copy", "/gone/not", "").without("from"), op("add", "", of(1))))
        .isEqualTo(of(1));
  }

  @Test
  void shouldMoveAndCopy() throws Exception {
    assertThat(patch(DOC, from("move", "/deep/x", "/list/0")))
        .isEqualTo(
            map("a", of(1), "list", list(map("y", of("z")), of(1), of(2), of(3)), "deep", map()));
    assertThat(at(patch(DOC, from("copy", "/list", "/twin")), "twin")).isEqualTo(at(DOC, "list"));
    assertThat(at(patch(DOC, from("copy", "/gone", "/twin")), "twin")).isEqualTo(NULL);
    assertThat(patch(DOC, from("copy", "/deep", ""))).isEqualTo(at(DOC, "deep"));
  }

  @Test
  void shouldReplaceTheWholeDocument() throws Exception {
    assertThat(patch(DOC, op("replace", "", of("x")))).isEqualTo(of("x"));
    assertThat(patch(DOC, remove(""))).isEqualTo(NULL);
    assertThat(patch(DOC, op("frobnicate", "", NULL))).isEqualTo(DOC);
  }

  @Test
  void shouldUnescapeKeysOnce() throws Exception {
    Ipld doc = map("a/b", of(1), "~1", of(2), "", of(3));
    assertThat(patch(doc, op("replace", "/a~1b", of(8)), op("replace", "/~01", of(9)), remove("/")))
        .isEqualTo(map("a/b", of(8), "~1", of(9)));
  }

  @Test
  void shouldCompareAsJson() throws Exception {
    assertThat(patch(map("n", new Ipld.Float64(2)), op("test", "/n", of(2)))).isNotNull();
    Ipld big = new Ipld.Int(BigInteger.TWO.pow(60));
    assertThatThrownBy(
            () -> patch(map("n", big), op("test", "/n", new Ipld.Float64(Math.pow(2, 60)))))
        .hasMessageContaining("Test operation failed");
    assertThat(
            patch(
                map("m", map("x", of(1), "y", of(2))),
                op("test", "/m", map("y", of(2), "x", of(1)))))
        .isNotNull();
    assertThatThrownBy(() -> patch(DOC, op("test", "/a", of("1"))))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining("Test operation failed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing/here",
        "/__proto__/x",
        "/constructor/prototype",
        "/list/length",
        "/list/9/x"
      })
  void rejectsPathsThatLeadNowhere(String path) {
    assertThatThrownBy(() -> patch(DOC, op("add", path, of(1))))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining("JSON-Patch");
  }

  @Test
  void rejectsOperationsThatAreNone() {
    for (Ipld bad :
        List.of(
            of("add"),
            map("op", of("frobnicate"), "path", of("/a")),
            map("op", of("add"), "path", of(7), "value", of(1)),
            from("move", "", "/a"))) {
      assertThatThrownBy(() -> patch(DOC, bad)).isInstanceOf(InvalidEventException.class);
    }
    assertThatThrownBy(() -> JsonPatch.apply(DOC, NULL)).hasMessageContaining("missing");
    assertThatThrownBy(() -> JsonPatch.apply(DOC, of("text"))).hasMessageContaining("text");
  }

  @Test
  void rejectsExplodingCopies() {
    List<Ipld> doubling = new ArrayList<>();
    doubling.add(op("add", "/0", of("x".repeat(1000))));
    for (int i = 1; i < 60; i++) {
      doubling.add(from("copy", "", "/" + i));
    }
    assertThatThrownBy(() -> JsonPatch.apply(map(), new Ipld.List(doubling)))
        .isInstanceOf(InvalidEventException.class);
  }

  @Test
  void rejectsResultsBeyondTheLimits() {
    assertThatThrownBy(() -> JsonPatch.apply(map(), list(op("add", "/x", of("12345"))), 10))
        .hasMessageContaining("larger");
    Ipld deep = of(1);
    for (int i = 0; i < JsonPatch.MAX_DEPTH; i++) {
      deep = list(deep);
    }
    Ipld tooDeep = deep;
    assertThatThrownBy(() -> patch(map(), op("add", "/x", tooDeep))).hasMessageContaining("deeper");
    assertThatThrownBy(() -> patch(list(), op("replace", "/2000000000", of(1))))
        .hasMessageContaining("beyond");
  }

  @Test
  void shouldStayLinearOnLongPatches() throws Exception {
    Ipld.Map wide = map();
    List<Ipld> operations = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      operations.add(op("add", "/k" + i, of(i)));
    }
    long start = System.nanoTime();
    Ipld result = JsonPatch.apply(wide, new Ipld.List(operations));
    assertThat(((Ipld.Map) result).entries()).hasSize(20_000);
    assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
  }

  private static Ipld patch(Ipld document, Ipld... operations) throws InvalidEventException {
    return JsonPatch.apply(document, list(operations));
  }

  private static Ipld at(Ipld map, String key) {
    return ((Ipld.Map) map).entries().get(key);
  }

  private static Ipld op(String name, String path, Ipld value) {
    return map("op", of(name), "path", of(path), "value", value);
  }

  private static Ipld remove(String path) {
    return map("op", of("remove"), "path", of(path));
  }

  private static Ipld.Map from(String name, String from, String path) {
    return map("op", of(name), "from", of(from), "path", of(path));
  }
}
