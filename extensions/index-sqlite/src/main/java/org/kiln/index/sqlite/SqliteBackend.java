package org.kiln.index.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.index.IndexSpec;

/** Indexes in files {@value #FILE}, each in its own directory. Thread-safe. */
public final class SqliteBackend implements IndexBackend {
  /** The name in {@code index.backend}. */
  public static final String ID = "sqlite";

  static final String FILE = "documents.sqlite";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public DocumentIndex open(IndexSpec spec) throws IndexException {
    Path directory = spec.directory();
    try {
      Files.createDirectories(directory);
      NativePlace.prepare(directory.resolve("native"));
    } catch (IOException e) {
      throw new IndexException(Kind.UNAVAILABLE, "The index's directory cannot be made: " + e, e);
    }
    Path file = directory.resolve(FILE);
    Connections connections = new Connections(file);
    try {
      connections.open(spec.network().name());
      return new SqliteIndex(connections, connections.ask(Layout::read));
    } catch (SQLException e) {
      connections.close();
      throw Failures.of("The index " + file + " cannot be opened", e);
    } catch (IndexException e) {
      connections.close();
      throw e;
    }
  }
}
