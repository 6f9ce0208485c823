package org.kiln.streams.state;

import org.kiln.api.stream.Dependency;

/** Reads the text form from the store, where releases before the type have written any text. */
public final class KeptDependency {
  private KeptDependency() {}

  /** What it says; what cannot be read is a dependency of which nobody knows. */
  public static Dependency parse(String text) {
    try {
      return Dependency.parse(text);
    } catch (IllegalArgumentException e) {
      return new Dependency.Other("unknown", text);
    }
  }
}
