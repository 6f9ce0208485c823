package org.kiln.type.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;

/**
 * What one schema refuses that another takes, as far as ceramic-one looks: types, constants,
 * properties and required ones, ranges of numbers, items of arrays and alternatives; no other
 * keyword, and nothing behind a reference but one by {@code #/definitions/}. Nodes must agree on
 * which update of a Model stands, also where ceramic-one finds harm in an alternative that is
 * added, or none in one that is gone; that more could be found harms no document, each of which
 * keeps to the definition it names. Not thread-safe; for one comparison.
 */
final class SchemaChanges {
  private static final int MAX_DEPTH = 500;
  private static final int MAX_FOUND = 100;

  private final ComparisonCost cost;
  private Map<String, Ipld> definitionsBefore;
  private Map<String, Ipld> definitionsAfter;

  SchemaChanges(Deadline deadline) {
    this.cost = new ComparisonCost(deadline);
  }

  /** Hears of each difference. */
  @FunctionalInterface
  private interface Sink {
    /**
     * One difference.
     *
     * @param harm what is refused from now on; null when nothing is
     */
    void change(String path, String harm);
  }

  /** What a document of the schema before may have that the one after refuses; at most 100. */
  List<String> breaking(Ipld.Map before, Ipld.Map after) {
    List<String> found = new ArrayList<>();
    if (before.equals(after)) {
      return found;
    }
    Sink sink =
        (path, harm) -> {
          if (harm != null && found.size() < MAX_FOUND) {
            found.add(at(path, harm));
          }
        };
    definitionsBefore = definitions(before);
    definitionsAfter = definitions(after);
    try {
      compare("", SchemaNode.of(before, cost), SchemaNode.of(after, cost), true, 0, sink);
      return found;
    } catch (ComparisonCost.ExhaustedException e) {
      return List.of("Too much to compare");
    }
  }

  /** By either name; the library takes both for one. */
  private static Map<String, Ipld> definitions(Ipld.Map schema) {
    for (String name : List.of("definitions", "$defs")) {
      if (schema.entries().get(name) instanceof Ipld.Map definitions) {
        return definitions.entries();
      }
    }
    return Map.of();
  }

  private static String at(String path, String harm) {
    String shown = path.length() > 200 ? path.substring(0, 200) + "…" : path;
    return shown.isEmpty() ? harm : harm + " (at " + shown + ")";
  }

  /**
   * Compares two schemas, which are rewritten by it.
   *
   * @param types whether types count here; of alternatives that were paired only those of all
   *     together do
   */
  private void compare(
      String path, SchemaNode before, SchemaNode after, boolean types, int depth, Sink sink) {
    if (depth > MAX_DEPTH) {
      throw new ComparisonCost.ExhaustedException();
    }
    cost.charge(1 + path.length() / 8);
    before.resolve(definitionsBefore);
    after.resolve(definitionsAfter);
    boolean split = before.split();
    split |= after.split();
    alternatives(path, before.anyOf(), after.anyOf(), depth, sink);
    if (types) {
      types(path, before.types(), after.types(), sink);
    }
    constants(path, before, after, sink);
    if (!split) {
      properties(path, before, after, depth, sink);
      bound(path, "minimum", "exclusiveMinimum", 1, before, after, sink);
      bound(path, "maximum", "exclusiveMaximum", -1, before, after, sink);
      if (before.others() != null
          && after.others() != null
          && !before.get("additionalProperties").equals(after.get("additionalProperties"))) {
        String inside = path + "/additionalProperties";
        compare(inside, before.others(), after.others(), true, depth + 1, sink);
      }
      items(path, before, after, depth, sink);
      required(path, before.required(), after.required(), sink);
    }
  }

