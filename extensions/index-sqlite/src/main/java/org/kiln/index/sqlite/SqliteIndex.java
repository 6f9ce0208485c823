package org.kiln.index.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.IndexBatch;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.index.IndexPage;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.index.OwedStream;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.kit.index.query.Question;
import org.kiln.kit.index.sql.DocumentRows;
import org.kiln.kit.index.sql.ModelRows;

/** An index in one file. Thread-safe. */
final class SqliteIndex implements DocumentIndex {
  static final ModelRows MODELS = new ModelRows(Schema.TABLES, FieldIndexes::agree);
  private static final DocumentRows DOCUMENTS = new DocumentRows(Schema.TABLES);
  private static final String POSITION = "position";

  private final Connections connections;
  private volatile Layout layout;

  SqliteIndex(Connections connections, Layout layout) {
    this.connections = connections;
    this.layout = layout;
  }

  @Override
  public List<IndexedModel> models() {
    return ask("The models cannot be read", MODELS::read);
  }

  @Override
  public Optional<ResumeToken> position() {
    Optional<String> text =
        ask(
            "The place in the feed cannot be read",
            connection -> Schema.NODE.value(connection, POSITION));
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(ResumeToken.parse(text.get()));
    } catch (FeedException e) {
      throw new IndexException(Kind.CORRUPT, "The index's place in the feed is damaged", e);
    }
  }

  @Override
  public void write(IndexBatch batch) {
    Layout written =
        write(
            "The index cannot be written",
            batch.mustSync(),
            connection -> {
              MODELS.write(connection, batch.models());
              DOCUMENTS.write(connection, batch.documents());
              DOCUMENTS.settle(connection, batch.settled());
              DOCUMENTS.owe(connection, batch.owed());
              if (batch.position().isPresent()) {
                Schema.NODE.put(connection, POSITION, batch.position().get().toString());
              }
              return batch.models().isEmpty() ? null : Layout.read(connection);
            });
    if (written != null) {
      layout = written;
    }
  }

  @Override
  public IndexPage page(IndexQuery query, Deadline deadline) {
    return read(
        deadline,
        connection -> {
          List<IndexPlace> places = new ArrayList<>();
          try (PreparedStatement select =
                  Question.page(query, new SqliteDialect(layout)).prepare(connection);
              ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
              places.add(place(rows, query.sorting().size()));
            }
          }
          boolean more = places.size() > query.most();
          List<IndexPlace> page = more ? places.subList(0, query.most()) : places;
          return new IndexPage(query.backward() ? page.reversed() : page, more);
        });
  }

  private static IndexPlace place(ResultSet row, int keys) throws SQLException {
    List<Ipld> values = new ArrayList<>(keys);
    for (int i = 0; i < keys; i++) {
      int column = 3 + 2 * i;
      values.add(Values.read(row.getInt(column), row.getObject(column + 1)));
    }
    return new IndexPlace(values, row.getLong(2), StreamId.of(row.getBytes(1)));
  }

  @Override
  public long count(IndexQuery query, Deadline deadline) {
    return read(
        deadline,
        connection -> {
          try (PreparedStatement select =
                  Question.count(query, new SqliteDialect(layout)).prepare(connection);
              ResultSet rows = select.executeQuery()) {
            return rows.getLong(1);
          }
        });
  }

  @Override
  public List<OwedStream> owed(int most) {
    return ask("What is owed cannot be read", connection -> DOCUMENTS.owed(connection, most));
  }

  @Override
  public long owing() {
    return ask("What is owed cannot be counted", DOCUMENTS::owing);
  }

  @Override
  public void clear() {
    write(
        "The index cannot be emptied",
        true,
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM documents");
            statement.execute("DELETE FROM owed");
            statement.execute("UPDATE models SET filled = 0, fill_until = 0");
            statement.execute("DELETE FROM node WHERE name = '" + POSITION + "'");
          }
          return null;
        });
  }

  @Override
  public void close() {
    connections.close();
  }

  private <T> T ask(String failed, Connections.Work<T> work) {
    try {
      return connections.ask(work);
    } catch (SQLException e) {
      throw Failures.of(failed, e);
    }
  }

  private <T> T write(String failed, boolean synced, Connections.Work<T> work) {
    try {
      return connections.write(synced, work);
    } catch (SQLException e) {
      throw Failures.of(failed, e);
    }
  }

  private <T> T read(Deadline deadline, Connections.Work<T> work) {
    try {
      return connections.read(deadline, work);
    } catch (SQLException e) {
      throw deadline.expired()
          ? new IndexException(Kind.UNAVAILABLE, "The query takes longer than it may", e)
          : Failures.of("The index cannot be read", e);
    }
  }
}
