package org.kiln.kit.index.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kiln.api.index.IndexedDocument;
import org.kiln.api.index.OwedStream;
import org.kiln.api.stream.StreamId;

/** Rows of documents, and of those that could not be read. Immutable. */
public final class DocumentRows {
  private static final String PUT =
      """
      INSERT INTO %1$sdocuments AS d (stream, model, controller, tip, created, shown, content)
      VALUES (?, ?, ?, ?, ?, ?, %2$s)
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

  private final String prefix;
  private final String documents;
  private final String owe;
  private final String owed;
  private final boolean batched;

  /** Those of these tables. */
  public DocumentRows(Tables tables) {
    prefix = tables.prefix();
    documents = PUT.formatted(prefix, tables.content(), tables.least());
    owe = OWE.formatted(prefix, tables.least(), tables.greatest());
    owed = prefix + "owed";
    batched = tables.batched();
  }

  /** Puts documents in the place of what they were; they are owed no more. */
  public void write(Connection connection, List<IndexedDocument> written) throws SQLException {
    if (written.isEmpty()) {
      return;
    }
    Map<StreamId, Long> numbers = numbers(connection, written);
    try (PreparedStatement put = connection.prepareStatement(documents)) {
      Batch batch = new Batch(put, batched);
      for (IndexedDocument document : written) {
        batch.begin(document.stream());
        put.setBytes(1, document.stream().bytes());
        Long model = numbers.get(document.model());
        if (model == null) {
          put.setNull(2, Types.BIGINT);
        } else {
          put.setLong(2, model);
        }
        put.setString(3, document.controller());
        put.setBytes(4, document.tip().bytes());
        put.setLong(5, document.created());
        put.setBoolean(6, document.shown());
        put.setString(7, document.content());
        batch.add();
      }
      batch.end();
    }
    settle(connection, written.stream().map(IndexedDocument::stream).toList());
  }

  /** Of the models of these documents; a document of one that was never written is refused. */
  private Map<StreamId, Long> numbers(Connection connection, List<IndexedDocument> documents)
      throws SQLException {
    Map<StreamId, Long> numbers = new HashMap<>();
    for (IndexedDocument document : documents) {
      if (!numbers.containsKey(document.model())) {
        numbers.put(document.model(), number(connection, document.model()));
      }
    }
    return numbers;
  }

  private Long number(Connection connection, StreamId model) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT id FROM " + prefix + "models WHERE stream = ?")) {
      select.setBytes(1, model.bytes());
      try (ResultSet rows = select.executeQuery()) {
        return rows.next() ? rows.getLong(1) : null;
      }
    }
  }

  /** Streams that are owed no more. */
  public void settle(Connection connection, List<StreamId> streams) throws SQLException {
    // Hardly ever is anything owed, and who writes much does not want to ask for each row.
    if (streams.isEmpty() || !owesAny(connection)) {
      return;
    }
    try (PreparedStatement settle =
        connection.prepareStatement("DELETE FROM " + owed + " WHERE stream = ?")) {
      Batch batch = new Batch(settle, batched);
      for (StreamId stream : streams) {
        batch.begin(stream);
        settle.setBytes(1, stream.bytes());
        batch.add();
      }
      batch.end();
    }
  }

  private boolean owesAny(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1 FROM " + owed + " LIMIT 1")) {
      return rows.next();
    }
  }

  /** Streams that could not be read: since the earliest time, tried the most often. */
  public void owe(Connection connection, List<OwedStream> streams) throws SQLException {
    if (streams.isEmpty()) {
      return;
    }
    try (PreparedStatement put = connection.prepareStatement(owe)) {
      Batch batch = new Batch(put, batched);
      for (OwedStream one : streams) {
        batch.begin(one.stream());
        put.setBytes(1, one.stream().bytes());
        put.setLong(2, one.created());
        put.setInt(3, one.tried());
        batch.add();
      }
      batch.end();
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
}
