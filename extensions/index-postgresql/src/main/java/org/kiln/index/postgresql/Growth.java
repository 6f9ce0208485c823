package org.kiln.index.postgresql;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Sees that PostgreSQL knows how many documents there are, and of what: it chooses by that whether
 * a page begins in an index. By itself it looks once a minute at best, and in the minutes of a
 * back-fill would read everything for each page. For one thread at a time.
 */
final class Growth {
  private static final long FIRST = 1_000;

  /** Of what was there when it looked last. */
  private static final long PART = 4;

  private long written;
  private long looked;

  /** Documents were written, in a transaction that is still open. */
  void add(Connection connection, int documents) throws SQLException {
    written += documents;
    if (written - looked < Math.max(FIRST, looked / PART)) {
      return;
    }
    looked = written;
    Sessions.execute(connection, "ANALYZE kiln_documents");
  }
}
