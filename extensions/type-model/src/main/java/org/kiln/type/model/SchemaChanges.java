package org.kiln.type.model;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;

/**
 * What one schema refuses that another takes, as far as ceramic-one looks: types, constants,
 * properties and required ones, ranges of numbers, items of arrays and alternatives; no other
 * keyword, and nothing behind a reference. Nodes must agree on which update of a Model stands; that
 * more could be found harms no document, each of which keeps to the definition it names.
 */
final class SchemaChanges {
  private static final int MAX_DEPTH = 500;
  private static final int MAX_FOUND = 100;
  private static final String TOO_DEEP = "Too much to compare";
  private static final Set<String> ALL =
      Set.of("array", "boolean", "integer", "null", "number", "object", "string");

  private final ComparisonCost cost;

  SchemaChanges(Deadline deadline) {
    this.cost = new ComparisonCost(deadline);
  }

  /** What a document of the schema before may have that the one after refuses; at most 100. */
  List<String> breaking(Ipld.Map before, Ipld.Map after) {
    List<String> found = new ArrayList<>();
    compare("", before, after, true, 0, found);
    return found;
  }

  /**
   * @param types whether types count here; between alternatives only those of all together do
   */
  private void compare(
      String path, Ipld old, Ipld now, boolean types, int depth, List<String> found) {
    if (found.size() >= MAX_FOUND || old.equals(now)) {
      return;
    }
    if (depth > MAX_DEPTH || !cost.pay(1 + path.length() / 8)) {
      add(found, path, TOO_DEEP);
      return;
    }
    Ipld.Map before = map(old);
    Ipld.Map after = map(now);
    alternatives(path, before, after, depth, found);
    if (types) {
      Set<String> removed = typesOf(old);
      removed.removeAll(typesOf(now));
      removed.forEach(type -> add(found, path, "Cannot remove type " + type));
      if (!cost.pay(0)) {
        add(found, path, TOO_DEEP);
        return;
      }
    }
    Ipld constant = after.entries().get("const");
    if (constant != null && !constant.equals(before.entries().get("const"))) {
      add(found, path, "Cannot add new constraint");
    }
    properties(path, before, after, depth, found);
    bound(path, before, after, "minimum", "exclusiveMinimum", 1, found);
    bound(path, before, after, "maximum", "exclusiveMaximum", -1, found);
    items(path, before.entries().get("items"), after.entries().get("items"), depth, found);
  }

  private void alternatives(
      String path, Ipld.Map before, Ipld.Map after, int depth, List<String> found) {
    if (!(before.entries().get("anyOf") instanceof Ipld.List olds)
        || !(after.entries().get("anyOf") instanceof Ipld.List nows)) {
      return;
    }
    for (Ipld old : olds.items()) {
      boolean taken = false;
      for (int i = 0; i < nows.items().size() && !taken; i++) {
        List<String> harm = new ArrayList<>();
        compare(path, old, nows.items().get(i), true, depth + 1, harm);
        taken = harm.isEmpty();
      }
      if (!taken) {
        add(found, path, "Cannot remove an alternative of anyOf");
      }
    }
  }

  private void properties(
      String path, Ipld.Map before, Ipld.Map after, int depth, List<String> found) {
    Map<String, Ipld> olds = map(before.entries().get("properties")).entries();
    Map<String, Ipld> nows = map(after.entries().get("properties")).entries();
    Ipld others = before.entries().get("additionalProperties");
    boolean open = others == null || others.equals(Ipld.TRUE) || others.equals(Ipld.Map.EMPTY);
    for (String name : olds.keySet()) {
      if (nows.containsKey(name)) {
        compare(path + "/" + name, olds.get(name), nows.get(name), true, depth + 1, found);
      } else if (!open) {
        add(found, path, "Cannot remove property " + name);
      }
    }
    if (open) {
      for (String name : nows.keySet()) {
        if (!olds.containsKey(name)) {
          add(found, path, "Cannot add property " + name + ", since any others were allowed");
        }
      }
    }
    Ipld otherNow = after.entries().get("additionalProperties");
    if (others != null && otherNow != null) {
      compare(path + "/additionalProperties", others, otherNow, true, depth + 1, found);
    }
    Set<Ipld> required = Set.copyOf(list(before.entries().get("required")));
    for (Ipld name : list(after.entries().get("required"))) {
      if (!required.contains(name)) {
        add(found, path, "Cannot require property " + ((Ipld.Text) name).value());
      }
    }
  }

