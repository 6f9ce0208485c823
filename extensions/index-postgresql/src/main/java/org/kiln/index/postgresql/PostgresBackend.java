package org.kiln.index.postgresql;

import java.sql.SQLException;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexSpec;

/**
 * Indexes in PostgreSQL databases, each in a schema of its own. The setting {@value #URL} says
 * where: {@code postgresql://user:password@host:port/database}. Thread-safe.
 */
public final class PostgresBackend implements IndexBackend {
  /** The name in {@code index.backend}, and the scheme of the address. */
  public static final String ID = "postgresql";

  /** Another name for the same, which PostgreSQL's own programs know as well. */
  public static final String ALIAS = "postgres";

  /** The setting that holds the address. */
  public static final String URL = "url";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public DocumentIndex open(IndexSpec spec) throws IndexException {
    Address address = Address.parse(spec.settings().getOrDefault(URL, ""));
    Sessions sessions = new Sessions(address);
    try {
      return new PostgresIndex(
          sessions,
          sessions.write(
              connection -> {
                Schema.prepare(connection, spec.network().name());
                return PostgresIndex.dialect(connection);
              }));
    } catch (SQLException e) {
      sessions.close();
      throw Failures.of("The index " + address + " cannot be opened", e);
    } catch (IndexException e) {
      sessions.close();
      throw e;
    }
  }
}
