package org.kiln.did;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacaoTimeTest {
  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:01Z, 1",
    "1970-01-01T00:00:01.999Z, 1",
    "1969-12-31T23:59:59.5Z, -1",
    "1970-01-01T02:00:01+02:00, 1",
    "1700000000, 1700000000",
    "0, 0"
  })
  void shouldReadUnixSeconds(String text, long seconds) {
    assertThat(CacaoTime.parse(text)).hasValue(seconds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "1970-01-01",
        "1970-01-01T00:00:01",
        "1970-13-01T00:00:01Z",
        "soon",
        "1e9",
        "99999999999999999999",
        "٣"
      })
  void rejectsOtherTexts(String text) {
    assertThat(CacaoTime.parse(text)).isEmpty();
  }

  @Property
  void shouldReadWhatClientsWrite(@ForAll @LongRange(min = 0, max = 4102444800L) long seconds) {
    assertThat(CacaoTime.parse(java.time.Instant.ofEpochSecond(seconds).toString()))
        .hasValue(seconds);
  }

  @Property
  void shouldNeverThrow(@ForAll String text) {
    assertThat(CacaoTime.parse(text)).isNotNull();
  }
}
