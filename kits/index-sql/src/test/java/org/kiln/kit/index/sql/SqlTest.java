package org.kiln.kit.index.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SqlTest {
  private final List<String> calls = new ArrayList<>();

  /** Notes what it is asked, and answers nothing but statements that do the same. */
  private <T> T noting(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              calls.add(method.getName() + Arrays.deepToString(arguments));
              return method.getName().equals("prepareStatement")
                  ? noting(PreparedStatement.class)
                  : null;
            }));
  }

  @Test
  void shouldBindEachValueAsWhatItIs() throws Exception {
    Sql sql = new Sql().add("a = ").bind(1L).add(" AND b IN (?, ?)", "t").add(" OR c = 'x'", "no");
    sql.add(" OR d < ").bind(2).bind(0.5).bind(BigDecimal.TEN).bind(new byte[] {7});
    sql.bind(new Sql.Several("text", List.of("u", "v")));
    sql.prepare(noting(Connection.class), "EXPLAIN ");
    assertThat(calls)
        .containsExactly(
            "prepareStatement[EXPLAIN a = ? AND b IN (?, ?) OR c = 'x' OR d < ?????]",
            "setLong[1, 1]",
            "setString[2, t]",
            "setString[3, t]",
            "setInt[4, 2]",
            "setDouble[5, 0.5]",
            "setBigDecimal[6, 10]",
            "setBytes[7, [7]]",
            "createArrayOf[text, [u, v]]",
            "setArray[8, null]");
    assertThat(sql.size()).isEqualTo(8);
  }

  @Test
  void rejectsAValueOfAnotherKind() {
    Sql sql = new Sql().bind('c');
    assertThatThrownBy(() -> sql.prepare(noting(Connection.class)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Character");
  }

  @Test
  void shouldQuoteALiteral() {
    assertThat(Sql.literal("it's")).isEqualTo("'it''s'");
    assertThatThrownBy(() -> Sql.literal("a\0b")).isInstanceOf(IllegalArgumentException.class);
  }
}
