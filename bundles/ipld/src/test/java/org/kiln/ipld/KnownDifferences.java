package org.kiln.ipld;

import java.util.Map;

/** Vectors that we judge otherwise than the library they come from; the README says why. */
public final class KnownDifferences {
  private static final Map<String, String> REASONS =
      Map.of(
          "dagcbor/decode-float64-integral", "a float stays a float when it is written again",
          "dagcbor/decode-float16", "a float stays a float when it is written again",
          "dagcbor/decode-neg-zero", "a float stays a float when it is written again");

  private KnownDifferences() {}

  /** Whether we judge that vector otherwise. */
  public static boolean contains(String file, String name) {
    return REASONS.containsKey(file + "/" + name);
  }
}
