package org.kiln.kit.stream;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.InvalidEventException;

/**
 * A document while a patch works on it. A container is thawed, that is copied into a mutable one,
 * the first time something in it changes, so a long patch on a wide document stays linear. Null
 * stands for JavaScript's undefined.
 */
final class PatchTree {
  /**
   * Nodes a patch may visit beyond its own; far above any honest patch, far below a second of work.
   */
  private static final long WORK = 8_000_000;

  /** Most places a replace beyond the end of an array may leave open. */
  private static final int MAX_HOLE = 100_000;

  /** What a node weighs at least, so that a document of empty nodes is bounded as well. */
  private static final long NODE_BYTES = 4;

  private static final double SAFE = 9007199254740991.0;

  private Object root;
  private long work;

  PatchTree(Ipld document) {
    this.root = document;
  }

  private static final class MutableMap {
    private final LinkedHashMap<String, Object> entries;

    MutableMap(Ipld.Map source) {
      entries = new LinkedHashMap<>(source.entries());
    }
  }

  private static final class MutableList {
    private final ArrayList<Object> items;

    MutableList(Ipld.List source) {
      items = new ArrayList<>(source.items());
    }
  }

  /** The document; null when there is none. */
  Ipld root() throws InvalidEventException {
    return root == null ? null : freeze(root, 0);
  }

  boolean isList() {
    return root instanceof Ipld.List || root instanceof MutableList;
  }

  void setRoot(Ipld value) {
    root = value;
  }

  Ipld result(long maxBytes) throws InvalidEventException {
    if (root == null) {
      throw new InvalidEventException("JSON-Patch: the patch leaves no document");
    }
    Ipld result = freeze(root, 0);
    measure(result, 0, maxBytes);
    return result;
  }

  /** The value there; null when there is none. */
  Ipld get(String[] keys) throws InvalidEventException {
    Object value = child(parent(keys, false), keys[keys.length - 1]);
    return value == null ? null : freeze(value, keys.length);
  }

  void add(String[] keys, Ipld value) throws InvalidEventException {
    limitDepth(value, keys.length);
    String key = keys[keys.length - 1];
    switch (parent(keys, true)) {
      case MutableMap map -> put(map, key, value);
      case MutableList list -> {
        if (key.equals("-") || isIndex(key)) {
          int at = key.equals("-") ? list.items.size() : clip(index(key), list.items.size());
          spend(1 + (list.items.size() - at) / 64);
          list.items.add(at, value == null ? Ipld.NULL : value);
        } else {
          property(key);
        }
      }
      case Object parent -> ignore(parent, keys);
    }
  }

  void replace(String[] keys, Ipld value) throws InvalidEventException {
    limitDepth(value, keys.length);
    String key = keys[keys.length - 1];
    switch (parent(keys, true)) {
      case MutableMap map -> put(map, key, value);
      case MutableList list -> {
        int at = key.equals("-") ? list.items.size() : isIndex(key) ? index(key) : -1;
        if (at < 0) {
          property(key);
        } else {
          // JavaScript leaves holes up to the index, which JSON shows as null.
          if (at - list.items.size() > MAX_HOLE) {
            throw new InvalidEventException(
                "JSON-Patch: index " + key + " is far beyond the array");
          }
          while (list.items.size() <= at) {
            list.items.add(Ipld.NULL);
          }
          list.items.set(at, value == null ? Ipld.NULL : value);
        }
      }
      case Object parent -> ignore(parent, keys);
    }
  }

  /** Removes a value; comes back with it, or null when there was none. */
  Ipld remove(String[] keys) throws InvalidEventException {
    String key = keys[keys.length - 1];
    return switch (parent(keys, true)) {
      case MutableMap map -> {
        Object old = map.entries.remove(key);
        yield old == null ? null : freeze(old, keys.length);
      }
      case MutableList list -> {
        int size = list.items.size();
        int at = key.equals("-") ? size : clip(isIndex(key) ? index(key) : loose(key), size);
        if (at >= size) {
          yield null;
        }
        spend(1 + (size - at) / 64);
        yield freeze(list.items.remove(at), keys.length);
      }
      case Ipld.Bytes ignored -> throw noContainer(keys);
      case Ipld.Link ignored -> throw noContainer(keys);
      case Object scalar -> (Ipld) child(scalar, key);
    };
  }

