package org.kiln.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
  private final RouteTable table =
      table(
          "GET /",
          "GET /a/b",
          "GET /a/{x}",
          "POST /a/{x}",
          "GET /a/{x}/c",
          "GET /{y}/b/c",
          "DELETE /a/b/{z}");

  @ParameterizedTest
  @CsvSource({
    "GET,/,/",
    "GET,/a/b,/a/b",
    "GET,/A/B/,/a/b",
    "GET,/a/k2,/a/{x}",
    "POST,/a/b,/a/{x}",
    "GET,/a/b/c,/a/{x}/c",
    "GET,/z/b/c,/{y}/b/c",
    "DELETE,/a/b/c,/a/b/{z}",
    "HEAD,/a/b,/a/b",
  })
  void shouldFindPlace(String method, String path, String pattern) {
    assertThat(table.find(method, path).place().counters().pattern()).isEqualTo(pattern);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/a",
    "PUT,/a/b",
    "GET,/a//c",
    "GET,/a/b/c/d",
    "GET,a/b",
    "GET,''",
    "GET,*",
    "GET,/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17",
  })
  void shouldFindNothing(String method, String path) {
    assertThat(table.find(method, path)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "/a//b", "/a/{}", "/a{x}", "/{a", "/a/b}"})
  void rejectsWhatIsNoPattern(String pattern) {
    assertThatThrownBy(() -> PathPattern.parse(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(pattern);
  }

  @Test
  void rejectsUnknownVariable() {
    assertThat(PathPattern.parse("/a/{b}/{c}").position("c")).isEqualTo(2);
    assertThatThrownBy(() -> PathPattern.parse("/a/{b}").position("c"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static RouteTable table(String... routes) {
    List<RouteTable.Entry> entries = new ArrayList<>();
    for (String route : routes) {
      String[] parts = route.split(" ");
      entries.add(
          new RouteTable.Entry(
              PathPattern.parse(parts[1]).segments(),
              new Place(parts[0], new RouteCounters("kiln_http", parts[0], parts[1]), null)));
    }
    return new RouteTable(entries);
  }
}
