package org.kiln.tables;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.kiln.api.ipld.Cid;

/**
 * What a batch does to the events that no other follows: of streams of all types, whether their
 * events are valid or not. For one thread.
 */
final class Tips {
  private final Map<Cid, Tip> added = new LinkedHashMap<>();
  private final List<Cid> followed = new ArrayList<>();

  private record Tip(long order, EventRow event) {}

  /**
   * Takes the next event.
   *
   * @param order its place among the events of all streams, from 1
   */
  void add(long order, EventRow event) {
    if (event.previous().isPresent()) {
      Cid previous = event.previous().get();
      if (added.remove(previous) == null) {
        followed.add(previous);
      }
    }
    added.put(event.cid(), new Tip(order, event));
  }

  /** Writes it, in the transaction that is under way. */
  void write(DuckDBConnection connection) throws SQLException {
    if (!followed.isEmpty()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            "DELETE FROM _store.tips WHERE "
                + Keys.rows("tips", "event_key", "event_cid", followed));
      }
    }
    Appends.to(connection, "tips", added.values(), Tips::row);
  }

  private static void row(DuckDBAppender out, Tip tip) throws SQLException {
    StreamHead stream = tip.event().stream();
    out.append(tip.order());
    out.append(stream.id().toString());
    out.append(stream.id().init().bytes());
    out.append(stream.id().type());
    Appends.head(out, stream);
    out.append(Keys.of(tip.event().cid()));
    out.append(tip.event().cid().bytes());
  }
}
