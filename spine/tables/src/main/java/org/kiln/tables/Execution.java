package org.kiln.tables;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.duckdb.DuckDBConnection;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;

/**
 * One run of a statement on a connection of its own, in a transaction that cannot write. The time
 * the engine takes for it is limited; that of who reads is not.
 */
final class Execution implements AutoCloseable {
  private static final int ROWS = 1_000;
  private static final long CELLS_BYTES = 1 << 20;
  private static final long WATCH_MS = 100;

  private final DuckDBConnection connection;
  private final PreparedStatement statement;
  private final List<SqlColumn> columns;
  private final ScheduledExecutorService clock;
  private final EngineThreads threads;
  private final Executions executions;
  private final Watch watch;
  private final long limitMillis;
  private final ResultSet rows;
  private long takenNanos;
  private volatile boolean cancelled;
  private volatile boolean late;
  private volatile Optional<String> excess = Optional.empty();

  /** Looks now and then whether it takes too much of something that the engine does not count. */
  interface Watch {
    /** Nothing is to be looked at. */
    Watch NONE = Optional::empty;

    /** What it takes too much of, in a sentence. */
    Optional<String> excess();
  }

  Execution(
      DuckDBConnection connection,
      Planner.Plan plan,
      Map<String, Object> values,
      ScheduledExecutorService clock,
      EngineThreads threads,
      Executions executions,
      Watch watch,
      long limitMillis)
      throws SqlRefusal {
    this.connection = connection;
    this.columns = plan.statement().columns();
    this.clock = clock;
    this.threads = threads;
    this.executions = executions;
    this.watch = watch;
    this.limitMillis = limitMillis;
    PreparedStatement prepared = null;
    try {
      try (Statement begin = connection.createStatement()) {
        begin.execute("BEGIN TRANSACTION READ ONLY");
      }
      prepared = connection.prepareStatement(plan.syntax().text());
      if (plan.shape().isPresent()
          && !plan.shape().get().equals(Planner.shape(prepared.getMetaData()))) {
        throw Planner.otherColumns();
      }
      for (int i = 0; i < plan.types().size(); i++) {
        String name = plan.syntax().parameters().get(i);
        if (!values.containsKey(name)) {
          throw new SqlRefusal(Reason.INVALID, "There is no value for the parameter " + name);
        }
        EngineTypes.bind(prepared, i + 1, plan.types().get(i), values.get(name), name);
      }
      statement = prepared;
      executions.begun(this);
      // What is written into a file gives no rows.
      rows = timed(() -> statement.execute() ? statement.getResultSet() : null);
    } catch (SQLException e) {
      close(prepared);
      close(connection);
      executions.ended(this);
      throw refusal(e);
    } catch (SqlRefusal | RuntimeException e) {
      close(prepared);
      close(connection);
      executions.ended(this);
      throw e;
    }
  }

  private <T> T timed(EngineThreads.Work<T> work) throws SQLException, SqlRefusal {
    long begin = System.nanoTime();
    long left = limitMillis - takenNanos / 1_000_000;
    Future<?> alarm =
        clock.schedule(
            () -> {
              late = true;
              cancel();
            },
            Math.max(1, left),
            TimeUnit.MILLISECONDS);
    Optional<Future<?>> watching =
        watch == Watch.NONE
            ? Optional.empty()
            : Optional.of(
                clock.scheduleWithFixedDelay(
                    this::look, WATCH_MS, WATCH_MS, TimeUnit.MILLISECONDS));
    try {
      return threads.call(work);
    } finally {
      alarm.cancel(false);
      watching.ifPresent(one -> one.cancel(false));
      takenNanos += System.nanoTime() - begin;
    }
  }

  private void look() {
    excess = watch.excess();
    if (excess.isPresent()) {
      cancel();
    }
  }

  /** The next rows of a SELECT; an empty list at the end. */
  List<Object[]> next() throws SqlRefusal {
    try {
      return timed(
          () -> {
            List<Object[]> batch = new ArrayList<>();
            long bytes = 0;
            while (batch.size() < ROWS && bytes < CELLS_BYTES && rows.next()) {
              Object[] row = new Object[columns.size()];
              for (int i = 0; i < row.length; i++) {
                row[i] = EngineTypes.read(rows, i + 1, columns.get(i).type());
                bytes += size(row[i]);
              }
              batch.add(row);
            }
            return batch;
          });
    } catch (SQLException e) {
      throw refusal(e);
    }
  }

  /** About how many bytes of the heap a value takes. */
  static long size(Object value) {
    return switch (value) {
      case byte[] bytes -> bytes.length;
      case String text -> text.length();
      case List<?> list -> list.stream().mapToLong(Execution::size).sum();
      case Map<?, ?> map -> map.values().stream().mapToLong(Execution::size).sum();
      case null, default -> 8;
    };
  }

  private SqlRefusal refusal(SQLException e) {
    Optional<String> tooMuch = excess;
    if (tooMuch.isPresent()) {
      return new SqlRefusal(Reason.LIMIT, tooMuch.get());
    }
    if (late) {
      return new SqlRefusal(
          Reason.LIMIT,
          "The query takes longer than the " + limitMillis + " ms it may (sql.query-ms)");
    }
    return cancelled
        ? new SqlRefusal(Reason.UNAVAILABLE, "The query was ended")
        : Planner.refusal(e);
  }

  /** Ends what the engine does for it now. */
  void cancel() {
    cancelled = true;
    PreparedStatement running = statement;
    if (running != null) {
      try {
        running.cancel();
      } catch (SQLException e) {
        // It has ended by itself.
        cancelled = true;
      }
    }
  }

  private static void close(AutoCloseable one) {
    if (one != null) {
      try {
        one.close();
      } catch (Exception e) {
        // Nothing is kept by it.
        return;
      }
    }
  }

  @Override
  public void close() {
    close(statement);
    close(connection);
    executions.ended(this);
  }
}
