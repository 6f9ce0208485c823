package org.kiln.did;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.OptionalLong;

/**
 * Times in capabilities: RFC 3339, or unix seconds as decimal text as one other node writes them.
 */
final class CacaoTime {
  private static final int MAX_LENGTH = 64;
  private static final int MAX_DIGITS = 12;

  private CacaoTime() {}

  /** Unix seconds, rounded down; empty when the text is no time. */
  static OptionalLong parse(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return OptionalLong.empty();
    }
    if (text.length() <= MAX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.of(Long.parseLong(text));
    }
    try {
      return OptionalLong.of(OffsetDateTime.parse(text).toEpochSecond());
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
  }
}
