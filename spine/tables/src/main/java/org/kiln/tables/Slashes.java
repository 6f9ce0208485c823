package org.kiln.tables;

import java.util.ArrayList;
import java.util.List;
import org.kiln.api.ipld.Ipld;

/**
 * Maps that DAG-JSON has no text for: in one with the key {@code "/"} and a text under it, or a map
 * with a text under {@code "bytes"}, everybody would read a link or bytes. Such a key is written
 * {@code "//"}; keys of two slashes and more get one more, so that every map reads back as it was.
 */
final class Slashes {
  private static final String RESERVED = "/";

  private Slashes() {}

  /** The other name of a key of that map. */
  private interface Names {
    String of(Ipld.Map map, String key);
  }

  /** As it is written: DAG-JSON has a text for it. */
  static Ipld written(Ipld value) {
    return holdsSlashes(value)
        ? renamed(value, (map, key) -> key.length() > 1 || isAmbiguous(map) ? key + "/" : key)
        : value;
  }

  /** What was written so. */
  static Ipld read(Ipld value) {
    return holdsSlashes(value)
        ? renamed(value, (map, key) -> key.length() > 1 ? key.substring(1) : key)
        : value;
  }

  /** Whether a key of that name may be written otherwise. */
  static boolean isSlashes(String key) {
    return !key.isEmpty() && key.charAt(0) == '/' && key.chars().allMatch(c -> c == '/');
  }

  private static boolean holdsSlashes(Ipld value) {
    return switch (value) {
      case Ipld.Map map ->
          map.entries().entrySet().stream()
              .anyMatch(one -> isSlashes(one.getKey()) || holdsSlashes(one.getValue()));
      case Ipld.List list -> list.items().stream().anyMatch(Slashes::holdsSlashes);
      default -> false;
    };
  }

  private static Ipld renamed(Ipld value, Names names) {
    return switch (value) {
      case Ipld.Map map -> {
        Ipld.Map.Builder other = Ipld.Map.builder();
        map.entries()
            .forEach(
                (key, inner) ->
                    other.put(isSlashes(key) ? names.of(map, key) : key, renamed(inner, names)));
        yield other.build();
      }
      case Ipld.List list -> {
        List<Ipld> items = new ArrayList<>(list.items().size());
        list.items().forEach(item -> items.add(renamed(item, names)));
        yield new Ipld.List(items);
      }
      default -> value;
    };
  }

  private static boolean isAmbiguous(Ipld.Map map) {
    Ipld inner = map.entries().get(RESERVED);
    return inner instanceof Ipld.Text
        || inner instanceof Ipld.Map bytes && bytes.entries().get("bytes") instanceof Ipld.Text;
  }
}
