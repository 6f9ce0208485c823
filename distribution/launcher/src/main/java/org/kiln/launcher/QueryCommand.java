package org.kiln.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code kiln query}: a statement of SQL, and its answer on the standard output. */
final class QueryCommand {
  static final String NAME = "query";

  private static final List<String> FLAGS = List.of("--format", "--url", "--follow", "--after");
  private static final List<String> FORMATS = List.of("table", "csv", "json", "arrow", "parquet");
  private static final List<String> BYTES = List.of("arrow", "parquet");
  private static final String USAGE =
      "Say 'kiln query \"SELECT …\"', with --format " + String.join("|", FORMATS) + ".";

  private final SqlConnection connection;
  private final PrintStream out;
  private final PrintStream err;

  QueryCommand(SqlConnection connection, PrintStream out, PrintStream err) {
    this.connection = connection;
    this.out = out;
    this.err = err;
  }

  private static boolean isFlag(String word) {
    return FLAGS.contains(word.split("=", 2)[0]);
  }

  /**
   * What is asked.
   *
   * @param sql the statement
   * @param format what the answer is to look like
   * @param url the node, when it is not that of the settings
   * @param follow whether a feed is followed
   * @param after where it goes on
   */
  record Asked(String sql, String format, Optional<String> url, boolean follow, String after) {
    static Asked parse(List<String> words) throws RefusedException {
      String sql = null;
      String format = "table";
      String url = null;
      boolean follow = false;
      String after = "0";
      for (int i = 0; i < words.size(); i++) {
        String[] flag = words.get(i).split("=", 2);
        if (flag[0].equals("--follow") && flag.length == 1) {
          follow = true;
        } else if (isFlag(words.get(i))) {
          if (flag.length == 1 && i + 1 == words.size()) {
            throw RefusedException.configuration("The option " + flag[0] + " needs a value.");
          }
          String value = flag.length == 2 ? flag[1] : words.get(++i);
          switch (flag[0]) {
            case "--format" -> format = value;
            case "--url" -> url = value;
            case "--after" -> after = value;
            default -> throw RefusedException.configuration("--follow has no value.");
          }
        } else if (sql == null) {
          sql = words.get(i);
        } else {
          throw RefusedException.configuration(
              "Put the statement in quotes, so that it is one word to the shell. " + USAGE);
        }
      }
      if (sql == null || sql.isBlank()) {
        throw RefusedException.configuration(USAGE);
      }
      if (!FORMATS.contains(format)) {
        throw RefusedException.configuration(
            "There is no format " + format + "." + Suggestion.sentence(format, FORMATS));
      }
      if (follow && BYTES.contains(format)) {
        throw RefusedException.configuration("A feed is followed as table, csv or json.");
      }
      if (!follow && !after.equals("0")) {
        throw RefusedException.configuration("--after is for a feed that is followed: --follow.");
      }
      return new Asked(sql, format, Optional.ofNullable(url), follow, after);
    }
  }

  int run(Asked asked) throws RefusedException, InterruptedException {
    if (BYTES.contains(asked.format()) && Boolean.getBoolean("kiln.terminal")) {
      throw RefusedException.configuration(
          "A terminal shows no " + asked.format() + ": say > FILE, or another --format.");
    }
    if (asked.follow()) {
      follow(asked);
      return Exit.OK;
    }
    String format = asked.format().equals("table") ? "csv" : asked.format();
    try (StreamedAnswer answer = connection.ask(asked.sql(), Map.of("format", format), "*/*")) {
      if (answer.status() != 200) {
        throw connection.refusal(answer);
      }
      try (Told body = new Told(answer.body(), progress())) {
        if (asked.format().equals("table")) {
          table(body);
        } else {
          copy(body);
        }
      }
    } catch (IOException e) {
      throw connection.silent(e);
    }
    return Exit.OK;
  }

  /** Only where it is seen, and not among the rows. */
  private Optional<ProgressBar> progress() {
    return Boolean.getBoolean("kiln.terminal.err") && !Boolean.getBoolean("kiln.terminal")
        ? Optional.of(new ProgressBar(err, "bytes", true))
        : Optional.empty();
  }

  private void copy(InputStream body) throws IOException {
    byte[] some = new byte[64 << 10];
    for (int read = body.read(some); read >= 0; read = body.read(some)) {
      out.write(some, 0, read);
      if (out.checkError()) {
        // Whoever reads has enough, as head does.
        return;
      }
    }
  }

  private void table(InputStream body) throws IOException {
    long begin = System.nanoTime();
    CsvReader rows = new CsvReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    TableText table = new TableText(out, rows.row());
    for (List<String> row = rows.row(); row != null && !out.checkError(); row = rows.row()) {
      table.row(row);
    }
    table.flush();
    err.printf(
        Locale.ROOT,
        "%,d row%s, %.2f s%n",
        table.rows(),
        table.rows() == 1 ? "" : "s",
        (System.nanoTime() - begin) / 1e9);
  }

  private void follow(Asked asked) throws RefusedException, InterruptedException {
    boolean table = asked.format().equals("table");
    new FollowedFeed(connection, asked.sql(), table ? "csv" : asked.format(), asked.after())
        .follow(
            new FollowedFeed.Taker() {
              private TableText shown;
              private boolean named;

              @Override
              public void columns(String line) throws IOException {
                if (table && shown == null) {
                  shown = new TableText(out, cells(line));
                  shown.flush();
                } else if (!table && !named) {
                  out.println(line);
                }
                named = true;
              }

              @Override
              public boolean row(String text) throws IOException {
                if (table) {
                  shown.row(cells(text));
                } else {
                  out.println(text);
                }
                return !out.checkError();
              }
            });
  }

  /** A row without a value in its one column is an empty line. */
  private static List<String> cells(String line) throws IOException {
    List<String> cells = new CsvReader(new StringReader(line)).row();
    return cells == null ? java.util.Collections.singletonList(null) : cells;
  }

  /** Tells how much has come. */
  private static final class Told extends java.io.FilterInputStream {
    private final Optional<ProgressBar> progress;
    private long done;

    Told(InputStream in, Optional<ProgressBar> progress) {
      super(in);
      this.progress = progress;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
      int read = super.read(bytes, from, count);
      done += Math.max(0, read);
      progress.ifPresent(bar -> bar.reached(done, read < 0 ? done : -1));
      return read;
    }
  }
}
