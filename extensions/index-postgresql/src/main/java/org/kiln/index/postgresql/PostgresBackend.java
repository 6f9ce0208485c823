package org.kiln.index.postgresql;

import java.sql.SQLException;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.index.IndexSpec;
import org.kiln.kit.index.SqlIndex;

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
    return open(spec, false);
  }

  /** Which models are indexed is all that is kept, as far as it can be read. */
  @Override
  public DocumentIndex openAnew(IndexSpec spec) throws IndexException {
    return open(spec, true);
  }

  private static DocumentIndex open(IndexSpec spec, boolean anew) {
    Address address = Address.parse(spec.settings().getOrDefault(URL, ""));
    String network = spec.network().name();
    Sessions sessions = new Sessions(address);
    boolean opened = false;
    try {
      if (anew) {
        new Renewal(sessions, address, network).run();
      }
      sessions.write(
          true,
          connection -> {
            Schema.prepare(connection, network);
            return null;
          });
      DocumentIndex index = new SqlIndex(sessions, Schema.MODELS);
      opened = true;
      return index;
    } catch (SQLException e) {
      throw Failures.of("The index " + address + " cannot be opened", e);
    } catch (IllegalArgumentException e) {
      // The id of a model that is none, say.
      throw new IndexException(
          Kind.CORRUPT, "The index " + address + " is damaged: " + e.getMessage(), e);
    } finally {
      if (!opened) {
        sessions.close();
      }
    }
  }
}
