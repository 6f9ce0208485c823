package org.kiln.http.v0;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.StreamId;
import org.kiln.core.stream.StreamException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One who listens to the feed of documents, by server-sent events. It reads the journal at the pace
 * of its client, and holds no more than the document it sends. Every block has an {@code id}, also
 * where there is no event, so that who comes back goes on where it was. For one thread.
 */
final class FeedListener {
  private static final Logger LOG = LoggerFactory.getLogger(FeedListener.class);

  private static final int PAGE = 128;

  /** A client that does not take so much within the time for slow ones is let go. */
  private static final int PIECE_BYTES = 8 << 10;

  private static final byte[] END = {'}', '\n', '\n'};

  private final Feed feed;
  private final ResumeToken after;
  private final FeedTurns turns;
  private final FeedDocuments documents;
  private final Times times;
  private final FeedPatience patience;
  private long lastSign;

  /**
   * How long it waits.
   *
   * @param keepAlive from one sign of life to the next when nothing comes
   * @param retry before it asks again for a document that cannot be read for the moment
   * @param missing until it goes on without a document that lacks something
   * @param busy until it goes on without a document for which the node has no time or room
   */
  record Times(Duration keepAlive, Duration retry, Duration missing, Duration busy) {
    /**
     * Proxies cut connections on which nothing comes for a minute; a plugin that is swapped is back
     * within seconds; a node that has too much to do is not so for ever, but says the same of a
     * stream that will never have room.
     */
    static final Times DEFAULT =
        new Times(
            Duration.ofSeconds(15),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5));
  }

  /** A listener that begins after a place. */
  FeedListener(
      Feed feed, ResumeToken after, FeedTurns turns, FeedDocuments documents, Times times) {
    this.feed = feed;
    this.after = after;
    this.turns = turns;
    this.documents = documents;
    this.times = times;
    this.patience = new FeedPatience(times.missing(), times.busy(), System::nanoTime);
  }

  /** Writes until the client has gone, or must come again. */
  void write(OutputStream out) throws IOException {
    FeedTurns.Seat seat = turns.enter();
    try (FeedCursor<StreamChange> cursor = feed.changes(after)) {
      listen(cursor, seat, out);
    } catch (FeedException | IllegalStateException e) {
      LOG.debug("A listener of the feed must come again: {}", e.getMessage());
    } catch (StoreException e) {
      throw new IOException("The feed cannot be read: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      turns.leave(seat);
    }
  }

  private void listen(FeedCursor<StreamChange> cursor, FeedTurns.Seat seat, OutputStream out)
      throws IOException, InterruptedException {
    out.write(ascii("retry: 1000\n"));
    sign(after, out);
    while (!turns.isClosed()) {
      List<StreamChange> changes = cursor.next(PAGE, Duration.ZERO);
      for (StreamChange change : changes) {
        send(change, out);
      }
      if (!changes.isEmpty()) {
        out.flush();
      } else if (System.nanoTime() - lastSign > times.keepAlive().toNanos() / 2) {
        sign(cursor.position(), out);
      }
      turns.await(seat, changes.size() == PAGE);
    }
  }

  /** Shows that the connection is alive, and where it is. */
  private void sign(ResumeToken position, OutputStream out) throws IOException {
    lastSign = System.nanoTime();
    out.write(ascii(": alive\nid: " + position + "\n\n"));
    out.flush();
  }

  private void send(StreamChange change, OutputStream out)
      throws IOException, InterruptedException {
    StreamId stream = change.stream();
    while (!turns.isClosed()) {
      try {
        byte[] document = documents.text(stream, times.keepAlive(), () -> alive(out));
        patience.read(stream);
        write(change, document, out);
        return;
      } catch (StreamException | RuntimeException e) {
        if (!patience.lasts(stream, e)) {
          leaveOut(change, e.getMessage() == null ? e.toString() : e.getMessage(), out);
          return;
        }
      }
      alive(out);
      turns.pause(times.retry());
    }
  }

  private static void alive(OutputStream out) throws IOException {
    out.write(ascii(": alive\n\n"));
    out.flush();
  }

  private static void write(StreamChange change, byte[] members, OutputStream out)
      throws IOException {
    byte[] head = ascii(head(change));
    if (head.length + members.length + END.length <= PIECE_BYTES) {
      byte[] event = new byte[head.length + members.length + END.length];
      System.arraycopy(head, 0, event, 0, head.length);
      System.arraycopy(members, 0, event, head.length, members.length);
      System.arraycopy(END, 0, event, head.length + members.length, END.length);
      out.write(event);
      return;
    }
    out.write(head);
    for (int from = 0; from < members.length; from += PIECE_BYTES) {
      out.write(members, from, Math.min(PIECE_BYTES, members.length - from));
    }
    out.write(END);
  }

  private static String head(StreamChange change) {
    String token = change.token().toString();
    return "id: " + token + "\ndata: {\"resumeToken\":\"" + token + "\",";
  }

  /**
   * One document that cannot be read must not hold up all others. An event of another type, which
   * clients that do not know it never see, says so.
   */
  private static void leaveOut(StreamChange change, String reason, OutputStream out)
      throws IOException {
    LOG.info("Stream {} is left out of a listener's feed: {}", change.stream(), reason);
    JsonBytes members = new JsonBytes(256);
    members.ascii("\"streamId\":").quoted(change.stream().toString());
    members.ascii(",\"tip\":").quoted(change.tip().toString());
    members.ascii(",\"error\":").text(reason);
    out.write(ascii("event: unreadable\n"));
    write(change, members.toBytes(), out);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
