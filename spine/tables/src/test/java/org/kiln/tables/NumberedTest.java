package org.kiln.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.core.sql.SqlRefusal;

class NumberedTest {
  @TempDir Path directory;

  private Database database;
  private DuckDBConnection connection;

  @BeforeEach
  void open() throws Exception {
    database = Database.open(directory, 64);
    connection = database.connection();
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
    database.close();
  }

  @Test
  void shouldPutNumbersForNames() throws Exception {
    Syntax syntax = Syntax.parse(connection, "SELECT $b, '$b ä', $a + $b -- $a\n LIMIT $a");
    assertThat(syntax.text()).isEqualTo("SELECT $1, '$b ä', $2 + $1 -- $a\n LIMIT $2");
    assertThat(syntax.parameters()).containsExactly("$b", "$a");
    assertThat(syntax.node()).isEqualTo(Parsed.of(connection, syntax.text()).node());
  }

  @Test
  void shouldTakeSpecialSpacesForPlainOnesOutsideOfQuotes() throws Exception {
    assertThat(Syntax.parse(connection, "SELECT\u00a0$a,\u2003$b +\u00a01").text())
        .isEqualTo("SELECT $1, $2 + 1");
  }

  @Test
  void shouldKeepSpecialSpacesInQuotes() throws Exception {
    assertThat(Syntax.parse(connection, "SELECT '\u00a0' || $a AS \"x\u2003y\"").text())
        .isEqualTo("SELECT '\u00a0' || $1 AS \"x\u2003y\"");
  }

  @Test
  void rejectsSpecialSpacesInAndOutsideOfQuotes() {
    assertThatThrownBy(() -> Syntax.parse(connection, "SELECT '\u00a0',\u00a0$a, $b FROM t"))
        .isInstanceOf(SqlRefusal.class)
        .hasMessageContaining("plain spaces");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1; SELECT $1 + $2",
        "SELECT $1 + $2; SELECT 1",
        "SELECT $1 + $1",
        "SELECT $2 + $1",
        "SELECT $1 + $3",
        "SELECT $1 + $b",
        "SELECT $1 + $2, 1",
        "SELECT $1 + $2 WHERE false",
        "SELECT $1 - $2",
        "SELECT 1 + 2",
        "DROP TABLE x",
        "SELECT $1 +"
      })
  void rejectsATextThatIsNotWhatWasAsked(String text) throws Exception {
    Parsed asked = Parsed.of(connection, "SELECT $a + $b");
    assertThatThrownBy(() -> Numbered.checked(connection, asked, text))
        .isInstanceOf(SqlRefusal.class);
  }

  @Test
  void shouldTakeATextThatIsWhatWasAsked() throws Exception {
    Parsed asked = Parsed.of(connection, "SELECT $a + $b");
    assertThat(Numbered.checked(connection, asked, "select  $1+$2").parameters())
        .isEqualTo(List.of("$a", "$b"));
  }
}
