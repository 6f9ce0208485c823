package org.kiln.kit.index.sql;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A statement being written, with what is bound in it. For one thread. */
public final class Sql {
  private final StringBuilder text = new StringBuilder(256);
  private final List<Object> bound = new ArrayList<>();

  /**
   * Several values as one, where the database knows arrays.
   *
   * @param type of each, as the database calls it
   */
  public record Several(String type, List<Object> values) {}

  /** Text of ours; nothing that came from outside. */
  public Sql add(String sql) {
    text.append(sql);
    return this;
  }

  /** Text of ours with a value for each question mark in it, which may be none of a literal. */
  public Sql add(String sql, Object value) {
    text.append(sql);
    for (int i = sql.indexOf('?'); i >= 0; i = sql.indexOf('?', i + 1)) {
      bound.add(value);
    }
    return this;
  }

  /** A value in its place: a number, a text, bytes, or {@link Several}. */
  public Sql bind(Object value) {
    text.append('?');
    bound.add(value);
    return this;
  }

  /** How many values are bound. */
  public int size() {
    return bound.size();
  }

  /** To be run and closed by the caller. */
  public PreparedStatement prepare(Connection connection) throws SQLException {
    return prepare(connection, "");
  }

  /** The same with something before it, such as EXPLAIN. */
  public PreparedStatement prepare(Connection connection, String before) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(before + text);
    for (int i = 0; i < bound.size(); i++) {
      switch (bound.get(i)) {
        case Long number -> statement.setLong(i + 1, number);
        case Integer number -> statement.setInt(i + 1, number);
        case Double number -> statement.setDouble(i + 1, number);
        case BigDecimal number -> statement.setBigDecimal(i + 1, number);
        case String string -> statement.setString(i + 1, string);
        case byte[] bytes -> statement.setBytes(i + 1, bytes);
        case Several several -> {
          Array array = connection.createArrayOf(several.type(), several.values().toArray());
          statement.setArray(i + 1, array);
        }
        default -> throw new IllegalArgumentException("Not bound: " + bound.get(i).getClass());
      }
    }
    return statement;
  }

  /**
   * A text where a statement takes no parameter: between quotes, with those in it doubled.
   *
   * @throws IllegalArgumentException for one with U+0000, at which a statement would end
   */
  public static String literal(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("No statement can hold U+0000");
    }
    return "'" + text.replace("'", "''") + "'";
  }
}
