package org.kiln.http.one;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.store.StoreException;
import org.kiln.ipld.Json;

/**
 * One who has the feed pushed, by server-sent events: {@code id} is the token to go on with, {@code
 * data} the object that the list of events would have. Reads the journal at the client's pace.
 */
final class FeedStream implements AutoCloseable {
  private static final int PAGE = 32;

  private final FeedRoutes feed;
  private final boolean withData;
  private final Duration keepAlive;
  private final FeedCursor<FeedEvent> cursor;
  private final long from;
  private volatile boolean closed;

  FeedStream(FeedRoutes feed, long from, boolean withData, Duration keepAlive) throws IOException {
    this.feed = feed;
    this.from = from;
    this.withData = withData;
    this.keepAlive = keepAlive;
    this.cursor =
        feed.open(from).orElseThrow(() -> new IOException("The feed cannot be read from " + from));
  }

  /** Writes until the client has gone or this is closed. */
  void write(OutputStream out) throws IOException {
    try {
      out.write(OneManners.ascii("retry: 1000\nid: " + from + "\n: alive\n\n"));
      out.flush();
      while (!closed) {
        List<FeedEvent> events = cursor.next(withData ? 1 : PAGE, keepAlive);
        for (FeedEvent event : events) {
          out.write(written(event));
        }
        if (events.isEmpty()) {
          out.write(OneManners.ascii(": alive\n\n"));
        }
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      // The feed's room is replaced: the client comes again, and goes on by its token.
    } catch (StoreException e) {
      throw new IOException("The feed cannot be read: " + e.getMessage(), e);
    }
  }

  private byte[] written(FeedEvent event) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    bytes.writeBytes(OneManners.ascii("id: " + FeedRoutes.token(event) + "\ndata: "));
    bytes.writeBytes(Json.write(feed.written(event, withData)));
    bytes.writeBytes(OneManners.ascii("\n\n"));
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    closed = true;
    cursor.close();
  }
}
