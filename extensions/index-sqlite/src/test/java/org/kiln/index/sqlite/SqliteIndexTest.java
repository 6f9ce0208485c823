package org.kiln.index.sqlite;

import org.kiln.api.index.IndexBackend;
import org.kiln.testkit.DocumentIndexContract;

class SqliteIndexTest extends DocumentIndexContract {
  @Override
  protected IndexBackend backend() {
    return new SqliteBackend();
  }
}
