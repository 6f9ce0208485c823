package org.kiln.tables;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBScalarFunctionBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file with the tables, and connections to it. What is damaged, or of another form, is thrown
 * away: all of it comes from the event log again. Thread-safe.
 */
final class Database implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  /** Raised with every change of {@code tables.sql} that must not meet tables of before. */
  static final int FORM = 6;

  /** What the engine says among errors of files when the file is damaged, or of another version. */
  private static final List<String> WRONG_FILE =
      List.of("not a valid DuckDB", "enough bytes", "version number");

  private static final String FILE = "ceramic.duckdb";

  private final DuckDBConnection root;
  private final Path answers;

  private Database(DuckDBConnection root, Path answers) {
    this.root = root;
    this.answers = answers;
  }

  /**
   * Opens it, or makes it.
   *
   * @param directory where it lies; made when it is not there
   * @param memoryMb what the engine may take for pages and queries, in MiB
   * @throws SQLException when it is in use, or cannot be read or written here; nothing is deleted
   */
  static Database open(Path directory, int memoryMb) throws SQLException, IOException {
    Files.createDirectories(directory);
    try {
      Optional<Database> found = ofThisForm(connect(directory, memoryMb));
      if (found.isPresent()) {
        return found.get();
      }
      LOG.info("The SQL tables are of another form; they are made anew");
    } catch (SQLException e) {
      if (isElsewhere(firstLine(e))) {
        throw e;
      }
      LOG.warn("The SQL tables cannot be read, and are made anew: {}", firstLine(e));
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file :
          files.filter(one -> one.getFileName().toString().startsWith(FILE)).toList()) {
        delete(file);
      }
    }
    return connect(directory, memoryMb);
  }

  /** Closes any other. */
  private static Optional<Database> ofThisForm(Database found) throws SQLException {
    boolean ours = false;
    try {
      ours = found.form() == FORM;
      return ours ? Optional.of(found) : Optional.empty();
    } finally {
      if (!ours) {
        found.close();
      }
    }
  }

  /**
   * Whether the trouble is not in the file: somebody has it open, no rights, no room, no memory.
   */
  static boolean isElsewhere(String error) {
    return error.startsWith("IO Error") && WRONG_FILE.stream().noneMatch(error::contains)
        || error.startsWith("Out of Memory")
        || error.startsWith("Permission")
        || error.startsWith("Connection");
  }

  private static void delete(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      try (Stream<Path> inside = Files.list(path)) {
        for (Path one : inside.toList()) {
          delete(one);
        }
      }
    }
    Files.delete(path);
  }

  private static Database connect(Path directory, int memoryMb) throws SQLException, IOException {
    Properties settings = new Properties();
    settings.setProperty("memory_limit", memoryMb + "MiB");
    settings.setProperty("threads", "2");
    settings.setProperty("max_temp_directory_size", "4GiB");
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    settings.setProperty("allow_community_extensions", "false");
    String url = "jdbc:duckdb:" + directory.resolve(FILE).toAbsolutePath();
    boolean fresh = !Files.exists(directory.resolve(FILE));
    Connection opened = new DuckDBDriver().connect(url, settings);
    DuckDBConnection root = opened.unwrap(DuckDBConnection.class);
    NativeCode.forgetFile();
    Path answers = AnswerFiles.directory(directory);
    try {
      function(root, "kiln_cid", SqlFunctions::cidText);
      function(root, "kiln_stream_id", SqlFunctions::streamIdText);
      if (fresh) {
        make(root);
      }
      try (Statement statement = root.createStatement()) {
        statement.execute("SET allowed_directories = [" + quoted(answers) + "]");
        statement.execute("SET enable_external_access = false");
        statement.execute("SET lock_configuration = true");
      }
    } catch (SQLException | IOException | RuntimeException e) {
      root.close();
      throw e;
    }
    return new Database(root, answers);
  }

  private static void function(
      Connection connection, String name, java.util.function.UnaryOperator<String> code)
      throws SQLException {
    try (DuckDBScalarFunctionBuilder builder = DuckDBFunctions.scalarFunction()) {
      builder
          .withName(name)
          .withParameter(String.class)
          .withReturnType(String.class)
          .withNullInNullOut()
          .withFunction((String text) -> code.apply(text))
          .register(connection);
    }
  }

  private static void make(Connection connection) throws SQLException, IOException {
    String script;
    try (InputStream in = Database.class.getResourceAsStream("tables.sql")) {
      script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(script);
      statement.execute("INSERT INTO _store.place VALUES (" + FORM + ", NULL)");
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  private int form() throws SQLException {
    try (Statement statement = root.createStatement();
        ResultSet found = statement.executeQuery("SELECT form FROM _store.place")) {
      return found.next() ? found.getInt(1) : 0;
    }
  }

  /** The one directory where the engine may write files that are asked for; not made yet. */
  Path answers() {
    return answers;
  }

  /** Another connection, with the names of the public tables in reach. */
  DuckDBConnection connection() throws SQLException {
    DuckDBConnection fresh;
    synchronized (root) {
      fresh = root.duplicate();
    }
    try (Statement statement = fresh.createStatement()) {
      statement.execute("USE ceramic.v0");
    } catch (SQLException e) {
      fresh.close();
      throw e;
    }
    return fresh;
  }

  /** A path as a text in SQL. */
  static String quoted(Path path) {
    return "'" + path.toString().replace("'", "''") + "'";
  }

  static String firstLine(SQLException e) {
    String text = String.valueOf(e.getMessage());
    return text.lines().findFirst().orElse(text);
  }

  @Override
  public void close() {
    synchronized (root) {
      try {
        root.close();
      } catch (SQLException e) {
        LOG.warn("The SQL tables were not closed: {}", firstLine(e));
      }
    }
  }
}
