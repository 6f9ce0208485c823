package org.kiln.core.sql;

import java.util.List;
import java.util.Map;

/**
 * Tables of events and states, asked in SQL. Read-only: no statement changes anything, reads a file
 * or reaches the network. Published as a service while the tables are kept. Thread-safe.
 */
public interface SqlTables {
  /** The catalog that all tables are in. */
  String CATALOG = "ceramic";

  /**
   * Reads a statement: what it gives, and what it wants to be told.
   *
   * @throws SqlRefusal when it is none, or not one that may be asked
   */
  SqlStatement plan(String sql) throws SqlRefusal;

  /**
   * Begins to answer, from tables that hold everything that was durable when this was called. The
   * rows of a feed come in the order of its order column: all there are, then those to come.
   *
   * @param statement of {@link #plan}
   * @param values by the names of the parameters, in the forms of {@link SqlType}; null for NULL
   * @throws SqlRefusal when a value is missing or of another kind, or too much is asked at once
   */
  default SqlRows open(SqlStatement statement, Map<String, Object> values) throws SqlRefusal {
    return open(statement, values, 0);
  }

  /**
   * The same for who has had a part of a feed.
   *
   * @param after a feed goes on with the row after this number, {@link SqlRows#place()}; 0 from its
   *     beginning
   * @throws SqlRefusal also when the feed does not reach so far
   */
  SqlRows open(SqlStatement statement, Map<String, Object> values, long after) throws SqlRefusal;

  /**
   * Writes a whole answer into a file of Apache Parquet. Whoever asks waits for all of it.
   *
   * @param statement of {@link #plan}, and of no feed
   * @param values as in {@link #open}
   * @throws SqlRefusal also when it becomes too large
   */
  SqlFile parquet(SqlStatement statement, Map<String, Object> values) throws SqlRefusal;

  /** All tables and views, sorted by schema and name. */
  List<SqlTable> tables();
}
