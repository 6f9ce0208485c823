package org.kiln.tables;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.duckdb.DuckDBConnection;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.stream.StreamId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of streams, one each, written in transactions that hold the place among the changes too.
 * For one thread.
 */
final class StreamStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamStore.class);

  private final DuckDBConnection connection;

  StreamStore(Database database) throws SQLException {
    connection = database.connection();
    connection.setAutoCommit(false);
  }

  /**
   * How far they are.
   *
   * @param token where the changes go on; empty before everything
   * @param order the highest number given so far
   */
  record Place(Optional<ResumeToken> token, long order) {
    static final Place BEGIN = new Place(Optional.empty(), 0);
  }

  /** Rows whose place cannot be read are forgotten: they all come again. */
  Place place() throws SQLException {
    String token;
    long order;
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery("SELECT token, highest FROM _store.stream_place")) {
      found.next();
      token = found.getString(1);
      order = found.getLong(2);
    } finally {
      connection.rollback();
    }
    if (token == null) {
      return Place.BEGIN;
    }
    try {
      return new Place(Optional.of(ResumeToken.parse(token)), order);
    } catch (FeedException e) {
      LOG.warn("The SQL tables of streams are made anew: {}", e.getMessage());
      forget();
      return Place.BEGIN;
    }
  }

  /** How many streams could not be read when they changed. */
  long owing() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT count(*) FROM _store.owed")) {
      found.next();
      return found.getLong(1);
    } finally {
      connection.rollback();
    }
  }

  /** Some of the streams that could not be read when they changed. */
  List<StreamId> owed(int most) throws SQLException {
    List<StreamId> found = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT stream_id FROM _store.owed LIMIT ?")) {
      statement.setInt(1, most);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(StreamId.parse(rows.getString(1)));
        }
      }
    } finally {
      connection.rollback();
    }
    return found;
  }

  /**
   * Puts what was read of streams in the place of their rows, and nothing when it throws.
   *
   * @param read the streams; those without a row now have none any more
   * @param rows of them
   * @param owed of them, those that could not be read: their rows stay as they are
   * @param before the views of models that there are
   * @param after those that there are to be
   */
  void put(
      Set<StreamId> read,
      Collection<StreamRow> rows,
      Set<StreamId> owed,
      ModelViews before,
      ModelViews after,
      Place place)
      throws SQLException {
    try {
      if (!read.isEmpty()) {
        List<StreamId> gone = read.stream().filter(stream -> !owed.contains(stream)).toList();
        if (!gone.isEmpty()) {
          delete("streams", gone);
        }
        delete("owed", read);
      }
      Appends.to(connection, "streams", rows, (out, row) -> row.write(out));
      Appends.to(
          connection,
          "owed",
          owed,
          (out, stream) -> {
            out.append(stream.toString());
            out.append(stream.init().bytes());
            out.append(Keys.of(stream.init()));
          });
      views(before, after);
      keep(place);
      connection.commit();
    } catch (SQLException | RuntimeException e) {
      connection.rollback();
      throw e;
    }
  }

  private void delete(String table, Collection<StreamId> streams) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "DELETE FROM _store."
              + table
              + " WHERE "
              + Keys.rows(
                  table,
                  "stream_key",
                  "stream_cid",
                  streams.stream().map(StreamId::init).toList()));
    }
  }

  private void views(ModelViews before, ModelViews after) throws SQLException {
    if (before == after) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      for (String one : after.statements(before)) {
        statement.execute(one);
      }
      statement.execute("DELETE FROM _store.models");
    }
    Appends.to(
        connection,
        "models",
        after.named(),
        (out, model) -> {
          out.append(model.order());
          out.append(model.model().toString());
          out.append(model.name());
        });
  }

  /** The views of models that there are. */
  ModelViews views() throws SQLException {
    List<ModelView> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT model_order, m.stream_id, data::VARCHAR FROM _store.models m JOIN"
                    + " _store.streams s ON s.stream_id = m.stream_id")) {
      while (rows.next()) {
        long order = rows.getLong(1);
        StreamId model = StreamId.parse(rows.getString(2));
        Shown.read(rows.getString(3))
            .flatMap(data -> data.get("content"))
            .flatMap(content -> ModelView.of(order, model, content))
            .ifPresent(found::add);
      }
    } finally {
      connection.rollback();
    }
    return ModelViews.NONE.with(found, Set.of());
  }

  /** Forgets all rows and the place, and the views of models. */
  void forget() throws SQLException {
    ModelViews views = views();
    try (Statement statement = connection.createStatement()) {
      views(views, ModelViews.NONE);
      statement.execute("DELETE FROM _store.streams");
      statement.execute("DELETE FROM _store.owed");
      keep(Place.BEGIN);
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    }
  }

  private void keep(Place place) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("UPDATE _store.stream_place SET token = ?, highest = ?")) {
      statement.setString(1, place.token().map(ResumeToken::toString).orElse(null));
      statement.setLong(2, place.order());
      statement.executeUpdate();
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(Database.firstLine(e), e);
    }
  }
}
