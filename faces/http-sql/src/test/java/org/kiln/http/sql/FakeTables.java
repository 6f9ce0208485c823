package org.kiln.http.sql;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlFile;
import org.kiln.core.sql.SqlParameter;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRows;
import org.kiln.core.sql.SqlStatement;
import org.kiln.core.sql.SqlTable;
import org.kiln.core.sql.SqlTables;

/** Tables that give what a test wants, and count what is open. */
final class FakeTables implements SqlTables {
  final List<SqlColumn> columns = new ArrayList<>();
  final List<SqlParameter> parameters = new ArrayList<>();
  final Deque<List<Object[]>> batches = new ArrayDeque<>();
  Optional<String> feed = Optional.empty();
  Optional<SqlRefusal> atTheEnd = Optional.empty();
  Map<String, Object> values = Map.of();
  long after = -1;
  long place;
  int open;

  @Override
  public SqlStatement plan(String sql) throws SqlRefusal {
    if (!sql.startsWith("SELECT")) {
      throw new SqlRefusal(SqlRefusal.Reason.FORBIDDEN, "Only SELECT is answered");
    }
    return new SqlStatement(sql, columns, parameters, feed);
  }

  @Override
  public SqlRows open(SqlStatement statement, Map<String, Object> given, long from) {
    values = given;
    after = from;
    open++;
    return new SqlRows() {
      private boolean closed;

      @Override
      public Optional<List<Object[]>> next() throws SqlRefusal {
        List<Object[]> batch = batches.poll();
        if (batch == null && atTheEnd.isPresent()) {
          throw atTheEnd.get();
        }
        return Optional.ofNullable(batch);
      }

      @Override
      public Optional<List<Object[]>> next(Duration patience) throws SqlRefusal {
        return next();
      }

      @Override
      public long place() {
        return place;
      }

      @Override
      public void close() {
        open -= closed ? 0 : 1;
        closed = true;
      }
    };
  }

  @Override
  public SqlFile parquet(SqlStatement statement, Map<String, Object> given) {
    open++;
    return new SqlFile() {
      @Override
      public long size() {
        return 4;
      }

      @Override
      public void transferTo(OutputStream out) throws IOException {
        out.write("PAR1".getBytes(StandardCharsets.US_ASCII));
      }

      @Override
      public void close() {
        open--;
      }
    };
  }

  @Override
  public List<SqlTable> tables() {
    return List.of(new SqlTable("v0", "things", SqlTable.Kind.BASE, columns));
  }
}
