package org.kiln.index.postgresql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.kiln.api.index.IndexedDocument;
import org.kiln.api.index.OwedStream;
import org.kiln.api.stream.StreamId;

/** Rows of documents, and of those that could not be read. */
final class DocumentRows {
  private static final String PUT =
      """
      INSERT INTO kiln_documents AS d (stream, model, controller, tip, created, shown, content)
      VALUES (?, (SELECT id FROM kiln_models WHERE stream = ?), ?, ?, ?, ?, ?::jsonb)
      ON CONFLICT (stream) DO UPDATE SET
        model = excluded.model, controller = excluded.controller, tip = excluded.tip,
        created = least(d.created, excluded.created), shown = excluded.shown,
        content = excluded.content\
      """;
  private static final String OWE =
      """
      INSERT INTO kiln_owed AS o (stream, created, tried) VALUES (?, ?, ?)
      ON CONFLICT (stream) DO UPDATE SET created = least(o.created, excluded.created),
        tried = greatest(o.tried, excluded.tried)\
      """;

  private DocumentRows() {}

  static void write(Connection connection, List<IndexedDocument> documents) throws SQLException {
    if (documents.isEmpty()) {
      return;
    }
    try (PreparedStatement put = connection.prepareStatement(PUT)) {
      for (IndexedDocument document : documents) {
        put.setBytes(1, document.stream().bytes());
        put.setBytes(2, document.model().bytes());
        put.setString(3, document.controller());
        put.setBytes(4, document.tip().bytes());
        put.setLong(5, document.created());
        put.setBoolean(6, document.shown());
        put.setString(7, document.content());
        put.addBatch();
      }
      put.executeBatch();
    }
    settle(connection, documents.stream().map(IndexedDocument::stream).toList());
  }

  static void settle(Connection connection, List<StreamId> streams) throws SQLException {
    if (streams.isEmpty()) {
      return;
    }
    try (PreparedStatement settle =
        connection.prepareStatement("DELETE FROM kiln_owed WHERE stream = ?")) {
      for (StreamId stream : streams) {
        settle.setBytes(1, stream.bytes());
        settle.addBatch();
      }
      settle.executeBatch();
    }
  }

  static void owe(Connection connection, List<OwedStream> owed) throws SQLException {
    if (owed.isEmpty()) {
      return;
    }
    try (PreparedStatement owe = connection.prepareStatement(OWE)) {
      for (OwedStream one : owed) {
        owe.setBytes(1, one.stream().bytes());
        owe.setLong(2, one.created());
        owe.setInt(3, one.tried());
        owe.addBatch();
      }
      owe.executeBatch();
    }
  }

  static List<OwedStream> owed(Connection connection, int most) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT stream, created, tried FROM kiln_owed ORDER BY tried, created, stream LIMIT"
                + " ?")) {
      select.setInt(1, most);
      List<OwedStream> owed = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          owed.add(new OwedStream(StreamId.of(rows.getBytes(1)), rows.getLong(2), rows.getInt(3)));
        }
      }
      return owed;
    }
  }

  static long owing(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM kiln_owed")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
