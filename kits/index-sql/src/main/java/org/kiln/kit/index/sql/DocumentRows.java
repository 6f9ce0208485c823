package org.kiln.kit.index.sql;

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

/** Rows of documents, and of those that could not be read. Immutable. */
public final class DocumentRows {
  private static final String PUT =
      """
      INSERT INTO %1$sdocuments AS d (stream, model, controller, tip, created, shown, content)
      VALUES (?, (SELECT id FROM %1$smodels WHERE stream = ?), ?, ?, ?, ?, %2$s)
      ON CONFLICT (stream) DO UPDATE SET
        model = excluded.model, controller = excluded.controller, tip = excluded.tip,
        created = %3$s(d.created, excluded.created), shown = excluded.shown,
        content = excluded.content\
      """;
  private static final String OWE =
      """
      INSERT INTO %1$sowed AS o (stream, created, tried) VALUES (?, ?, ?)
      ON CONFLICT (stream) DO UPDATE SET created = %2$s(o.created, excluded.created),
        tried = %3$s(o.tried, excluded.tried)\
      """;

  private final String documents;
  private final String owe;
  private final String owed;
  private final boolean batched;

  /** Those of these tables. */
  public DocumentRows(Tables tables) {
    documents = PUT.formatted(tables.prefix(), tables.content(), tables.least());
    owe = OWE.formatted(tables.prefix(), tables.least(), tables.greatest());
    owed = tables.prefix() + "owed";
    batched = tables.batched();
  }

  /** Puts documents in the place of what they were; they are owed no more. */
  public void write(Connection connection, List<IndexedDocument> written) throws SQLException {
    if (written.isEmpty()) {
      return;
    }
    try (PreparedStatement put = connection.prepareStatement(documents)) {
      for (IndexedDocument document : written) {
        put.setBytes(1, document.stream().bytes());
        put.setBytes(2, document.model().bytes());
        put.setString(3, document.controller());
        put.setBytes(4, document.tip().bytes());
        put.setLong(5, document.created());
        put.setBoolean(6, document.shown());
        put.setString(7, document.content());
        next(put);
      }
      last(put);
    }
    settle(connection, written.stream().map(IndexedDocument::stream).toList());
  }

  /** Streams that are owed no more. */
  public void settle(Connection connection, List<StreamId> streams) throws SQLException {
    if (streams.isEmpty()) {
      return;
    }
    try (PreparedStatement settle =
        connection.prepareStatement("DELETE FROM " + owed + " WHERE stream = ?")) {
      for (StreamId stream : streams) {
        settle.setBytes(1, stream.bytes());
        next(settle);
      }
      last(settle);
    }
  }

  /** Streams that could not be read: since the earliest time, tried the most often. */
  public void owe(Connection connection, List<OwedStream> streams) throws SQLException {
    if (streams.isEmpty()) {
      return;
    }
    try (PreparedStatement put = connection.prepareStatement(owe)) {
      for (OwedStream one : streams) {
        put.setBytes(1, one.stream().bytes());
        put.setLong(2, one.created());
        put.setInt(3, one.tried());
        next(put);
      }
      last(put);
    }
  }

  /** Those that are owed, the least tried first. */
  public List<OwedStream> owed(Connection connection, int most) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT stream, created, tried FROM "
                + owed
                + " ORDER BY tried, created, stream LIMIT ?")) {
      select.setInt(1, most);
      List<OwedStream> found = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          found.add(new OwedStream(StreamId.of(rows.getBytes(1)), rows.getLong(2), rows.getInt(3)));
        }
      }
      return found;
    }
  }

  /** How many are owed. */
  public long owing(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + owed)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private void next(PreparedStatement statement) throws SQLException {
    if (batched) {
      statement.addBatch();
    } else {
      statement.executeUpdate();
    }
  }

  private void last(PreparedStatement statement) throws SQLException {
    if (batched) {
      statement.executeBatch();
    }
  }
}
