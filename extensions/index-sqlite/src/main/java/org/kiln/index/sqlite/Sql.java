package org.kiln.index.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A statement being written, with what is bound in it. For one thread. */
final class Sql {
  private final StringBuilder text = new StringBuilder(256);
  private final List<Object> bound = new ArrayList<>();

  /** Text of ours; nothing that came from outside. */
  Sql add(String sql) {
    text.append(sql);
    return this;
  }

  /** Text of ours with a value for each question mark in it, which may be none of a literal. */
  Sql add(String sql, Object value) {
    text.append(sql);
    for (int i = sql.indexOf('?'); i >= 0; i = sql.indexOf('?', i + 1)) {
      bound.add(value);
    }
    return this;
  }

  /** A value in its place. */
  Sql bind(Object value) {
    text.append('?');
    bound.add(value);
    return this;
  }

  PreparedStatement prepare(Connection connection) throws SQLException {
    return prepare(connection, "");
  }

  /** The same with something before it, such as EXPLAIN. */
  PreparedStatement prepare(Connection connection, String before) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(before + text);
    for (int i = 0; i < bound.size(); i++) {
      statement.setObject(i + 1, bound.get(i));
    }
    return statement;
  }

  /** A text where a statement takes no parameter: between quotes, with those in it doubled. */
  static String literal(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("SQLite ends a statement at U+0000");
    }
    return "'" + text.replace("'", "''") + "'";
  }
}
