package org.kiln.index.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.stream.NetworkId;
import org.sqlite.SQLiteDataSource;

class SqliteDamageTest {
  @TempDir Path directory;

  private IndexSpec spec() {
    return IndexSpec.of(directory, NetworkId.INMEMORY);
  }

  private Path file() {
    return directory.resolve(SqliteBackend.FILE);
  }

  private void rejectsWith(Kind kind) {
    assertThatThrownBy(() -> new SqliteBackend().open(spec()))
        .isInstanceOfSatisfying(IndexException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  @Test
  void rejectsAFileOfANewerVersionAndLeavesIt() throws Exception {
    new SqliteBackend().open(spec()).close();
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + file());
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version = 99");
    }
    rejectsWith(Kind.NEWER);
    rejectsWith(Kind.NEWER);
  }

  @Test
  void rejectsAFileThatIsNoDatabase() throws Exception {
    Files.writeString(file(), "this is not a database, whatever its name says ".repeat(100));
    rejectsWith(Kind.CORRUPT);
  }

  @Test
  void rejectsAPlaceThatIsNoDirectory() throws Exception {
    Path taken = Files.createFile(directory.resolve("taken"));
    assertThatThrownBy(() -> new SqliteBackend().open(IndexSpec.of(taken, NetworkId.INMEMORY)))
        .isInstanceOf(IndexException.class)
        .hasMessageContaining("taken");
  }
}
