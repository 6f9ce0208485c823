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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One who has the feed pushed, by server-sent events: {@code id} is the token to go on with, {@code
 * data} the object that the list of events would have. Reads the journal at the client's pace.
 */
final class FeedStream implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FeedStream.class);
  private static final int PAGE = 32;

  /** For clients that would come again at once, and be told the same. */
  private static final String RARELY = "retry: 60000\n";

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
        List<FeedEvent> events;
        try {
          events = cursor.next(withData ? 1 : PAGE, keepAlive);
        } catch (IllegalStateException e) {
          // The feed's room is replaced: the client comes again, and goes on by its token.
          return;
        }
        for (FeedEvent event : events) {
          write(event, out);
        }
        if (events.isEmpty()) {
          out.write(OneManners.ascii(": alive\n\n"));
        }
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StoreException e) {
      throw new IOException("The feed cannot be read: " + e.getMessage(), e);
    }
  }

  private void write(FeedEvent event, OutputStream out) throws IOException {
    byte[] text;
    try {
      text = written(event);
    } catch (StoreException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("The pushed feed cannot go on at {}: {}", FeedRoutes.token(event), e.toString());
      LOG.debug("A pushed feed failed", e);
      // Whoever comes again finds the same.
      out.write(
          OneManners.ascii(RARELY + ": the next event is broken; the node's log says more\n\n"));
      out.flush();
      throw new IOException("The feed cannot go on: " + e.getMessage(), e);
    }
    out.write(text);
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
