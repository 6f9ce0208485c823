package org.kiln.flight.sql;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlFile;
import org.kiln.core.sql.SqlRows;
import org.kiln.core.sql.SqlStatement;
import org.kiln.core.sql.SqlTable;
import org.kiln.core.sql.SqlTables;
import org.kiln.core.sql.SqlType;

class FlightFaceTest {
  private final CountDownLatch behind = new CountDownLatch(1);

  /** Tables that answer when they are not behind any more. */
  private final class LateTables implements SqlTables {
    @Override
    public SqlStatement plan(String sql) {
      SqlColumn one = new SqlColumn("one", SqlType.Scalar.INT32, false);
      return new SqlStatement(sql, List.of(one), List.of(), Optional.empty());
    }

    @Override
    public SqlRows open(SqlStatement statement, Map<String, Object> values, long after) {
      return new SqlRows() {
        private boolean given;

        @Override
        public Optional<List<Object[]>> next() throws InterruptedException {
          behind.await();
          Optional<List<Object[]>> rows =
              given ? Optional.empty() : Optional.of(List.<Object[]>of(new Object[] {1L}));
          given = true;
          return rows;
        }

        @Override
        public Optional<List<Object[]>> next(Duration patience) throws InterruptedException {
          return next();
        }

        @Override
        public long place() {
          return 0;
        }

        @Override
        public void close() {
          behind.countDown();
        }
      };
    }

    @Override
    public SqlFile parquet(SqlStatement statement, Map<String, Object> values) {
      throw new UnsupportedOperationException("parquet");
    }

    @Override
    public List<SqlTable> tables() {
      return List.of();
    }
  }

  @Test
  void shouldNotWaitForTablesThatAreBehindToSayHowItIs() throws Exception {
    try (FlightFace face = new FlightFace("127.0.0.1", 0, new LateTables(), "1")) {
      assertThatThrownBy(() -> face.ask(Duration.ofMillis(50)))
          .isInstanceOf(IllegalStateException.class);
      behind.countDown();
      assertThatCode(() -> face.ask(Duration.ofMinutes(1))).doesNotThrowAnyException();
    }
  }
}
