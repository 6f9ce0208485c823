package org.kiln.launcher;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The node that is exported. With {@code --url} it may be anybody's, so what it says is looked at
 * before it becomes a part of a statement or of a path. One that is busy is asked again.
 */
final class ExportSource {
  private static final int TOO_MUCH = 429;
  private static final int BUSY = 503;

  /** With pauses from one second to half a minute: three and a half minutes. */
  private static final int TRIES = 12;

  private static final long FIRST_PAUSE_MS = 1_000;
  private static final long LONGEST_PAUSE_MS = 30_000;

  /** Far more than the models of a part take, each of its rows of another. */
  private static final int MOST_BYTES = 64 << 20;

  /** So that the statement fits into a URL. */
  private static final Pattern HEX = Pattern.compile("([0-9A-F]{2}){0,2048}");

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  private final SqlConnection connection;
  private final Pause pause;

  /** Waits. */
  interface Pause {
    void millis(long millis) throws InterruptedException;
  }

  ExportSource(SqlConnection connection, Pause pause) {
    this.connection = connection;
    this.pause = pause;
  }

  /**
   * A model that rows are of.
   *
   * @param bytes its dimension as hex digits, none where rows have none; looked at
   * @param id what the node calls it, if anything; not looked at
   * @param rows how many
   */
  record Model(String bytes, Optional<String> id, long rows) {}

  /** The node finds an answer too large, or too long in the making. */
  static final class TooMuchException extends IOException {
    private static final long serialVersionUID = 1L;

    TooMuchException(String message) {
      super(message);
    }
  }

  /** The number of the last row; nothing when there is none. */
  OptionalLong newest(ExportTable table) throws RefusedException, IOException {
    String newest = one(table.newest());
    return newest == null ? OptionalLong.empty() : OptionalLong.of(number(newest));
  }

  /** The event of a row as hex digits; nothing when there is no such row. */
  Optional<String> event(ExportTable table, long number) throws RefusedException, IOException {
    List<List<String>> rows = rows(table.event(number), 1);
    return rows.isEmpty() ? Optional.empty() : Optional.of(hex(rows.get(0).get(0)));
  }

  /** The models of the rows after a number up to another. */
  List<Model> models(ExportTable table, long after, long to) throws RefusedException, IOException {
    List<Model> models = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (List<String> row : rows(table.models(after, to), 3)) {
      Model model = new Model(hex(row.get(0)), Optional.ofNullable(row.get(1)), number(row.get(2)));
      if (!seen.add(model.bytes())) {
        throw unlike("names a model twice");
      }
      models.add(model);
    }
    return models;
  }

  /** Rows as a file of Parquet. */
  StreamedAnswer rows(ExportTable table, long after, long to, Model model)
      throws RefusedException, IOException {
    return ask(table.rows(after, to, model.bytes()), "parquet");
  }

  private String one(String sql) throws RefusedException, IOException {
    List<List<String>> rows = rows(sql, 1);
    if (rows.size() != 1) {
      throw unlike("has " + rows.size() + " rows in the place of one");
    }
    return rows.get(0).get(0);
  }

  private List<List<String>> rows(String sql, int cells) throws RefusedException, IOException {
    try (StreamedAnswer answer = ask(sql, "csv")) {
      CsvReader csv =
          new CsvReader(new InputStreamReader(new Short(answer.body()), StandardCharsets.UTF_8));
      List<List<String>> rows = new ArrayList<>();
      boolean names = true;
      for (List<String> row = csv.row(); row != null; row = csv.row()) {
        if (row.size() != cells) {
          throw unlike("has a row of " + row.size() + " cells in the place of " + cells);
        }
        if (!names) {
          rows.add(row);
        }
        names = false;
      }
      if (names) {
        throw unlike("has no line of names");
      }
      return rows;
    }
  }

  private static String hex(String cell) throws RefusedException {
    if (cell == null || !HEX.matcher(cell).matches()) {
      throw unlike("has a cell that is not up to 2,048 bytes as hex digits");
    }
    return cell;
  }

  private static long number(String cell) throws RefusedException {
    if (cell == null || !NUMBER.matcher(cell).matches()) {
      throw unlike("has a cell that is no number");
    }
    return Long.parseLong(cell);
  }

  private static RefusedException unlike(String how) {
    return new RefusedException(
        Exit.FAILURE,
        "The node's answer is unlike what was asked: it " + how + ". Nothing of it was kept.");
  }

  private StreamedAnswer ask(String sql, String format) throws RefusedException, IOException {
    long wait = FIRST_PAUSE_MS;
    for (int tries = 1; ; tries++) {
      StreamedAnswer answer = asked(sql, format);
      if (answer.status() == 200) {
        return answer;
      }
      try (answer) {
        RefusedException refusal = connection.refusal(answer);
        if (answer.status() == TOO_MUCH) {
          throw new TooMuchException(refusal.getMessage());
        }
        if (answer.status() != BUSY || tries == TRIES) {
          throw refusal;
        }
      }
      try {
        pause.millis(wait);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RefusedException(Exit.FAILURE, "The export was given up; say it again to go on.");
      }
      wait = Math.min(2 * wait, LONGEST_PAUSE_MS);
    }
  }

  private StreamedAnswer asked(String sql, String format) throws RefusedException {
    try {
      return connection.ask(sql, Map.of("format", format), "*/*");
    } catch (IOException e) {
      throw connection.silent(e);
    }
  }

  /** An answer that is held in memory, and so must not be long. */
  private static final class Short extends FilterInputStream {
    private int left = MOST_BYTES;

    Short(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      return counted(super.read(), 1);
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
      int read = super.read(bytes, from, count);
      return counted(read, read);
    }

    private int counted(int read, int bytes) throws IOException {
      if (read >= 0) {
        left -= bytes;
      }
      if (left < 0) {
        throw new TooMuchException("The node's answer has more than " + MOST_BYTES + " bytes");
      }
      return read;
    }
  }
}
