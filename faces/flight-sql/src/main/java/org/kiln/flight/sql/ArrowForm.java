package org.kiln.flight.sql;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlForm;

/** Arrow's stream of record batches, for faces that have no Arrow. Thread-safe. */
public final class ArrowForm implements SqlForm {
  /** A batch is of about a megabyte; a single row may be much longer. */
  private static final long MOST_BYTES = 256L << 20;

  @Override
  public String contentType() {
    return "application/vnd.apache.arrow.stream";
  }

  @Override
  public Writing begin(List<SqlColumn> columns, OutputStream out) throws IOException {
    return new Batches(columns, out);
  }

  private static final class Batches implements Writing {
    private final BufferAllocator allocator = new RootAllocator(MOST_BYTES);
    private final VectorSchemaRoot root;
    private final ArrowStreamWriter writer;
    private boolean closed;

    Batches(List<SqlColumn> columns, OutputStream out) throws IOException {
      root = VectorSchemaRoot.create(ArrowSchemas.of(columns), allocator);
      writer = new ArrowStreamWriter(root, null, Channels.newChannel(out));
      writer.start();
    }

    @Override
    public void write(List<Object[]> rows) throws IOException {
      Cells.fill(root, rows);
      writer.writeBatch();
      root.clear();
    }

    @Override
    public void end() throws IOException {
      writer.end();
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        // Not the writer: that would end the answer as if it were whole.
        root.close();
        allocator.close();
      }
    }
  }
}
