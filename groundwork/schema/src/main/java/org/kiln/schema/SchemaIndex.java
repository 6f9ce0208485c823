package org.kiln.schema;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.kiln.api.ipld.Ipld;

/** Where the references of one schema document lead: nowhere outside of it. */
final class SchemaIndex {
  private static final int MAX_DEPTH = 500;
  private static final int MAX_NODES = 100_000;

  private final Map<String, Ipld> resources = new HashMap<>();
  private final Map<String, Ipld> anchors = new HashMap<>();
  private final Map<Ipld, String> bases = new IdentityHashMap<>();
  private final String rootBase;
  private int nodes;

  /**
   * A place a reference leads to.
   *
   * @param schema what stands there
   * @param base the base URI for references in it
   */
  record Target(Ipld schema, String base) {}

  private final Budget budget;

  /**
   * Indexes a document.
   *
   * @param budget what finding and following names costs, each of which may be long
   */
  SchemaIndex(Ipld root, Budget budget) throws SchemaException {
    this.budget = budget;
    String base = root instanceof Ipld.Map map ? idOf(map, "") : "";
    rootBase = base;
    resources.put(base, root);
    resources.put("", root);
    walk(root, "", 0);
  }

  String rootBase() {
    return rootBase;
  }

  /** The base URI inside a schema with {@code $id}, seen from the one around it. */
  String base(Ipld.Map schema, String around) {
    return idOf(schema, around);
  }

  /**
   * Follows a reference.
   *
   * @throws SchemaException when it leads nowhere in this document
   */
  Target resolve(String base, String reference) throws SchemaException {
    String absolute = join(base, reference);
    budget.spend(4L * absolute.length());
    int hash = absolute.indexOf('#');
    String resource = hash < 0 ? absolute : absolute.substring(0, hash);
    String fragment = hash < 0 ? "" : absolute.substring(hash + 1);
    Ipld root = resources.get(resource);
    if (root == null) {
      throw missing(reference, base);
    }
    if (fragment.isEmpty() || fragment.equals("/")) {
      return new Target(root, baseOf(root, resource));
    }
    if (!fragment.startsWith("/")) {
      Ipld anchored = anchors.get(resource + "#" + fragment);
      if (anchored == null) {
        throw missing(reference, base);
      }
      return new Target(anchored, baseOf(anchored, resource));
    }
    return follow(root, resource, fragment, reference);
  }

  private Target follow(Ipld root, String resource, String pointer, String reference)
      throws SchemaException {
    Ipld at = root;
    String base = baseOf(root, resource);
    for (String raw : pointer.substring(1).split("/", -1)) {
      String key = decode(raw).replace("~1", "/").replace("~0", "~");
      Ipld next =
          switch (at) {
            case Ipld.Map map -> map.entries().get(key);
            case Ipld.List list when key.matches("[0-9]{1,6}") -> {
              int index = Integer.parseInt(key);
              yield index < list.items().size() ? list.items().get(index) : null;
            }
            default -> null;
          };
      if (next == null) {
        throw missing(reference, resource);
      }
      at = next;
      base = baseOf(at, base);
    }
    return new Target(at, base);
  }

  private String baseOf(Ipld schema, String otherwise) {
    return bases.getOrDefault(schema, otherwise);
  }

  private void walk(Ipld value, String base, int depth) throws SchemaException {
    if (depth > MAX_DEPTH || ++nodes > MAX_NODES) {
      throw new SchemaException("schema is larger or deeper than can be used");
    }
    switch (value) {
      case Ipld.Map map -> {
        String own = idOf(map, base);
        if (map.entries().get("$id") instanceof Ipld.Text id) {
          if (id.value().startsWith("#")) {
            anchors.put(join(base, id.value()), map);
          } else {
            resources.put(own, map);
          }
        }
        bases.put(map, own);
        for (String keyword : new String[] {"$anchor", "$dynamicAnchor"}) {
          map.text(keyword).ifPresent(name -> anchors.putIfAbsent(join(own, "#" + name), map));
        }
        for (Ipld member : map.entries().values()) {
          walk(member, own, depth + 1);
        }
      }
      case Ipld.List list -> {
        for (Ipld item : list.items()) {
          walk(item, base, depth + 1);
        }
      }
      default -> {
        // A leaf holds no schema.
      }
    }
  }

  private String idOf(Ipld.Map schema, String around) {
    if (!(schema.entries().get("$id") instanceof Ipld.Text id) || id.value().startsWith("#")) {
      return around;
    }
    String joined = join(around, id.value());
    int hash = joined.indexOf('#');
    return hash < 0 ? joined : joined.substring(0, hash);
  }

  private String join(String base, String reference) {
    budget.spend(1L + 4L * (base.length() + reference.length()));
    if (base.isEmpty() || reference.startsWith("#")) {
      return reference.startsWith("#") ? base + reference : reference;
    }
    try {
      return URI.create(base).resolve(reference).toString();
    } catch (IllegalArgumentException e) {
      return reference;
    }
  }

  private static String decode(String part) {
    try {
      return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return part;
    }
  }

  private static SchemaException missing(String reference, String base) {
    return new SchemaException(
        "can't resolve reference " + reference + " from id " + (base.isEmpty() ? "#" : base));
  }
}
