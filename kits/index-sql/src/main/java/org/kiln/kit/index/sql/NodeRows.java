package org.kiln.kit.index.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Rows of what the index knows of itself, by name. Immutable. */
public final class NodeRows {
  private final String get;
  private final String put;

  /** Those of these tables. */
  public NodeRows(Tables tables) {
    String table = tables.prefix() + "node";
    get = "SELECT value FROM " + table + " WHERE name = ?";
    put =
        "INSERT INTO "
            + table
            + " (name, value) VALUES (?, ?)"
            + " ON CONFLICT (name) DO UPDATE SET value = excluded.value";
  }

  /** A value; empty when none was put. */
  public Optional<String> value(Connection connection, String name) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(get)) {
      select.setString(1, name);
      try (ResultSet rows = select.executeQuery()) {
        return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
      }
    }
  }

  /** Puts a value in the place of the one before. */
  public void put(Connection connection, String name, String value) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(put)) {
      insert.setString(1, name);
      insert.setString(2, value);
      insert.executeUpdate();
    }
  }
}