  /** Setting a member of a text, number or boolean does nothing in JavaScript. */
  private static void ignore(Object parent, String[] keys) throws InvalidEventException {
    if (parent instanceof Ipld.Bytes || parent instanceof Ipld.Link) {
      throw noContainer(keys);
    }
  }

  /**
   * Equality as JSON: numbers by value, maps whatever their order, a missing value only like
   * itself.
   */
  boolean same(Ipld a, Ipld b) throws InvalidEventException {
    spend(1);
    if (a == null || b == null) {
      return a == b;
    }
    switch (a) {
      case Ipld.List left when b instanceof Ipld.List right -> {
        if (left.items().size() != right.items().size()) {
          return false;
        }
        for (int i = 0; i < left.items().size(); i++) {
          if (!same(left.items().get(i), right.items().get(i))) {
            return false;
          }
        }
        return true;
      }
      case Ipld.Map left when b instanceof Ipld.Map right -> {
        if (left.entries().size() != right.entries().size()) {
          return false;
        }
        for (var entry : left.entries().entrySet()) {
          Ipld other = right.entries().get(entry.getKey());
          if (other == null || !same(entry.getValue(), other)) {
            return false;
          }
        }
        return true;
      }
      case Ipld.Int left when b instanceof Ipld.Float64 right -> {
        return sameNumber(left, right);
      }
      case Ipld.Float64 left when b instanceof Ipld.Int right -> {
        return sameNumber(right, left);
      }
      case Ipld.Float64 left when b instanceof Ipld.Float64 right -> {
        return left.value() == right.value();
      }
      default -> {
        return a.equals(b);
      }
    }
  }

  /** Integers beyond the safe range are big integers in JavaScript and equal no float. */
  private static boolean sameNumber(Ipld.Int whole, Ipld.Float64 number) {
    return Math.abs(number.value()) <= SAFE
        && whole.value().bitLength() <= 53
        && whole.value().doubleValue() == number.value();
  }

  private Object parent(String[] keys, boolean thaw) throws InvalidEventException {
    if (root == null) {
      throw new InvalidEventException("JSON-Patch: there is no document");
    }
    if (thaw) {
      root = thaw(root);
    }
    Object at = root;
    for (int i = 0; i < keys.length - 1; i++) {
      Object next = child(at, keys[i]);
      if (next == null) {
        throw new InvalidEventException("JSON-Patch: nothing at '" + shown(keys, i + 1) + "'");
      }
      if (thaw) {
        Object thawed = thaw(next);
        if (thawed != next) {
          setChild(at, keys[i], thawed);
        }
        next = thawed;
      }
      at = next;
    }
    if (at instanceof Ipld.Null) {
      throw new InvalidEventException(
          "JSON-Patch: null at '" + shown(keys, keys.length - 1) + "' has no members");
    }
    return at;
  }

  private Object child(Object parent, String key) throws InvalidEventException {
    spend(1);
    return switch (parent) {
      case MutableMap map -> map.entries.get(key);
      case Ipld.Map map -> map.entries().get(key);
      case MutableList list -> {
        int at = isIndex(key) ? index(key) : -1;
        yield at >= 0 && at < list.items.size()
            ? list.items.get(at)
            : length(key, list.items.size());
      }
      case Ipld.List list -> {
        int at = isIndex(key) ? index(key) : -1;
        yield at >= 0 && at < list.items().size()
            ? list.items().get(at)
            : length(key, list.items().size());
      }
      case Ipld.Text text -> character(text.value(), key);
      default -> null;
    };
  }

  private static Ipld length(String key, int size) {
    return key.equals("length") ? Ipld.of(size) : null;
  }

  private static Ipld character(String text, String key) {
    boolean exact = key.matches("0|[1-9][0-9]{0,8}");
    return exact && index(key) < text.length()
        ? Ipld.of(text.substring(index(key), index(key) + 1))
        : length(key, text.length());
  }

  private static void setChild(Object parent, String key, Object value) {
    if (parent instanceof MutableMap map) {
      map.entries.put(key, value);
    } else if (parent instanceof MutableList list) {
      list.items.set(index(key), value);
    }
  }

  private static void put(MutableMap map, String key, Ipld value) {
    if (value == null) {
      map.entries.remove(key);
    } else {
      map.entries.put(key, value);
    }
  }

  /**
   * A named property of an array is lost in JSON, except its length, which would change the array.
   */
  private static void property(String key) throws InvalidEventException {
    if (key.equals("length")) {
      throw new InvalidEventException("JSON-Patch: the length of an array cannot be set");
    }
  }

