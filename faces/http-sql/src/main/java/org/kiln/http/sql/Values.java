package org.kiln.http.sql;

import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.ipld.Multibase;
import org.kiln.core.sql.SqlParameter;
import org.kiln.core.sql.SqlType;

/** Texts of a URL as values of a statement's parameters. */
final class Values {
  private Values() {}

  /**
   * The values.
   *
   * @throws HttpProblem 400 when one is missing, not asked for, or of another kind
   */
  static Map<String, Object> of(List<SqlParameter> parameters, Map<String, String> texts)
      throws HttpProblem {
    Map<String, Object> values = new HashMap<>();
    for (SqlParameter parameter : parameters) {
      String text = texts.get(parameter.name());
      if (text == null) {
        throw invalid("There is no value for the parameter " + parameter.name());
      }
      values.put(parameter.name(), value(parameter, text));
    }
    Set<String> others = new HashSet<>(texts.keySet());
    others.removeAll(values.keySet());
    if (!others.isEmpty()) {
      throw invalid("The statement has no parameter " + others.iterator().next());
    }
    return values;
  }

  private static Object value(SqlParameter parameter, String text) throws HttpProblem {
    if (!(parameter.type() instanceof SqlType.Scalar scalar)) {
      throw invalid("The parameter " + parameter.name() + " is a list or a map; cast a text to it");
    }
    try {
      return switch (scalar) {
        case TEXT, JSON_TEXT -> text;
        case BINARY, JSON_BYTES -> Multibase.decode(text);
        case BOOLEAN ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException("true or false");
            };
        case UINT64 -> Long.parseUnsignedLong(text);
        case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> Long.parseLong(text);
        case FLOAT32, FLOAT64 -> Double.parseDouble(text);
        case DATE -> LocalDate.parse(text).toEpochDay();
        case TIMESTAMP -> ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(text));
      };
    } catch (IllegalArgumentException | DateTimeParseException | ArithmeticException e) {
      throw invalid(
          "The value of "
              + parameter.name()
              + " must be "
              + switch (scalar) {
                case BINARY, JSON_BYTES -> "bytes in multibase, such as a CID";
                case BOOLEAN -> "true or false";
                case DATE -> "a date, as 2026-01-31";
                case TIMESTAMP -> "a time, as 2026-01-31T12:00:00Z";
                default -> "a number that fits into " + scalar;
              });
    }
  }

  private static HttpProblem invalid(String message) {
    return new HttpProblem(400, "sql-invalid", message);
  }
}
