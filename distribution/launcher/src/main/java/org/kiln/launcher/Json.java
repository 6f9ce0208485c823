package org.kiln.launcher;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/** As much JSON as the launcher writes. */
final class Json {
  private Json() {}

  /** JSON text that stands in other JSON as it is. */
  record Raw(String text) {}

  /**
   * A value as JSON.
   *
   * @param value null, a text, number, truth value, map with texts as keys, collection or {@link
   *     Raw}
   */
  static String of(Object value) {
    return switch (value) {
      case null -> "null";
      case Raw raw -> raw.text();
      case Number number -> number.toString();
      case Boolean truth -> truth.toString();
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> quote(entry.getKey().toString()) + ":" + of(entry.getValue()))
              .collect(Collectors.joining(",", "{", "}"));
      case Collection<?> items ->
          items.stream().map(Json::of).collect(Collectors.joining(",", "[", "]"));
      default -> quote(value.toString());
    };
  }

  /**
   * JSON as it may be put on a terminal: what others have written is in it, and where a control
   * character may stand at all it may be escaped.
   */
  static String shown(String json) {
    StringBuilder shown = new StringBuilder(json.length());
    json.strip()
        .chars()
        .forEach(
            c -> {
              if (Character.isISOControl(c) && c != '\n' && c != '\t' && c != '\r') {
                shown.append(String.format("\\u%04x", c));
              } else {
                shown.append((char) c);
              }
            });
    return shown.toString();
  }

  /** The text as a JSON string. */
  static String quote(String text) {
    StringBuilder json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> json.append('\\').append(c);
        case '\n' -> json.append("\\n");
        case '\t' -> json.append("\\t");
        case '\r' -> json.append("\\r");
        default -> {
          if (Character.isISOControl(c)) {
            json.append(String.format("\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    return json.append('"').toString();
  }
}
