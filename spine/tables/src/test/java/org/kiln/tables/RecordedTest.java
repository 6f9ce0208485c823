package org.kiln.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlParameter;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRows;
import org.kiln.core.sql.SqlStatement;
import org.kiln.core.sql.SqlType;
import org.kiln.core.sql.SqlType.Scalar;
import org.kiln.ipld.Json;

/**
 * The questions of a recorded session with ceramic-one 0.58.0, on the same events: what it answered
 * is answered here, but for what {@code differences.txt} tells with a reason.
 */
class RecordedTest {
  /** So many events had come when most of the questions were asked. */
  private static final int MAIN = 132;

  private static final int BATCH = 25;

  /** Asked before there was any. */
  private static final Set<String> BEFORE =
      Set.of("empty-conclusion", "empty-states", "empty-count", "empty-pending");

  /** Asked when all had come. */
  private static final Set<String> AFTER = Set.of("pending-after", "json-negative");

  /** Rows without ORDER BY come in any order there. */
  private static final Set<String> UNORDERED = Set.of("states-plain");

  @TempDir Path directory;

  private final Map<String, String> differences = differences();
  private Workbench bench;

  @AfterEach
  void close() {
    bench.close();
  }

  @TestFactory
  Stream<DynamicTest> recorded() throws Exception {
    bench = new Workbench(directory);
    Ipld.Map file = Json.parseMap(resource("flight.json"));
    List<DynamicTest> tests = new ArrayList<>();
    tests.addAll(cases(file, BEFORE::contains));
    tests.add(dynamicTest("events", () -> post(file, 0, MAIN)));
    tests.addAll(cases(file, name -> !BEFORE.contains(name) && !isLater(file, name)));
    tests.add(dynamicTest("later events", () -> post(file, MAIN, Integer.MAX_VALUE)));
    tests.addAll(cases(file, AFTER::contains));
    return tests.stream();
  }

  /** From that case on the recording had more events. */
  private static boolean isLater(Ipld.Map file, String name) {
    List<String> names = items(file, "cases").stream().map(RecordedTest::name).toList();
    return names.indexOf(name) >= names.indexOf("feed-live");
  }

  private List<DynamicTest> cases(Ipld.Map file, Predicate<String> wanted) {
    return items(file, "cases").stream()
        .filter(
            one ->
                Set.of("query", "preparedQuery", "feedQuery", "preparedFeedQuery")
                    .contains(text(one, "call")))
        .filter(one -> wanted.test(name(one)))
        .map(one -> dynamicTest(name(one), () -> check((Ipld.Map) one)))
        .toList();
  }

  private void post(Ipld.Map file, int from, int to) throws Exception {
    List<String> cars =
        items(file, "events").stream().map(e -> text(e, "data")).filter(c -> !c.isEmpty()).toList();
    List<String> some = cars.subList(from, Math.min(to, cars.size()));
    // In batches, as a feed gives them; where they end makes no difference here.
    for (int at = 0; at < some.size(); at += BATCH) {
      bench.post(some.subList(at, Math.min(at + BATCH, some.size())));
    }
  }

  private void check(Ipld.Map one) throws Exception {
    Object wanted = wanted(one);
    Object given = given(one, text(one, "call").toLowerCase(Locale.ROOT).contains("feed"));
    String why = differences.get(name(one));
    if (why == null) {
      assertThat(given).isEqualTo(wanted);
    } else {
      assertThat(given).as("the same now, although: " + why).isNotEqualTo(wanted);
    }
  }

