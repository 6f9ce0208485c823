package org.kiln.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.plugin.Retry;

class HttpProblemTest {
  @ParameterizedTest
  @ValueSource(ints = {429, 503, 504})
  void shouldBeWorthAnotherTryWhereTheStatusSaysSo(int status) {
    assertThat(new HttpProblem(status, "busy", "Busy").retry()).isEqualTo(Retry.LATER);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 409, 500})
  void shouldBeForGoodOtherwise(int status) {
    assertThat(new HttpProblem(status, "wrong", "Wrong").retry()).isEqualTo(Retry.NEVER);
  }

  @Test
  void rejectsOneThatDoesNotSay() {
    assertThatNullPointerException()
        .isThrownBy(() -> new HttpProblem(503, "busy", "Busy", null, Map.of()));
  }
}