  private Object thaw(Object value) throws InvalidEventException {
    return switch (value) {
      case Ipld.Map map -> {
        spend(map.entries().size());
        yield new MutableMap(map);
      }
      case Ipld.List list -> {
        spend(list.items().size());
        yield new MutableList(list);
      }
      default -> value;
    };
  }

  private Ipld freeze(Object value, int depth) throws InvalidEventException {
    if (value instanceof Ipld frozen) {
      return frozen;
    }
    if (depth > JsonPatch.MAX_DEPTH) {
      throw tooDeep();
    }
    if (value instanceof MutableMap map) {
      spend(map.entries.size());
      LinkedHashMap<String, Ipld> entries = LinkedHashMap.newLinkedHashMap(map.entries.size());
      for (var entry : map.entries.entrySet()) {
        entries.put(entry.getKey(), freeze(entry.getValue(), depth + 1));
      }
      return new Ipld.Map(entries);
    }
    ArrayList<Object> source = ((MutableList) value).items;
    spend(source.size());
    ArrayList<Ipld> items = new ArrayList<>(source.size());
    for (Object item : source) {
      items.add(freeze(item, depth + 1));
    }
    return new Ipld.List(items);
  }

  private void limitDepth(Ipld value, int depth) throws InvalidEventException {
    spend(1);
    if (depth > JsonPatch.MAX_DEPTH) {
      throw tooDeep();
    }
    switch (value) {
      case Ipld.Map map -> {
        for (Ipld member : map.entries().values()) {
          limitDepth(member, depth + 1);
        }
      }
      case Ipld.List list -> {
        for (Ipld item : list.items()) {
          limitDepth(item, depth + 1);
        }
      }
      case null, default -> {
        // A leaf is no deeper than its place.
      }
    }
  }

  /**
   * Stops as soon as the limit is passed: shared parts may make the whole far larger than memory.
   */
  private long measure(Ipld value, int depth, long left) throws InvalidEventException {
    if (depth > JsonPatch.MAX_DEPTH) {
      throw tooDeep();
    }
    long rest = left;
    switch (value) {
      case Ipld.Null ignored -> rest -= NODE_BYTES;
      case Ipld.Map map -> {
        rest -= NODE_BYTES;
        for (var entry : map.entries().entrySet()) {
          rest = measure(entry.getValue(), depth + 1, rest - 2L * entry.getKey().length());
        }
      }
      case Ipld.List list -> {
        rest -= NODE_BYTES;
        for (Ipld item : list.items()) {
          rest = measure(item, depth + 1, rest);
        }
      }
      default -> rest -= ContentSize.of(value);
    }
    if (rest < 0) {
      throw new InvalidEventException("JSON-Patch: the result is larger than content may be");
    }
    return rest;
  }

  private void spend(long nodes) throws InvalidEventException {
    work += nodes;
    if (work > WORK) {
      throw new InvalidEventException("JSON-Patch: the patch takes too much work to apply");
    }
  }

  private static boolean isIndex(String key) {
    for (int i = 0; i < key.length(); i++) {
      if (key.charAt(i) < '0' || key.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** The key as JavaScript's 32-bit integer; the empty key is 0. */
  private static int index(String key) {
    if (key.length() < 10) {
      return key.isEmpty() ? 0 : Integer.parseInt(key);
    }
    double number = Double.parseDouble(key);
    return Double.isInfinite(number) ? 0 : (int) (long) (number % 4294967296.0);
  }

  /** Where splice would begin for a key that is no index: a number if it reads as one, else 0. */
  private static int loose(String key) {
    return key.matches("[+-]?[0-9]{1,15}(\\.[0-9]{0,15})?") ? (int) Double.parseDouble(key) : 0;
  }

  private static int clip(int index, int size) {
    return index < 0 ? Math.max(0, size + index) : Math.min(index, size);
  }

  private static InvalidEventException tooDeep() {
    return new InvalidEventException(
        "JSON-Patch: the result nests deeper than " + JsonPatch.MAX_DEPTH + " levels");
  }

  private static InvalidEventException noContainer(String[] keys) {
    return new InvalidEventException(
        "JSON-Patch: the value at '" + shown(keys, keys.length - 1) + "' has no members");
  }

  private static String shown(String[] keys, int count) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < count && path.length() < 200; i++) {
      path.append('/').append(keys[i]);
    }
    return path.length() > 200 ? path.substring(0, 200) + "…" : path.toString();
  }
}
