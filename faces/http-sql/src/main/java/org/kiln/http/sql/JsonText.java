package org.kiln.http.sql;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Multibase;
import org.kiln.core.sql.SqlType;
import org.kiln.ipld.Json;

/**
 * Values as JSON. Bytes are multibase in base 32, in which a CID looks as CIDs do; what is JSON
 * goes in as it is, on one line.
 */
final class JsonText {
  private final StringBuilder text;

  JsonText(StringBuilder text) {
    this.text = text;
  }

  void value(SqlType type, Object value) {
    if (value == null) {
      text.append("null");
      return;
    }
    switch (type) {
      case SqlType.ListOf list -> list(list, (List<?>) value);
      case SqlType.MapOf map -> map(map, (Map<?, ?>) value);
      case SqlType.Scalar scalar -> {
        switch (scalar) {
          case BOOLEAN, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 ->
              text.append(plain(scalar, value));
          case FLOAT32, FLOAT64 ->
              text.append(Double.isFinite((Double) value) ? value.toString() : "null");
          case JSON_TEXT, JSON_BYTES -> json(plain(scalar, value));
          case TEXT, BINARY, DATE, TIMESTAMP -> string(plain(scalar, value));
        }
      }
    }
  }

  /** A value as text without quotes. */
  static String plain(SqlType.Scalar type, Object value) {
    return switch (type) {
      case BINARY -> Multibase.BASE32.encode((byte[]) value);
      case JSON_BYTES -> new String((byte[]) value, StandardCharsets.UTF_8);
      case UINT64 -> Long.toUnsignedString((Long) value);
      case DATE -> LocalDate.ofEpochDay((Long) value).toString();
      case TIMESTAMP -> Instant.EPOCH.plus((Long) value, ChronoUnit.MICROS).toString();
      default -> value.toString();
    };
  }

  private void json(String json) {
    try {
      // The engine takes more for JSON than there is: comments, NaN.
      Json.parse(json.getBytes(StandardCharsets.UTF_8));
    } catch (CodecException e) {
      string(json);
      return;
    }
    // Between values only: in a text of JSON they are escaped.
    text.append(json.replace('\n', ' ').replace('\r', ' '));
  }

  private void list(SqlType.ListOf type, List<?> items) {
    text.append('[');
    for (int i = 0; i < items.size(); i++) {
      text.append(i == 0 ? "" : ",");
      value(type.item(), items.get(i));
    }
    text.append(']');
  }

  private void map(SqlType.MapOf type, Map<?, ?> entries) {
    text.append('{');
    boolean first = true;
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      text.append(first ? "" : ",");
      first = false;
      string((String) entry.getKey());
      text.append(':');
      value(type.value(), entry.getValue());
    }
    text.append('}');
  }

  void string(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          // Half a pair is no text in UTF-8, and the two separators end lines in JavaScript.
          if (c < 0x20 || Character.isSurrogate(c) && !paired(value, i) || c >> 1 == 0x2028 >> 1) {
            text.append(String.format("\\u%04x", (int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  private static boolean paired(String value, int at) {
    char c = value.charAt(at);
    return Character.isHighSurrogate(c)
        ? at + 1 < value.length() && Character.isLowSurrogate(value.charAt(at + 1))
        : at > 0 && Character.isHighSurrogate(value.charAt(at - 1));
  }
}
