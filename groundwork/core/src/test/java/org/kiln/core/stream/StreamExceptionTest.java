package org.kiln.core.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kiln.core.stream.StreamException.Reason;

class StreamExceptionTest {
  @Test
  void shouldQuoteAtMostSoMuch() {
    String longest = "x".repeat(StreamException.MAX_MESSAGE);
    assertThat(new StreamException(Reason.INVALID, longest)).hasMessage(longest);
    assertThat(new StreamException(Reason.INVALID, longest + "y").getMessage())
        .hasSize(StreamException.MAX_MESSAGE)
        .startsWith("xxx")
        .endsWith("x… (8193 characters)");
  }
}
