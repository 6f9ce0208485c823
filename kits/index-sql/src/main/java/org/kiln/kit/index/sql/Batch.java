package org.kiln.kit.index.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.kiln.api.stream.StreamId;

/**
 * Runs one statement for many streams: at once where the database takes many rows so, but no stream
 * twice, since one statement may change no row twice. For one thread.
 */
final class Batch {
  private final PreparedStatement statement;
  private final boolean batched;
  private final Set<StreamId> begun = new HashSet<>();

  Batch(PreparedStatement statement, boolean batched) {
    this.statement = statement;
    this.batched = batched;
  }

  /** The parameters that come are those of a stream. */
  void begin(StreamId stream) throws SQLException {
    if (batched && !begun.add(stream)) {
      end();
      begun.add(stream);
    }
  }

  /** All parameters of the stream are set. */
  void add() throws SQLException {
    if (batched) {
      statement.addBatch();
    } else {
      statement.executeUpdate();
    }
  }

  /** Nothing more comes for now. */
  void end() throws SQLException {
    if (batched) {
      statement.executeBatch();
      begun.clear();
    }
  }
}
