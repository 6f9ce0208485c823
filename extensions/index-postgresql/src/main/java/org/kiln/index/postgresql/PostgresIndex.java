package org.kiln.index.postgresql;

import java.sql.Connection;
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

/** An index in one schema. Thread-safe. */
final class PostgresIndex implements DocumentIndex {
  static final ModelRows MODELS = new ModelRows(Schema.TABLES, FieldIndexes::agree);
  private static final DocumentRows DOCUMENTS = new DocumentRows(Schema.TABLES);
  private static final String POSITION = "position";

  /** Of each sort key: rank, number and text. */
  private static final int COLUMNS = 3;

  private final Sessions sessions;
  private final Growth growth = new Growth();
  private volatile PostgresDialect dialect;

  PostgresIndex(Sessions sessions, PostgresDialect dialect) {
    this.sessions = sessions;
    this.dialect = dialect;
  }

  /** As models are now. */
  static PostgresDialect dialect(Connection connection) throws SQLException {
    return new PostgresDialect(MODELS.numbers(connection));
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
    PostgresDialect written =
        write(
            "The index cannot be written",
            connection -> {
              MODELS.write(connection, batch.models());
              DOCUMENTS.write(connection, batch.documents());
              DOCUMENTS.settle(connection, batch.settled());
              DOCUMENTS.owe(connection, batch.owed());
              if (batch.position().isPresent()) {
                Schema.NODE.put(connection, POSITION, batch.position().get().toString());
              }
              growth.add(connection, batch.documents().size());
              return batch.models().isEmpty() ? null : dialect(connection);
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
          List<IndexPlace> places = new ArrayList<>();
          try (PreparedStatement select = Question.page(query, dialect).prepare(connection);
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
      int column = 3 + COLUMNS * i;
      values.add(
          Values.read(
              row.getInt(column), row.getBigDecimal(column + 1), row.getString(column + 2)));
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
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM kiln_documents");
            statement.execute("DELETE FROM kiln_owed");
            statement.execute("UPDATE kiln_models SET filled = 0, fill_until = 0");
            statement.execute("DELETE FROM kiln_node WHERE name = '" + POSITION + "'");
          }
          return null;
        });
  }

  @Override
  public void close() {
    sessions.close();
  }

  /** On the session that writes: it sees what it wrote, whatever else reads. */
  private <T> T ask(String failed, Sessions.Work<T> work) {
    return write(failed, work);
  }

  private <T> T write(String failed, Sessions.Work<T> work) {
    try {
      return sessions.write(work);
    } catch (SQLException e) {
      throw Failures.of(failed, e);
    }
  }

  private <T> T read(Deadline deadline, Sessions.Work<T> work) {
    try {
      return sessions.read(deadline, work);
    } catch (SQLException e) {
      throw Failures.isCancelled(e)
          ? new IndexException(Kind.UNAVAILABLE, "The query takes longer than it may", e)
          : Failures.of("The index cannot be read", e);
    }
  }
}
