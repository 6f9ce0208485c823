package org.kiln.schema;

import java.util.List;

/**
 * One thing that is wrong with a value.
 *
 * @param path JSON Pointer to the offending part; empty for the whole
 * @param message what it must be, in Ajv's words
 */
public record Violation(String path, String message) {

  /** All of them in one line, as clients know it: {@code data/x must be >= 2, data must …}. */
  public static String text(List<Violation> violations) {
    StringBuilder text = new StringBuilder();
    for (Violation violation : violations) {
      if (!text.isEmpty()) {
        text.append(", ");
      }
      text.append("data").append(violation.path).append(' ').append(violation.message);
    }
    return text.toString();
  }
}