  private static Object wanted(Ipld.Map one) {
    if (one.get("error").isPresent()) {
      return "refused";
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("columns", plain(one.entries().getOrDefault("columns", new Ipld.List(List.of()))));
    all.put("rows", rows(one, plain(one.entries().get("rows"))));
    return all;
  }

  private static Object rows(Ipld.Map one, Object rows) {
    return UNORDERED.contains(name(one)) ? "any order" : rows;
  }

  private Object given(Ipld.Map one, boolean feed) throws Exception {
    try {
      SqlStatement statement = bench.room().plan(text(one, "sql"));
      Map<String, Object> values = new HashMap<>();
      if (one.entries().get("params") instanceof Ipld.List pairs) {
        for (Ipld pair : pairs.items()) {
          List<Ipld> both = ((Ipld.List) pair).items();
          String name = ((Ipld.Text) both.get(0)).value();
          Optional<SqlParameter> parameter =
              statement.parameters().stream().filter(p -> p.name().equals(name)).findFirst();
          if (parameter.isEmpty()) {
            return "refused";
          }
          values.put(name, value(parameter.get().type(), ((Ipld.Text) both.get(1)).value()));
        }
      }
      int most = items(one, "rows").size();
      List<Object> rows = new ArrayList<>();
      try (SqlRows open = bench.room().open(statement, values)) {
        while (!feed || rows.size() < most || Ipld.TRUE.equals(one.entries().get("ends"))) {
          Optional<List<Object[]>> some = feed ? soon(open) : open.next();
          if (some.isEmpty()) {
            break;
          }
          some.get().forEach(row -> rows.add(row(statement, row)));
        }
      }
      List<Object> shown =
          feed || rows.size() <= most
              ? rows
              : one.entries().get("rowCount") instanceof Ipld.Int count
                      && count.value().intValue() == rows.size()
                  ? rows.subList(0, most)
                  : rows;
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("columns", columns(statement));
      all.put("rows", rows(one, shown));
      if (!one.get("columns").isPresent()) {
        all.put("columns", List.of());
      }
      return all;
    } catch (SqlRefusal | IllegalArgumentException e) {
      return "refused";
    }
  }

  /** A feed that should have more and has not hangs, and is a failure. */
  private static Optional<List<Object[]>> soon(SqlRows rows) throws Exception {
    return CompletableFuture.supplyAsync(
            () -> {
              try {
                return rows.next();
              } catch (SqlRefusal | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            })
        .get(60, TimeUnit.SECONDS);
  }

  private static Object value(SqlType type, String text) {
    try {
      return switch ((Scalar) type) {
        case BINARY -> text.startsWith("b") ? Cid.parse(text).bytes() : Multibase.decode(text);
        case TEXT -> text;
        default -> Long.parseLong(text);
      };
    } catch (NumberFormatException e) {
      // The client makes NULL of it.
      return null;
    }
  }

  private static Map<String, Object> row(SqlStatement statement, Object[] cells) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < cells.length; i++) {
      row.put(statement.columns().get(i).name(), shown(cells[i]));
    }
    return row;
  }

  private static Object shown(Object cell) {
    return switch (cell) {
      case byte[] bytes -> Map.of("hex", HexFormat.of().formatHex(bytes));
      case List<?> list -> list.stream().map(RecordedTest::shown).toList();
      case Map<?, ?> map -> {
        Map<Object, Object> all = new LinkedHashMap<>();
        map.forEach((key, value) -> all.put(key, shown(value)));
        yield all;
      }
      case null, default -> cell;
    };
  }

  private static List<Object> columns(SqlStatement statement) {
    List<Object> columns = new ArrayList<>();
    for (SqlColumn column : statement.columns()) {
      columns.add(List.of(column.name(), type(column.type()), column.nullable()));
    }
    return columns;
  }

  private static String type(SqlType type) {
    return switch (type) {
      case SqlType.ListOf list -> "List<" + type(list.item()) + ">";
      case SqlType.MapOf map -> "Map<{key:Utf8, value:" + type(map.value()) + "}>";
      case Scalar.TEXT, Scalar.JSON_TEXT -> "Utf8";
      case Scalar.BINARY, Scalar.JSON_BYTES -> "Binary";
      case Scalar.BOOLEAN -> "Bool";
      case Scalar.TIMESTAMP -> "Timestamp<MICROSECOND>";
      case Scalar scalar ->
          scalar.name().charAt(0) + scalar.name().substring(1).toLowerCase(Locale.ROOT);
    };
  }

  private static Object plain(Ipld value) {
    return switch (value) {
      case Ipld.Null none -> null;
      case Ipld.Bool bool -> bool.value();
      case Ipld.Int number -> number.value().longValue();
      case Ipld.Float64 number -> number.value();
      case Ipld.Text text -> text.value();
      case Ipld.List list -> {
        List<Object> items = new ArrayList<>();
        list.items().forEach(item -> items.add(plain(item)));
        yield items;
      }
      case Ipld.Map map -> {
        Map<String, Object> all = new LinkedHashMap<>();
        map.entries().forEach((key, inner) -> all.put(key, plain(inner)));
        yield all;
      }
      default -> throw new IllegalStateException("No JSON: " + value);
    };
  }

  private static String name(Ipld one) {
    return text(one, "name");
  }

  private static String text(Ipld map, String name) {
    return ((Ipld.Map) map).text(name).orElse("");
  }

  private static List<Ipld> items(Ipld.Map map, String name) {
    return map.entries().get(name) instanceof Ipld.List list ? list.items() : List.of();
  }

  private static byte[] resource(String name) {
    try (InputStream in = RecordedTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lines {@code case | why}. */
  private static Map<String, String> differences() {
    Map<String, String> found = new HashMap<>();
    new String(resource("differences.txt"), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(
            line -> {
              String[] parts = line.split(" \\| ", 2);
              found.put(parts[0].strip(), parts[1]);
            });
    return found;
  }
}
