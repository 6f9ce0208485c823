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

  /** A value in its place. */
  Sql bind(Object value) {
    text.append('?');
    bound.add(value);
    return this;
  }

  PreparedStatement prepare(Connection connection) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(text.toString());
    for (int i = 0; i < bound.size(); i++) {
      statement.setObject(i + 1, bound.get(i));
    }
    return statement;
  }
}
