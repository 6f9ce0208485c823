package org.kiln.http.sql;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRows;
import org.kiln.core.sql.SqlStatement;
import org.kiln.core.sql.SqlType;

/**
 * Rows of a feed as server-sent events, at the pace of who takes them. The id of an event is where
 * the feed goes on: of each row when the column that numbers the feed is among those asked for,
 * else after each piece that the feed is read in.
 */
final class FeedAnswer {
  /** Proxies cut connections on which nothing comes for a minute. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

  private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");

  private final SqlStatement statement;
  private final SqlRows rows;
  private final RowText form;
  private final Duration longest;
  private final int numbered;
  private long said;

  /**
   * An answer.
   *
   * @param after what its reader has had
   * @param longest then it ends, and who wants more asks again
   */
  FeedAnswer(SqlStatement statement, SqlRows rows, RowText form, long after, Duration longest) {
    this.statement = statement;
    this.rows = rows;
    this.form = form;
    this.longest = longest;
    this.said = after;
    this.numbered = numbered(statement);
  }

  private static int numbered(SqlStatement statement) {
    for (int i = 0; i < statement.columns().size(); i++) {
      SqlColumn column = statement.columns().get(i);
      if (column.type() == SqlType.Scalar.UINT64
          && !column.nullable()
          && statement.feed().filter(column.name()::equals).isPresent()) {
        return i;
      }
    }
    return -1;
  }

  /** Writes until the feed ends, its time is over, or the client has gone. */
  void write(OutputStream out) throws IOException {
    StringBuilder text = new StringBuilder("retry: 1000\nid: " + said + "\n: alive\n\n");
    String head = form.head(statement.columns());
    if (!head.isEmpty()) {
      String names = head.substring(0, head.length() - form.lineEnd().length());
      text.append("event: columns\n").append(data(names)).append('\n');
    }
    Deadline end = Deadline.in(longest);
    try {
      send(text, out);
      while (!end.expired()) {
        Optional<List<Object[]>> some = rows.next(KEEP_ALIVE);
        if (some.isEmpty()) {
          text.append("event: end\nid: " + Question.END + "\ndata: {}\n\n");
          send(text, out);
          return;
        }
        append(some.get(), text);
        send(text, out);
      }
    } catch (SqlRefusal e) {
      String retry = e.reason() == SqlRefusal.Reason.UNAVAILABLE ? "2000" : "60000";
      StringBuilder problem =
          new StringBuilder("retry: " + retry + "\nevent: problem\ndata: {\"code\":");
      JsonText json = new JsonText(problem);
      json.string(Refusals.code(e));
      problem.append(",\"message\":");
      json.string(e.getMessage());
      send(problem.append("}\n\n"), out);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void append(List<Object[]> some, StringBuilder text) {
    for (int i = 0; i < some.size(); i++) {
      Object[] row = some.get(i);
      if (numbered >= 0) {
        say((Long) row[numbered], text);
      } else if (i == some.size() - 1) {
        say(rows.place(), text);
      }
      text.append(data(form.row(statement.columns(), row))).append('\n');
    }
    if (some.isEmpty()) {
      say(rows.place(), text);
      text.append(": alive\n\n");
    }
  }

  private void say(long place, StringBuilder text) {
    if (place > said) {
      said = place;
      text.append("id: ").append(place).append('\n');
    }
  }

  /**
   * A text of several lines is several lines of data, and one of none is one. Whoever reads them
   * puts LF between them; where that is not what was there, the field {@code ends} tells what was,
   * which who does not know it passes over.
   */
  private static String data(String text) {
    StringBuilder data = new StringBuilder();
    StringJoiner ends = new StringJoiner(" ", "ends: ", "\n");
    boolean others = false;
    int from = 0;
    for (Matcher end = LINE_END.matcher(text); end.find(); from = end.end()) {
      data.append("data: ").append(text, from, end.start()).append('\n');
      ends.add(end.group().replace("\r", "CR").replace("\n", "LF"));
      others |= !end.group().equals("\n");
    }
    data.append("data: ").append(text, from, text.length()).append('\n');
    return others ? ends + data.toString() : data.toString();
  }

  private static void send(StringBuilder text, OutputStream out) throws IOException {
    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    out.flush();
    text.setLength(0);
  }
}