  /** A bound, and whether the value itself is outside. */
  private record Bound(BigDecimal value, boolean exclusive) {
    /** The tighter of two. */
    static Bound of(Ipld.Map schema, String open, String exclusive, int sign) {
      BigDecimal inside = number(schema.entries().get(open));
      BigDecimal outside = number(schema.entries().get(exclusive));
      if (inside == null || outside != null && outside.compareTo(inside) * sign >= 0) {
        return outside == null ? null : new Bound(outside, true);
      }
      return new Bound(inside, false);
    }

    private static BigDecimal number(Ipld value) {
      return switch (value) {
        case Ipld.Int whole -> new BigDecimal(whole.value());
        case Ipld.Float64 broken -> BigDecimal.valueOf(broken.value());
        case null, default -> null;
      };
    }
  }

  private static void bound(
      String path,
      Ipld.Map before,
      Ipld.Map after,
      String open,
      String exclusive,
      int sign,
      List<String> found) {
    Bound old = Bound.of(before, open, exclusive, sign);
    Bound now = Bound.of(after, open, exclusive, sign);
    if (now == null || now.equals(old)) {
      return;
    }
    boolean wider =
        old != null
            && old.value().compareTo(now.value()) * sign >= 0
            // Whether the value itself is inside is only asked so, also where the bound is another.
            && (old.exclusive() || !now.exclusive());
    if (!wider) {
      add(found, path, "Cannot narrow " + open);
    }
  }

  private void items(String path, Ipld old, Ipld now, int depth, List<String> found) {
    if (old == null || now == null) {
      return;
    }
    compare(path + "/items", old, now, true, depth + 1, found);
  }

  /** The types a schema takes, each by its name; none when that is too much to find out. */
  private Set<String> typesOf(Ipld schema) {
    Set<String> types = new TreeSet<>();
    if (!cost.pay(1) || schema.equals(Ipld.FALSE)) {
      return types;
    }
    Map<String, Ipld> members = map(schema).entries();
    switch (members.get("type")) {
      case Ipld.Text one -> types.add(one.value());
      case Ipld.List several ->
          several.items().forEach(each -> types.add(((Ipld.Text) each).value()));
      case null, default -> implied(members, types);
    }
    if (types.contains("number")) {
      types.add("integer");
    }
    return types;
  }

  private void implied(Map<String, Ipld> members, Set<String> types) {
    Ipld constant = members.get("const");
    if (constant != null) {
      types.add(
          switch (constant) {
            case Ipld.Text text -> "string";
            case Ipld.Bool bool -> "boolean";
            case Ipld.Null none -> "null";
            case Ipld.List list -> "array";
            case Ipld.Int whole -> "number";
            case Ipld.Float64 broken -> "number";
            default -> "object";
          });
    } else if (!map(members.get("properties")).entries().isEmpty()) {
      types.add("object");
    } else if (members.get("anyOf") instanceof Ipld.List any) {
      any.items().forEach(each -> types.addAll(typesOf(each)));
    } else {
      types.addAll(ALL);
    }
  }

  private static Ipld.Map map(Ipld value) {
    return value instanceof Ipld.Map map ? map : Ipld.Map.EMPTY;
  }

  private static List<Ipld> list(Ipld value) {
    return value instanceof Ipld.List list ? list.items() : List.of();
  }

  private static void add(List<String> found, String path, String what) {
    String shown = path.length() > 200 ? path.substring(0, 200) + "…" : path;
    found.add(shown.isEmpty() ? what : what + " (at " + shown + ")");
  }
}
