package org.kiln.flight.sql;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.flight.BackpressureStrategy.CallbackBackpressureStrategy;
import org.apache.arrow.flight.BackpressureStrategy.WaitResult;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRows;
import org.kiln.core.sql.SqlStatement;
import org.kiln.core.sql.SqlTables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One answer that is being sent: at the pace of the client, and until it has gone. The description
 * of the columns goes first and at once, since clients wait 20 s for it and a feed may have no row
 * for hours.
 */
final class Answer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Answer.class);
  private static final long WAIT_MS = 60_000;

  private final ServerStreamListener listener;
  private final BufferAllocator allocator;
  private volatile SqlRows rows;
  private volatile boolean closed;

  Answer(ServerStreamListener listener, BufferAllocator allocator) {
    this.listener = listener;
    this.allocator = allocator;
  }

  /** Sends the answer to a statement; comes back when it is sent or nobody wants it any more. */
  void send(SqlTables tables, SqlStatement statement, Map<String, Object> values) {
    CallbackBackpressureStrategy pace =
        new CallbackBackpressureStrategy() {
          @Override
          protected void cancelCallback() {
            close();
          }
        };
    Schema schema = ArrowSchemas.of(statement.columns());
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
      pace.register(listener);
      try (SqlRows opened = tables.open(statement, values)) {
        rows = opened;
        listener.start(root);
        for (Optional<List<Object[]>> some = next(); some.isPresent(); some = next()) {
          Cells.fill(root, some.get());
          if (!awaitReady(pace)) {
            return;
          }
          listener.putNext();
          // Nothing is held while a feed waits for its next row.
          root.clear();
        }
        if (closed && !listener.isCancelled()) {
          listener.error(
              CallStatus.UNAVAILABLE
                  .withDescription("SQL is not answered any more; ask again")
                  .toRuntimeException());
        } else {
          listener.completed();
        }
      }
    } catch (SqlRefusal e) {
      if (!listener.isCancelled()) {
        listener.error(Refusals.of(e));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      listener.error(CallStatus.UNAVAILABLE.toRuntimeException());
    } catch (RuntimeException | Error e) {
      LOG.warn("An answer to SQL could not be sent: {}", e.toString());
      LOG.debug("An answer to SQL could not be sent", e);
      listener.error(
          CallStatus.INTERNAL.withDescription(String.valueOf(e.getMessage())).toRuntimeException());
    }
  }

  private Optional<List<Object[]>> next() throws SqlRefusal, InterruptedException {
    return closed ? Optional.empty() : rows.next();
  }

  /** Waits for the client to take more, for as long as it is there. */
  private boolean awaitReady(CallbackBackpressureStrategy pace) {
    while (!closed) {
      WaitResult result = pace.waitForListener(WAIT_MS);
      if (result == WaitResult.READY) {
        return true;
      }
      if (result != WaitResult.TIMEOUT) {
        return false;
      }
    }
    return false;
  }

  /** Ends it; the client is told to ask again if it is still there. */
  @Override
  public void close() {
    closed = true;
    SqlRows open = rows;
    if (open != null) {
      open.close();
    }
  }
}
