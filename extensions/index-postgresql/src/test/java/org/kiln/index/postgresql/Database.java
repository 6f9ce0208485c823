package org.kiln.index.postgresql;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.kiln.fixtures.PostgresServer;

/** A server of the tests, with a schema for each of them. */
final class Database implements AutoCloseable {
  private final PostgresServer server;
  private int schemas;

  private Database(PostgresServer server) {
    this.server = server;
  }

  /** Starts one, or skips the test where there is no PostgreSQL. */
  static Database start() throws IOException, InterruptedException {
    Optional<PostgresServer> server = PostgresServer.start();
    assumeTrue(server.isPresent(), PostgresServer.MISSING);
    return new Database(server.get());
  }

  void begin() throws IOException, InterruptedException {
    server.begin();
  }

  void crash() throws IOException, InterruptedException {
    server.crash();
  }

  void end() throws IOException, InterruptedException {
    server.end();
  }

  /** The address of an index in a schema that nobody else uses. */
  String fresh() throws SQLException {
    schemas++;
    sql("CREATE SCHEMA s" + schemas);
    return server.url() + "?currentSchema=s" + schemas;
  }

  void sql(String statement) throws SQLException {
    try (Connection connection = Address.parse(server.url()).connect(true)) {
      Sessions.execute(connection, statement);
    }
  }

  /** What a query answers that has one row with one number. */
  long number(String query) throws SQLException {
    try (Connection connection = Address.parse(server.url()).connect(true);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The file of a table or index, which the server has written to its end when it has ended. */
  Path file(String relation) throws SQLException {
    try (Connection connection = Address.parse(server.url()).connect(true);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT current_setting('data_directory'), pg_relation_filepath('%s')"
                    .formatted(relation))) {
      row.next();
      return Path.of(row.getString(1), row.getString(2));
    }
  }

  int port() {
    return URI.create(server.url()).getPort();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    server.close();
  }
}
