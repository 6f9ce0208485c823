package org.kiln.index.postgresql;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.stream.NetworkId;
import org.kiln.testkit.IndexQueryContract;

class PostgresQueryTest extends IndexQueryContract {
  private static Database server;
  private String url;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    server = Database.start();
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
    if (server != null) {
      server.close();
    }
  }

  @Override
  protected IndexBackend backend() {
    return new PostgresBackend();
  }

  @Override
  protected IndexSpec spec() {
    if (url == null) {
      try {
        url = server.fresh();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
    return IndexSpec.of(directory, NetworkId.INMEMORY).with(Map.of(PostgresBackend.URL, url));
  }
}
