package org.kiln.itests.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.ipld.DagCbor;
import org.kiln.schema.JsonSchema;
import org.kiln.schema.SchemaDialect;
import org.kiln.schema.SchemaException;
import org.kiln.schema.Violation;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Judging a document of 1 KiB by its Model's schema, which was compiled before. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DocumentBenchmark {
  private static final int SIZE = 1024;

  private Ipld source;
  private JsonSchema schema;
  private Ipld document;

  /** Sixteen members of the usual kinds, filled up to 1 KiB in DAG-CBOR. */
  @Setup
  public void compile() throws SchemaException {
    Map<String, Ipld> properties = new LinkedHashMap<>();
    Map<String, Ipld> values = new LinkedHashMap<>();
    for (int i = 0; i < 6; i++) {
      properties.put("text" + i, limited(900));
      values.put("text" + i, Ipld.of("lorem ipsum dolor sit amet consectetur ".repeat(2)));
    }
    for (int i = 0; i < 4; i++) {
      properties.put(
          "number" + i,
          Ipld.map("type", Ipld.of("integer"), "minimum", Ipld.of(0), "maximum", Ipld.of(100_000)));
      values.put("number" + i, Ipld.of(137L * i));
    }
    properties.put(
        "kind", Ipld.map("type", Ipld.of("string"), "enum", Ipld.list(Ipld.of("a"), Ipld.of("b"))));
    values.put("kind", Ipld.of("b"));
    properties.put("when", limited(40).with("format", Ipld.of("date-time")));
    values.put("when", Ipld.of("2026-11-22T17:00:00Z"));
    properties.put("link", limited(100).with("pattern", Ipld.of("^k[0-9a-z]{10,70}$")));
    values.put("link", Ipld.of("k2t6wz4z9kggqqnbn3vqggh2z4fe9jctr9vvbc1em2yho0qnzzrtzz1n2hr4lq"));
    properties.put(
        "tags", Ipld.map("type", Ipld.of("array"), "maxItems", Ipld.of(10), "items", limited(20)));
    List<Ipld> tags = new ArrayList<>();
    for (String tag : "one two three four".split(" ")) {
      tags.add(Ipld.of(tag));
    }
    values.put("tags", new Ipld.List(tags));
    properties.put("place", Ipld.map("$ref", Ipld.of("#/$defs/place")));
    values.put(
        "place", Ipld.map("lat", new Ipld.Float64(1.5), "name", Ipld.of("over the rainbow")));
    values.put("fill", Ipld.of(""));
    properties.put("fill", limited(1000));
    int missing = SIZE - DagCbor.encode(new Ipld.Map(values)).length - 2;
    values.put("fill", Ipld.of("x".repeat(missing)));
    document = new Ipld.Map(values);
    source =
        object(properties)
            .with("required", Ipld.list(Ipld.of("text0"), Ipld.of("kind")))
            .with(
                "$defs",
                Ipld.map(
                    "place",
                    object(
                        Map.of("lat", Ipld.map("type", Ipld.of("number")), "name", limited(60)))));
    schema = JsonSchema.compile(source, SchemaDialect.MODEL, Deadline.NONE);
    int size = DagCbor.encode(document).length;
    if (Math.abs(size - SIZE) > 2 || !schema.validate(document, Deadline.NONE).isEmpty()) {
      throw new IllegalStateException(size + " bytes, " + schema.validate(document, Deadline.NONE));
    }
  }

  private static Ipld.Map limited(int length) {
    return Ipld.map("type", Ipld.of("string"), "maxLength", Ipld.of(length));
  }

  private static Ipld.Map object(Map<String, Ipld> properties) {
    return Ipld.map(
        "type",
        Ipld.of("object"),
        "additionalProperties",
        Ipld.FALSE,
        "properties",
        new Ipld.Map(properties));
  }

  /** With the compiled schema, as for every document. */
  @Benchmark
  public List<Violation> validate() {
    return schema.validate(document, Deadline.NONE);
  }

  /** What a Model costs when its first document comes. */
  @Benchmark
  public JsonSchema compileSchema() throws SchemaException {
    return JsonSchema.compile(source, SchemaDialect.MODEL, Deadline.NONE);
  }
}
