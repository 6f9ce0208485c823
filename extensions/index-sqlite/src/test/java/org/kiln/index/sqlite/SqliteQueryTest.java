package org.kiln.index.sqlite;

import org.kiln.api.index.IndexBackend;
import org.kiln.testkit.IndexQueryContract;

class SqliteQueryTest extends IndexQueryContract {
  @Override
  protected IndexBackend backend() {
    return new SqliteBackend();
  }
}
