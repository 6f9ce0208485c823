package org.kiln.index.postgresql;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Sees that PostgreSQL knows how many documents there are, and of what: it chooses by that whether
 * a page begins in an index. By itself it looks once a minute at best, and in the minutes of a
 * back-fill would read everything for each page. For one thread at a time.
 */
final class Growth {
  /** A look reads the same number of rows, however many there are. */
  static final String ANALYZE = "ANALYZE kiln_documents";

  private static final long FIRST = 1_000;

  private long written;
  private long looked;

  /** Documents were written, in a transaction that is still open. */
  void add(Connection connection, int documents) throws SQLException {
    written += documents;
    if (written - looked < Math.max(FIRST, looked)) {
      return;
    }
    looked = written;
    Sessions.execute(connection, ANALYZE);
  }
}
