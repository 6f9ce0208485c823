package org.kiln.index.postgresql;

import java.sql.SQLException;
import java.util.Set;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;

/** What PostgreSQL and its driver say, in the words of the API. */
final class Failures {
  private static final String CONNECTION = "08";
  private static final String STOPPING = "57P0";
  private static final String CANCELLED = "57014";
  private static final String NO_SPACE = "53100";
  private static final String READ_ONLY = "25006";
  private static final String NO_PRIVILEGE = "42501";
  private static final String DAMAGED = "XX00";

  /** Classes of what is wrong with a row: data, constraints, limits of the program. */
  private static final Set<String> REFUSED = Set.of("22", "23", "54");

  private Failures() {}

  static IndexException of(String what, SQLException e) {
    return new IndexException(kind(state(e)), what + ": " + firstLine(e), inmost(e));
  }

  /** Whether the connection is of no more use. */
  static boolean isLost(SQLException e) {
    String state = state(e);
    return state.startsWith(CONNECTION) || state.startsWith(STOPPING);
  }

  /** Of what is only read: a row that is there twice, say, is none that somebody writes. */
  static boolean isDamage(SQLException e) {
    Kind kind = kind(state(e));
    return kind == Kind.CORRUPT || kind == Kind.REFUSED;
  }

  static boolean isCancelled(SQLException e) {
    return state(e).equals(CANCELLED);
  }

  private static String state(SQLException e) {
    String state = inmost(e).getSQLState();
    return state == null ? CONNECTION : state;
  }

  /** The driver wraps what went wrong in a batch, with all of its values. */
  private static SQLException inmost(SQLException e) {
    SQLException inmost = e;
    while (inmost.getCause() instanceof SQLException cause) {
      inmost = cause;
    }
    return inmost;
  }

  private static String firstLine(SQLException e) {
    return String.valueOf(inmost(e).getMessage()).lines().findFirst().orElse("");
  }

  private static Kind kind(String state) {
    if (state.equals(NO_SPACE) || state.equals(READ_ONLY) || state.equals(NO_PRIVILEGE)) {
      return Kind.UNWRITABLE;
    }
    if (REFUSED.contains(state.substring(0, Math.min(2, state.length())))) {
      return Kind.REFUSED;
    }
    // XX000 is any error inside; XX001 and XX002 are damage.
    return state.startsWith(DAMAGED) && !state.endsWith("0") ? Kind.CORRUPT : Kind.UNAVAILABLE;
  }
}
