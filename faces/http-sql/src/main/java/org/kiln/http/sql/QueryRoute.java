package org.kiln.http.sql;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlFile;
import org.kiln.core.sql.SqlForm;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRows;
import org.kiln.core.sql.SqlStatement;
import org.kiln.core.sql.SqlTables;

/**
 * A statement and its answer.
 *
 * @param pattern where it is asked
 * @param access who may ask
 * @param tables the tables, while they are there
 * @param arrow what writes Arrow, while it is there
 * @param answers how many with an end there may be at once
 * @param feeds how many feeds there may be at once
 * @param open the feeds there are
 * @param longestFeed after which a feed is ended, to be asked for again
 */
record QueryRoute(
    String pattern,
    Access access,
    Supplier<Optional<SqlTables>> tables,
    Supplier<Optional<SqlForm>> arrow,
    Share answers,
    Share feeds,
    OpenFeeds open,
    Duration longestFeed)
    implements HttpRoute {
  @Override
  public Set<String> methods() {
    return Set.of("GET");
  }

  @Override
  public int maxBodyBytes() {
    return 0;
  }

  @Override
  public HttpReply handle(HttpCall call) throws HttpProblem {
    Question asked = Question.of(call);
    SqlTables asking = here(tables);
    try {
      SqlStatement statement = asking.plan(asked.sql());
      Map<String, Object> values = Values.of(statement.parameters(), asked.values());
      fits(asked, statement);
      if (call.method().equals("HEAD")) {
        return HttpReply.of(200, asked.form().mediaType(), List.of());
      }
      if (asked.over()) {
        // What tells a browser not to come again.
        return HttpReply.of(204, "", List.of());
      }
      HttpReply reply =
          asked.pushed()
              ? feed(asking, statement, values, asked)
              : asked.form() == Form.PARQUET
                  ? file(asking, statement, values)
                  : rows(asking, statement, values, asked.form());
      return reply.with("Cache-Control", "no-store");
    } catch (SqlRefusal e) {
      throw Refusals.of(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HttpProblem(503, "sql-unavailable", "The node stops");
    }
  }

  static SqlTables here(Supplier<Optional<SqlTables>> tables) throws HttpProblem {
    return tables
        .get()
        .orElseThrow(
            () ->
                new HttpProblem(
                    503,
                    "sql-unavailable",
                    "SQL is not answered now: the tables are being opened, or the node's log says"
                        + " why they are not"));
  }

  private static void fits(Question asked, SqlStatement statement) throws HttpProblem {
    if (statement.feed().isPresent() && !asked.pushed()) {
      throw invalid(
          "A feed has no end: ask with 'Accept: text/event-stream' (kiln query --follow), or the"
              + " table without _feed");
    }
    if (statement.feed().isEmpty() && asked.pushed()) {
      throw invalid(
          "This answer has an end, and is not pushed as text/event-stream; the tables that end in"
              + " _feed are");
    }
    if (asked.pushed() && asked.form() != Form.JSON && asked.form() != Form.CSV) {
      throw invalid("Rows of a feed are pushed as json or csv");
    }
    Set<String> names = new HashSet<>();
    for (SqlColumn column : statement.columns()) {
      if (asked.form() == Form.JSON && !names.add(column.name())) {
        throw invalid("Two columns are called " + column.name() + "; name one of them with AS");
      }
    }
  }

  private static HttpProblem invalid(String message) {
    return new HttpProblem(400, "sql-invalid", message);
  }

  private SqlForm form(Form form) throws HttpProblem {
    return switch (form) {
      case JSON -> new JsonRows();
      case CSV -> new CsvRows();
      case ARROW, PARQUET ->
          arrow
              .get()
              .orElseThrow(
                  () ->
                      new HttpProblem(
                          503, "sql-unavailable", "What writes Arrow is not running now"));
    };
  }

  private HttpReply rows(
      SqlTables asking, SqlStatement statement, Map<String, Object> values, Form form)
      throws SqlRefusal, HttpProblem, InterruptedException {
    SqlForm written = form(form);
    AutoCloseable turn = answers.take();
    SqlRows rows = opened(() -> asking.open(statement, values), turn);
    return RowsAnswer.of(rows, written, statement.columns(), both(rows, turn));
  }

  private HttpReply feed(
      SqlTables asking, SqlStatement statement, Map<String, Object> values, Question asked)
      throws SqlRefusal, HttpProblem {
    RowText form = asked.form() == Form.CSV ? new CsvRows() : new JsonRows();
    AutoCloseable turn = feeds.take();
    SqlRows rows = opened(() -> asking.open(statement, values, asked.after()), turn);
    return Held.streamed(
            "text/event-stream; charset=utf-8",
            both(open.add(rows), turn),
            new FeedAnswer(statement, rows, form, asked.after(), longestFeed)::write)
        .with("X-Accel-Buffering", "no");
  }

  private HttpReply file(SqlTables asking, SqlStatement statement, Map<String, Object> values)
      throws SqlRefusal, HttpProblem {
    AutoCloseable turn = answers.take();
    SqlFile file = opened(() -> asking.parquet(statement, values), turn);
    return Held.streamed(Form.PARQUET.mediaType(), both(file, turn), file::transferTo)
        .with("Content-Disposition", "attachment; filename=\"answer.parquet\"");
  }

  private interface Opening<T> {
    T open() throws SqlRefusal;
  }

  private static <T> T opened(Opening<T> opening, AutoCloseable turn) throws SqlRefusal {
    try {
      return opening.open();
    } catch (SqlRefusal | RuntimeException e) {
      Held.close(turn);
      throw e;
    }
  }

  private static AutoCloseable both(AutoCloseable first, AutoCloseable second) {
    return () -> {
      Held.close(first);
      Held.close(second);
    };
  }
}
