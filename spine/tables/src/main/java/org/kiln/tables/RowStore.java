package org.kiln.tables;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows on disk, written in transactions that hold the place in the feed too. For one thread.
 */
final class RowStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RowStore.class);

  private final DuckDBConnection connection;

  RowStore(Database database) throws SQLException {
    connection = database.connection();
    connection.setAutoCommit(false);
  }

  /**
   * Where the feed goes on; empty before everything. Rows whose place cannot be read are forgotten:
   * they all come again.
   */
  Optional<ResumeToken> place() throws SQLException {
    String token;
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT token FROM _store.place")) {
      token = found.next() ? found.getString(1) : null;
    }
    if (token == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(ResumeToken.parse(token));
    } catch (FeedException e) {
      LOG.warn(
          "The SQL tables are made anew, since their place cannot be read: {}", e.getMessage());
      forget();
      return Optional.empty();
    }
  }

  /**
   * The highest numbers given so far.
   *
   * @param event of events of models and their instances
   * @param state of their states
   * @param tip of events of all streams
   */
  record Orders(long event, long state, long tip) {
    static final Orders NONE = new Orders(0, 0, 0);

    Map<String, Long> byColumn() {
      return Map.of(Tables.CONCLUSION_ORDER, event, Tables.STATE_ORDER, state);
    }
  }

  /** The highest numbers given so far. */
  Orders orders() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT coalesce((SELECT max(conclusion_event_order) FROM _store.events),"
                    + " 0)::BIGINT, coalesce((SELECT max(event_state_order) FROM _store.states),"
                    // The newest event is one that no other follows.
                    + " 0)::BIGINT, coalesce((SELECT max(stream_tip_order) FROM _store.tips),"
                    + " 0)::BIGINT")) {
      found.next();
      return new Orders(found.getLong(1), found.getLong(2), found.getLong(3));
    }
  }

  /** The state of an event, if it has one. */
  Optional<EventState> state(Cid event) throws SQLException {
    return stateOf(
        event,
        "SELECT event_height, data::VARCHAR, validation_errors FROM _store.states"
            + " WHERE event_key = ? AND event_cid = ?");
  }

  private Optional<EventState> stateOf(Cid event, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      of(statement, event);
      try (ResultSet found = statement.executeQuery()) {
        if (!found.next()) {
          return Optional.empty();
        }
        long height = found.getLong(1);
        Long known = found.wasNull() ? null : Long.valueOf(height);
        String data = found.getString(2);
        List<String> errors = new ArrayList<>();
        for (Object error : (Object[]) found.getArray(3).getArray()) {
          errors.add((String) error);
        }
        Optional<Ipld.Map> shown = Optional.ofNullable(data).flatMap(Shown::read);
        return Optional.of(
            new EventState(
                event,
                known,
                shown
                    .flatMap(map -> map.get("metadata"))
                    .map(Ipld.Map.class::cast)
                    .orElse(Ipld.Map.EMPTY),
                shown.map(map -> map.entries().get("content")),
                errors));
      }
    }
  }

  private static void of(PreparedStatement statement, Cid event) throws SQLException {
    statement.setLong(1, Keys.of(event));
    statement.setBytes(2, event.bytes());
  }

  /** An event that waits, and the number it was given when it came. */
  record Number(long order, Cid event) {}

  /** The first events that wait for that event of their model, as they came. */
  List<Number> waitingFor(Cid model, int most) throws SQLException {
    List<Number> found = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT conclusion_event_order::BIGINT, event_cid FROM _store.pending"
                + " WHERE model_version = ? ORDER BY 1 LIMIT ?")) {
      statement.setBytes(1, model.bytes());
      statement.setInt(2, most);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(new Number(rows.getLong(1), Cid.of(rows.getBytes(2))));
        }
      }
    }
    return found;
  }

  /** Events of models that have a state, and for which others wait nevertheless. */
  List<Cid> unreleased() throws SQLException {
    List<Cid> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT event_cid FROM _store.states WHERE event_cid IN"
                    + " (SELECT model_version FROM _store.pending) ORDER BY event_state_order")) {
      while (rows.next()) {
        found.add(Cid.of(rows.getBytes(1)));
      }
    }
    return found;
  }

  /** What an event waits for; empty when it does not wait. */
  Optional<Cid> waits(Cid event) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT model_version FROM _store.pending WHERE event_key = ? AND event_cid = ?")) {
      of(statement, event);
      try (ResultSet found = statement.executeQuery()) {
        return found.next() ? Optional.of(Cid.of(found.getBytes(1))) : Optional.empty();
      }
    }
  }

  /** The state of an event that waits. */
  Optional<EventState> waitingState(Cid event) throws SQLException {
    return stateOf(
        event,
        "SELECT event_height, data::VARCHAR, []::VARCHAR[] FROM _store.pending WHERE"
            + " event_key = ? AND event_cid = ?");
  }

  /** Adds what a batch has made, and nothing when it throws. */
  void add(Batch batch, ResumeToken place) throws SQLException {
    try {
      if (batch.released.isPresent()) {
        // Before others are added: one that was released may wait for another model now.
        forget(batch.released.get());
      }
      Appends.to(connection, "events", batch.events, RowStore::event);
      Appends.to(connection, "states", batch.states, RowStore::state);
      Appends.to(connection, "pending", batch.pending, RowStore::pending);
      batch.tips.write(connection);
      keep(place.toString());
      connection.commit();
    } catch (SQLException | RuntimeException e) {
      connection.rollback();
      throw e;
    }
  }

  private void forget(Released released) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "DELETE FROM _store.pending WHERE model_version = ? AND conclusion_event_order <= ?")) {
      statement.setBytes(1, released.model().bytes());
      statement.setLong(2, released.order());
      statement.executeUpdate();
    }
  }

  /** Forgets all rows and the place. */
  void forget() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM _store.events");
      statement.execute("DELETE FROM _store.states");
      statement.execute("DELETE FROM _store.pending");
      statement.execute("DELETE FROM _store.tips");
      keep(null);
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    }
  }

  /** Ends the transaction that looking things up has begun. */
  void done() throws SQLException {
    connection.rollback();
  }

  private void keep(String token) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("UPDATE _store.place SET token = ?")) {
      statement.setString(1, token);
      statement.executeUpdate();
    }
  }

  /** What a batch of events makes. */
  static final class Batch {
    final List<EventRow> events = new ArrayList<>();
    final List<StateRow> states = new ArrayList<>();
    final List<WaitingRow> pending = new ArrayList<>();
    final Tips tips = new Tips();
    Optional<Released> released = Optional.empty();
  }

  /** Those that waited for that event of their model, up to a number. */
  record Released(Cid model, long order) {}

  /** A row of event_states, with the state as text; null when there is none. */
  record StateRow(EventRow event, long order, EventState state, String data) {}

  /** A row of pending_event_states, with the state as text; null when there is none. */
  record WaitingRow(EventRow event, EventState state, String data, Cid model) {}

  private static void event(DuckDBAppender out, EventRow row) throws SQLException {
    out.append(row.order());
    stream(out, row);
    Appends.text(out, row.data());
    Appends.bytes(out, row.previous().map(Cid::bytes).orElse(null));
    time(out, row);
  }

  private static void state(DuckDBAppender out, StateRow row) throws SQLException {
    out.append(row.event().order());
    out.append(row.order());
    stream(out, row.event());
    height(out, row.state());
    Appends.text(out, row.data());
    out.append(row.state().errors());
    time(out, row.event());
    out.append(partition(row.event().cid()));
    out.append(Keys.of(row.event().cid()));
  }

  private static void pending(DuckDBAppender out, WaitingRow row) throws SQLException {
    out.append(row.event().order());
    stream(out, row.event());
    height(out, row.state());
    Appends.text(out, row.data());
    Appends.text(out, row.event().previous().isPresent() ? row.event().data() : null);
    Appends.bytes(out, row.model().bytes());
    time(out, row.event());
    out.append(Keys.of(row.event().cid()));
  }

  private static void stream(DuckDBAppender out, EventRow row) throws SQLException {
    StreamHead stream = row.stream();
    out.append(stream.id().init().bytes());
    out.append((byte) stream.type());
    Appends.head(out, stream);
    out.append(row.cid().bytes());
    out.append((byte) (row.isTime() ? 1 : 0));
  }

  private static void height(DuckDBAppender out, EventState state) throws SQLException {
    if (state.height() == null) {
      out.appendNull();
    } else {
      out.append(state.height().intValue());
    }
  }

  private static void time(DuckDBAppender out, EventRow row) throws SQLException {
    if (row.before().isPresent()) {
      out.append(row.before().getAsLong());
    } else {
      out.appendNull();
    }
    Appends.text(out, row.chain().orElse(null));
  }

  private static int partition(Cid cid) {
    byte[] bytes = cid.bytes();
    return bytes[bytes.length - 1] & 0xff;
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
