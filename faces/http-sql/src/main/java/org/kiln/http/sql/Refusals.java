package org.kiln.http.sql;

import org.kiln.api.http.HttpProblem;
import org.kiln.core.sql.SqlRefusal;

/** Refusals of the tables as HTTP knows them. */
final class Refusals {
  private Refusals() {}

  static HttpProblem of(SqlRefusal e) {
    return new HttpProblem(
        switch (e.reason()) {
          case INVALID -> 400;
          case FORBIDDEN -> 403;
          case LIMIT -> 429;
          case UNAVAILABLE -> 503;
        },
        code(e),
        e.getMessage());
  }

  static String code(SqlRefusal e) {
    return switch (e.reason()) {
      case INVALID -> "sql-invalid";
      case FORBIDDEN -> "sql-forbidden";
      case LIMIT -> "sql-limit";
      case UNAVAILABLE -> "sql-unavailable";
    };
  }
}
