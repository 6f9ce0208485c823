package org.kiln.kit.index;

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
import org.kiln.kit.index.query.Dialect;
import org.kiln.kit.index.query.Question;
import org.kiln.kit.index.sql.DocumentRows;
import org.kiln.kit.index.sql.ModelRows;
import org.kiln.kit.index.sql.NodeRows;

/** An index in the tables of a database. Thread-safe. */
public final class SqlIndex implements DocumentIndex {
  private static final String POSITION = "position";

  /** Columns of a page before those of its keys. */
  private static final int PLACE = 2;

  private final Database database;
  private final ModelRows models;
  private final DocumentRows documents;
  private final NodeRows node;

  /** As old as the last write of models: it only grows, so an older one is right as well. */
  private volatile Dialect dialect;

  /**
   * The index in a database that has its tables.
   *
   * @throws SQLException when they cannot be read
   */
  public SqlIndex(Database database, ModelRows models) throws SQLException {
    this.database = database;
    this.models = models;
    this.dialect = database.ask(database::dialect);
    this.documents = new DocumentRows(dialect.tables());
    this.node = new NodeRows(dialect.tables());
  }

  @Override
  public List<IndexedModel> models() {
    return ask("The models cannot be read", models::read);
  }

  @Override
  public Optional<ResumeToken> position() {
    Optional<String> text =
        ask("The place in the feed cannot be read", connection -> node.value(connection, POSITION));
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(ResumeToken.parse(text.get()));
    } catch (FeedException e) {
      throw new IndexException(Kind.CORRUPT, "The index's place in the feed is damaged", e);
    }
  }

  @Override
  public void write(IndexBatch batch) {
    Dialect written =
        write(
            "The index cannot be written",
            batch.mustSync(),
            connection -> {
              models.write(connection, batch.models());
              documents.write(connection, batch.documents());
              documents.settle(connection, batch.settled());
              documents.owe(connection, batch.owed());
              if (batch.position().isPresent()) {
                node.put(connection, POSITION, batch.position().get().toString());
              }
              database.grow(connection, batch.documents().size());
              return batch.models().isEmpty() ? null : database.dialect(connection);
            });
    if (written != null) {
      dialect = written;
    }
  }

  @Override
  public IndexPage page(IndexQuery query, Deadline deadline) {
    return read(
        deadline,
        connection -> {
          Dialect now = dialect;
          List<IndexPlace> places = new ArrayList<>();
          try (PreparedStatement select = Question.page(query, now).prepare(connection);
              ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
              places.add(place(rows, query.sorting().size(), now));
            }
          }
          boolean more = places.size() > query.most();
          List<IndexPlace> page = more ? places.subList(0, query.most()) : places;
          return new IndexPage(query.backward() ? page.reversed() : page, more);
        });
  }

  private static IndexPlace place(ResultSet row, int keys, Dialect dialect) throws SQLException {
    List<Ipld> values = new ArrayList<>(keys);
    for (int i = 0; i < keys; i++) {
      values.add(dialect.read(row, PLACE + 1 + i * dialect.width()));
    }
    return new IndexPlace(values, row.getLong(2), StreamId.of(row.getBytes(1)));
  }

  @Override
  public long count(IndexQuery query, Deadline deadline) {
    return read(
        deadline,
        connection -> {
          try (PreparedStatement select = Question.count(query, dialect).prepare(connection);
              ResultSet rows = select.executeQuery()) {
            rows.next();
            return rows.getLong(1);
          }
        });
  }

  @Override
  public List<OwedStream> owed(int most) {
    return ask("What is owed cannot be read", connection -> documents.owed(connection, most));
  }

  @Override
  public long owing() {
    return ask("What is owed cannot be counted", documents::owing);
  }

  @Override
  public void clear() {
    String prefix = dialect.tables().prefix();
    write(
        "The index cannot be emptied",
        true,
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM " + prefix + "documents");
            statement.execute("DELETE FROM " + prefix + "owed");
            statement.execute("UPDATE " + prefix + "models SET filled = 0, fill_until = 0");
            statement.execute("DELETE FROM " + prefix + "node WHERE name = '" + POSITION + "'");
          }
          return null;
        });
  }

  @Override
  public void close() {
    database.close();
  }

  private <T> T ask(String failed, Database.Work<T> work) {
    try {
      return database.ask(work);
    } catch (SQLException e) {
      throw database.failure(failed, e);
    }
  }

  private <T> T write(String failed, boolean synced, Database.Work<T> work) {
    try {
      return database.write(synced, work);
    } catch (SQLException e) {
      throw database.failure(failed, e);
    }
  }

  private <T> T read(Deadline deadline, Database.Work<T> work) {
    try {
      return database.read(deadline, work);
    } catch (SQLException e) {
      throw database.overdue(e, deadline)
          ? new IndexException(Kind.UNAVAILABLE, "The query takes longer than it may", e)
          : database.failure("The index cannot be read", e);
    }
  }
}
