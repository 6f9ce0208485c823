package org.kiln.http.v0;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.Json;

/** Values of query parameters, which js-ceramic guesses from their text. */
final class QueryValue {
  private static final int MAX_DIGITS = 30;

  /** So many fit into a long, and into 62 bits. */
  private static final int LONG_DIGITS = 18;

  private QueryValue() {}

  /**
   * The value; empty for {@code undefined} and {@code null}, which the client writes for options
   * that are not set.
   *
   * @throws HttpProblem 400 when it begins as an object and is none
   */
  static Optional<Ipld> of(String text) throws HttpProblem {
    return switch (text) {
      case "undefined", "null" -> Optional.empty();
      case "true" -> Optional.of(Ipld.TRUE);
      case "false" -> Optional.of(Ipld.FALSE);
      default -> Optional.of(text.startsWith("{") ? object(text) : scalar(text));
    };
  }

  private static Ipld object(String text) throws HttpProblem {
    try {
      Ipld.Map.Builder converted = Ipld.Map.builder();
      for (var member : Json.parseMap(text.getBytes(StandardCharsets.UTF_8)).entries().entrySet()) {
        Ipld value = member.getValue();
        Optional<Ipld> inner =
            value instanceof Ipld.Text own ? of(own.value()) : Optional.of(value);
        inner.ifPresent(own -> converted.put(member.getKey(), own));
      }
      return converted.build();
    } catch (CodecException e) {
      throw Problems.invalid("Query parameter: " + e.getMessage());
    }
  }

  /** JavaScript's {@code parseInt}: the number a text begins with, or the text itself. */
  private static Ipld scalar(String text) {
    int from = 0;
    while (from < text.length() && Character.isWhitespace(text.charAt(from))) {
      from++;
    }
    boolean signed = from < text.length() && (text.charAt(from) == '-' || text.charAt(from) == '+');
    int digits = signed ? from + 1 : from;
    int end = digits;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    if (end == digits || end - digits > MAX_DIGITS) {
      return Ipld.of(text);
    }
    boolean negative = signed && text.charAt(from) == '-';
    if (end - digits <= LONG_DIGITS) {
      long value = Long.parseLong(text, digits, end, 10);
      return Ipld.of(negative ? -value : value);
    }
    BigInteger value = new BigInteger(text.substring(digits, end));
    if (value.bitLength() > 62) {
      return Ipld.of(text);
    }
    return new Ipld.Int(negative ? value.negate() : value);
  }
}
