package org.kiln.kit.ipld;

import java.util.Set;

/** Vectors that we judge otherwise than the library they come from; the README says why. */
public final class KnownDifferences {
  private static final Set<String> NAMES =
      Set.of(
          "dagcbor/decode-float64-integral", "dagcbor/decode-float16", "dagcbor/decode-neg-zero");

  private KnownDifferences() {}

  /** Whether we judge that vector otherwise. */
  public static boolean contains(String file, String name) {
    return NAMES.contains(file + "/" + name);
  }
}
