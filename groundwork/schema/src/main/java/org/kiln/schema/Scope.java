package org.kiln.schema;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the compiler knows of the place a schema stands at.
 *
 * @param base the base URI for references
 * @param at where the schema stands, for messages
 * @param types the types the schemas around it allow for the same value; empty when any
 * @param defined names of properties that schemas for the same value have listed so far; shared by
 *     them
 * @param depth how many schemas are around it
 */
record Scope(String base, String at, List<String> types, Set<String> defined, int depth) {

  /** For a schema that stands on its own. */
  static Scope fresh(String base, String at, int depth) {
    return new Scope(base, at, List.of(), new HashSet<>(), depth + 1);
  }

  /** For a schema about a part of the value. */
  Scope part(String keyword) {
    return fresh(base, at + "/" + keyword, depth);
  }

  /** For another schema about the same value. */
  Scope same(String keyword, List<String> narrowed) {
    return new Scope(base, at + "/" + keyword, narrowed, defined, depth + 1);
  }

  Scope withBase(String uri) {
    return new Scope(uri, at, types, defined, depth);
  }

  Scope withTypes(List<String> narrowed) {
    return new Scope(base, at, narrowed, defined, depth);
  }
}
