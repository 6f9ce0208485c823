package org.kiln.index.sqlite;

import java.sql.SQLException;
import java.util.Set;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What SQLite says, in the words of the API. */
final class Failures {
  /** For what a row has in it. */
  private static final Set<Integer> REFUSED =
      Set.of(
          SQLiteErrorCode.SQLITE_CONSTRAINT.code,
          SQLiteErrorCode.SQLITE_MISMATCH.code,
          SQLiteErrorCode.SQLITE_TOOBIG.code);

  /** The same, but SQLite has no code for it. */
  private static final String NO_JSON = "malformed JSON";

  private Failures() {}

  static IndexException of(String what, SQLException e) {
    Throwable inmost = inmost(e);
    return new IndexException(kind(inmost), what + ": " + inmost.getMessage(), e);
  }

  /** The same where nobody has written or asked anything yet: the file itself is to blame. */
  static IndexException ofOpening(String what, SQLException e) {
    IndexException failure = of(what, e);
    return failure.kind() == Kind.REFUSED
        ? new IndexException(Kind.CORRUPT, failure.getMessage(), e)
        : failure;
  }

  private static Throwable inmost(SQLException e) {
    Throwable inmost = e;
    while (inmost.getCause() != null && inmost.getCause() != inmost) {
      inmost = inmost.getCause();
    }
    return inmost;
  }

  private static Kind kind(Throwable e) {
    if (!(e instanceof SQLiteException own)) {
      return Kind.UNAVAILABLE;
    }
    // The low byte is the code, the others say more of it.
    int code = own.getResultCode().code & 0xff;
    if (code == SQLiteErrorCode.SQLITE_FULL.code || code == SQLiteErrorCode.SQLITE_READONLY.code) {
      return Kind.UNWRITABLE;
    }
    if (code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code) {
      return Kind.CORRUPT;
    }
    if (REFUSED.contains(code) || String.valueOf(own.getMessage()).contains(NO_JSON)) {
      return Kind.REFUSED;
    }
    return Kind.UNAVAILABLE;
  }
}
