package org.kiln.http.v0;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.ipld.Ipld;

class QueryValueTest {
  @ParameterizedTest
  @CsvSource({"12,12", "12abc,12", "1.9,1", "-3,-3", "' 7',7", "+4,4", "0x10,0"})
  void shouldReadNumbersAsParseInt(String text, long number) throws HttpProblem {
    assertThat(QueryValue.of(text)).contains(Ipld.of(number));
  }

  @Test
  void shouldReadWordsOfJavaScript() throws HttpProblem {
    assertThat(QueryValue.of("true")).contains(Ipld.TRUE);
    assertThat(QueryValue.of("false")).contains(Ipld.FALSE);
    assertThat(QueryValue.of("undefined")).isEmpty();
    assertThat(QueryValue.of("null")).isEmpty();
    assertThat(QueryValue.of("")).isEqualTo(Optional.of(Ipld.of("")));
    assertThat(QueryValue.of("abc")).contains(Ipld.of("abc"));
  }

  @Test
  void shouldConvertInsideObjects() throws HttpProblem {
    assertThat(QueryValue.of("{\"a\":\"1\",\"b\":2,\"c\":\"undefined\"}"))
        .contains(Ipld.map("a", Ipld.of(1), "b", Ipld.of(2)));
  }

  @Test
  void rejectsObjectThatIsNone() {
    assertThatThrownBy(() -> QueryValue.of("{nonsense")).isInstanceOf(HttpProblem.class);
  }

  @Test
  void shouldLeaveNumbersBeyondAllUseAsText() throws HttpProblem {
    String many = "9".repeat(500);

    assertThat(QueryValue.of(many)).contains(Ipld.of(many));
  }
}
