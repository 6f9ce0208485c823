package org.kiln.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseTest {
  @TempDir Path directory;

  @Test
  void shouldKeepWhatIsOfThisForm() throws Exception {
    change("INSERT INTO _store.place VALUES (7, 'kept')");
    assertThat(places()).isEqualTo(2);
  }

  @Test
  void shouldMakeAnewWhatIsOfAnotherForm() throws Exception {
    change("UPDATE _store.place SET form = " + (Database.FORM - 1));
    change("INSERT INTO _store.place VALUES (7, 'of the new ones')");
    assertThat(places()).isEqualTo(2);
  }

  @Test
  void shouldMakeAnewWhatHasNoForm() throws Exception {
    change("DROP TABLE _store.place");
    assertThat(places()).isEqualTo(1);
  }

  @Test
  void shouldMakeAnewAFileThatIsCut() throws Exception {
    change("INSERT INTO _store.place VALUES (7, 'lost')");
    Path file = directory.resolve("ceramic.duckdb");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, 20_000));
    assertThat(places()).isEqualTo(1);
  }

  @Test
  void rejectsAPlaceThatCannotBeReadAndDeletesNothingThere() throws Exception {
    Path inside = directory.resolve("ceramic.duckdb/inside");
    Files.createDirectories(inside.getParent());
    Files.writeString(inside, "somebody's");
    assertThatThrownBy(this::places).isInstanceOf(SQLException.class);
    assertThat(inside).hasContent("somebody's");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          IO Error: Could not set lock on file "x": Conflicting lock is held  | true
          IO Error: Cannot open file "x": Permission denied                   | true
          IO Error: Could not write all bytes to file "x": No space left      | true
          Out of Memory Error: could not allocate block of size 256.0 KiB     | true
          IO Error: The file "x" exists, but it is not a valid DuckDB file!   | false
          IO Error: Could not read enough bytes from file "x"                 | false
          IO Error: Trying to read a database file with version number 99     | false
          Data Corruption Error: Corrupt database file: computed checksum 1   | false
          Catalog Error: Table with name place does not exist!                | false
          """)
  void shouldTellTroubleOfTheFileFromTroubleElsewhere(String error, boolean elsewhere) {
    assertThat(Database.isElsewhere(error)).isEqualTo(elsewhere);
  }

  private void change(String sql) throws Exception {
    try (Database database = Database.open(directory, 64);
        Connection connection = database.connection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long places() throws Exception {
    try (Database database = Database.open(directory, 64);
        Connection connection = database.connection();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT count(*) FROM _store.place")) {
      found.next();
      return found.getLong(1);
    }
  }
}
