package org.kiln.core.sql;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * A form in which rows are written one batch after the other, such as CSV. A service where a room
 * has the library for it and others do not. Thread-safe.
 */
public interface SqlForm {
  /** Its media type. */
  String contentType();

  /** Begins an answer with these columns; the stream stays open. */
  Writing begin(List<SqlColumn> columns, OutputStream out) throws IOException;

  /** An answer that is being written. For one thread. */
  interface Writing extends AutoCloseable {
    /** Writes rows in the forms of {@link SqlType}. */
    void write(List<Object[]> rows) throws IOException;

    /** Writes what is there to tell that the answer is whole. */
    void end() throws IOException;

    /** Lets go of memory. Idempotent. */
    @Override
    void close();
  }
}
