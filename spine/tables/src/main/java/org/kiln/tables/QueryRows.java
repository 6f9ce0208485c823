package org.kiln.tables;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;
import org.kiln.core.sql.SqlRows;

/** The answer to a statement that has an end. */
final class QueryRows implements SqlRows {
  private final Execution execution;
  private final Runnable afterwards;
  private boolean reading;
  private boolean unread;
  private long readAt = System.nanoTime();
  private boolean closed;

  QueryRows(Execution execution, Runnable afterwards) {
    this.execution = execution;
    this.afterwards = afterwards;
  }

  @Override
  public Optional<List<Object[]>> next() throws SqlRefusal {
    synchronized (this) {
      if (unread) {
        throw new SqlRefusal(
            Reason.LIMIT,
            "The answer was ended, since others waited while nobody read it; ask for fewer rows");
      }
      if (closed) {
        return Optional.empty();
      }
      reading = true;
    }
    try {
      List<Object[]> rows = execution.next();
      return rows.isEmpty() ? Optional.empty() : Optional.of(rows);
    } finally {
      synchronized (this) {
        reading = false;
        readAt = System.nanoTime();
        if (closed) {
          end();
        }
      }
    }
  }

  @Override
  public Optional<List<Object[]>> next(Duration patience) throws SqlRefusal {
    return next();
  }

  @Override
  public long place() {
    return 0;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (reading) {
      // Whoever reads closes it: the engine must not lose its statement under way.
      execution.cancel();
    } else {
      end();
    }
  }

  /** How long nobody has read it; zero while somebody does, and once it has ended. */
  synchronized Duration unread() {
    return closed || reading ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - readAt);
  }

  /** Ends it, unless somebody reads it now; who comes to read on is told. */
  synchronized void endUnread() {
    if (!closed && !reading) {
      closed = true;
      unread = true;
      end();
    }
  }

  private void end() {
    execution.close();
    afterwards.run();
  }
}