  /** Pairs the alternatives so that they differ least, and compares the pairs. */
  private void alternatives(
      String path, List<SchemaNode> olds, List<SchemaNode> nows, int depth, Sink sink) {
    if (olds == null || nows == null) {
      return;
    }
    int size = Math.max(olds.size(), nows.size());
    cost.charge((long) size * size * size / 100);
    for (List<SchemaNode> each : List.of(olds, nows)) {
      while (each.size() < size) {
        each.add(SchemaNode.of(Ipld.FALSE, cost));
      }
    }
    int[][] differences = new int[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        int[] row = differences[i];
        int column = j;
        compare("", olds.get(i), nows.get(j), true, depth + 1, (at, harm) -> row[column]++);
      }
    }
    int[] pairs = Pairs.cheapest(differences);
    for (int i = 0; i < size; i++) {
      compare(path, olds.get(i).copy(), nows.get(pairs[i]).copy(), false, depth + 1, sink);
    }
  }

  private static void types(String path, Set<String> olds, Set<String> nows, Sink sink) {
    for (String type : olds) {
      if (!nows.contains(type)) {
        sink.change(path, "Cannot remove type " + type);
      }
    }
    for (String type : nows) {
      if (!olds.contains(type)) {
        sink.change(path, null);
      }
    }
  }

  private static void constants(String path, SchemaNode before, SchemaNode after, Sink sink) {
    before.reduceToConstant();
    after.reduceToConstant();
    Ipld old = before.get("const");
    Ipld now = after.get("const");
    if (Objects.equals(old, now)) {
      return;
    }
    if (old != null) {
      sink.change(path, null);
    }
    if (now != null) {
      sink.change(path, "Cannot add new constraint");
    }
  }

  private void properties(String path, SchemaNode before, SchemaNode after, int depth, Sink sink) {
    Map<String, SchemaNode> olds = before.properties();
    Map<String, SchemaNode> nows = after.properties();
    boolean open = before.isOpen();
    for (String name : olds.keySet()) {
      if (!nows.containsKey(name)) {
        sink.change(path, open ? null : "Cannot remove property " + name);
      }
    }
    for (String name : nows.keySet()) {
      SchemaNode old = olds.get(name);
      if (old != null) {
        compare(path + "/" + name, old, nows.get(name), true, depth + 1, sink);
      } else {
        String harm = "Cannot add property " + name + ", since any others were allowed";
        sink.change(path, open ? harm : null);
      }
    }
  }

  private static void required(String path, Set<String> olds, Set<String> nows, Sink sink) {
    Set<String> all = new TreeSet<>(olds);
    all.addAll(nows);
    for (String name : all) {
      if (!olds.contains(name)) {
        sink.change(path, "Cannot require property " + name);
      } else if (!nows.contains(name)) {
        sink.change(path, null);
      }
    }
  }

  /** A bound, and whether the value itself is outside. */
  private record Bound(double value, boolean exclusive) {
    /** The tighter of two; null when there is none. */
    static Bound of(SchemaNode schema, String open, String exclusive, int sign) {
      Double inside = number(schema.get(open));
      Double outside = number(schema.get(exclusive));
      if (inside == null || outside != null && outside.compareTo(inside) * sign >= 0) {
        return outside == null ? null : new Bound(outside, true);
      }
      return new Bound(inside, false);
    }

    /** Without the sign of zero. */
    private static Double number(Ipld value) {
      return switch (value) {
        case Ipld.Int whole -> whole.value().doubleValue();
        case Ipld.Float64 broken -> broken.value() + 0.0;
        case null, default -> null;
      };
    }
  }

  private static void bound(
      String path,
      String open,
      String exclusive,
      int sign,
      SchemaNode before,
      SchemaNode after,
      Sink sink) {
    Bound old = Bound.of(before.ofNumbers(), open, exclusive, sign);
    Bound now = Bound.of(after.ofNumbers(), open, exclusive, sign);
    if (Objects.equals(old, now)) {
      return;
    }
    boolean wider =
        now == null
            || old != null
                && Double.compare(old.value(), now.value()) * sign >= 0
                // Whether the value itself is inside counts also where the bound is another.
                && (old.exclusive() || !now.exclusive());
    sink.change(path, wider ? null : "Cannot narrow " + open);
  }

  private void items(String path, SchemaNode before, SchemaNode after, int depth, Sink sink) {
    List<SchemaNode> olds = before.items();
    List<SchemaNode> nows = after.items();
    if (olds == null || nows == null) {
      return;
    }
    int pairs = Math.max(olds.size(), nows.size());
    if (before.isTuple() && after.isTuple()) {
      pairs = Math.min(olds.size(), nows.size());
      if (olds.size() != nows.size()) {
        sink.change(path, "Cannot change a tuple");
      }
    } else if (before.isTuple() != after.isTuple()) {
      pairs = before.isTuple() ? olds.size() : nows.size();
      sink.change(path, after.isTuple() ? "Cannot change an array to a tuple" : null);
    }
    for (int i = 0; i < pairs; i++) {
      SchemaNode old = olds.get(before.isTuple() ? i : 0);
      SchemaNode now = nows.get(after.isTuple() ? i : 0);
      compare(path + "/items", old, now, true, depth + 1, sink);
    }
  }
}
