package org.kiln.http.sql;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.kiln.api.http.HttpReply;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlForm;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRows;

/**
 * An answer that has an end. A short one is read before a byte is sent, so that all that can go
 * wrong has a status; of a long one the beginning is, and what breaks later breaks the connection.
 */
final class RowsAnswer {
  private static final int SHORT_BYTES = 256 << 10;

  private final SqlRows rows;
  private final SqlForm.Writing writing;
  private final Target target;
  private final String contentType;

  private RowsAnswer(SqlRows rows, SqlForm form, List<SqlColumn> columns) throws IOException {
    this.rows = rows;
    this.target = new Target();
    this.writing = form.begin(columns, target);
    this.contentType = form.contentType();
  }

  /** Collects bytes until there is somewhere to send them. */
  private static final class Target extends OutputStream {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private OutputStream out = kept;

    void sendTo(OutputStream client) throws IOException {
      kept.writeTo(client);
      kept.reset();
      out = client;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      out.write(bytes, from, count);
    }
  }

  /**
   * The answer.
   *
   * @param held given back when it is over, however it ends; closes the rows
   */
  static HttpReply of(SqlRows rows, SqlForm form, List<SqlColumn> columns, AutoCloseable held)
      throws SqlRefusal, InterruptedException {
    boolean going = false;
    RowsAnswer answer = null;
    try {
      answer = new RowsAnswer(rows, form, columns);
      if (answer.write(SHORT_BYTES)) {
        return HttpReply.of(200, answer.contentType, List.of(answer.target.kept.toByteArray()));
      }
      going = true;
      RowsAnswer begun = answer;
      return Held.streamed(
          answer.contentType,
          () -> {
            begun.writing.close();
            held.close();
          },
          begun::writeRest);
    } catch (IOException e) {
      throw new IllegalStateException("An answer to SQL could not be put into its form", e);
    } finally {
      if (!going) {
        if (answer != null) {
          answer.writing.close();
        }
        Held.close(held);
      }
    }
  }

  /** Writes on; false when there were so many bytes before the end. */
  private boolean write(int most) throws SqlRefusal, InterruptedException, IOException {
    while (target.kept.size() < most) {
      Optional<List<Object[]>> some = rows.next();
      if (some.isEmpty()) {
        writing.end();
        return true;
      }
      writing.write(some.get());
    }
    return false;
  }

  private void writeRest(OutputStream out) throws IOException {
    target.sendTo(out);
    try {
      write(Integer.MAX_VALUE);
    } catch (SqlRefusal e) {
      throw new IOException("An answer to SQL ends early: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("The node stops", e);
    }
  }
}
