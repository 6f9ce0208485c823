package org.kiln.anchor.service;

import java.time.DateTimeException;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;

/**
 * The time a client says it asks at. Nothing is made of it, but one that is none is a mistake of
 * the client's, which the Ceramic Anchor Service refuses too.
 *
 * @see <a href="https://tc39.es/ecma262/#sec-date-time-string-format">ECMA-262, Date Time String
 *     Format</a>
 */
final class RequestTime {
  private static final int MAX_LENGTH = 64;
  private static final DateTimeFormatter FORMAT =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu[-MM[-dd]]")
          .optionalStart()
          .appendPattern("'T'HH:mm[:ss]")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendPattern("[XXX]")
          .optionalEnd()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private RequestTime() {}

  /**
   * Demands a time of ISO 8601.
   *
   * @param value null when it is missing
   * @throws CodecException when it is none
   */
  static void check(Ipld value) throws CodecException {
    if (!(value instanceof Ipld.Text text)) {
      throw new CodecException(value == null ? "'timestamp' is missing" : "'timestamp' is no text");
    }
    try {
      FORMAT.parse(text.value().length() <= MAX_LENGTH ? text.value() : "");
    } catch (DateTimeException e) {
      String shown = text.value().substring(0, Math.min(MAX_LENGTH, text.value().length()));
      throw new CodecException("timestamp '" + shown + "' is no time of ISO 8601");
    }
  }
}
