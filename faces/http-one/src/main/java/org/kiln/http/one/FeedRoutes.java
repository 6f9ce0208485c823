package org.kiln.http.one;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Ipld;

/**
 * {@code /feed}: events in the order in which they became deliverable. A token is the number of the
 * next entry of the node's journal, so it never goes back; other entries stand between the events,
 * so there are gaps.
 */
final class FeedRoutes implements AutoCloseable {
  /** Most events of an answer with their data, as ceramic-one demands. */
  static final int MOST_WITH_DATA = 10_000;

  /** Most ids of an answer; who wants more goes on by the token. */
  private static final int MOST = 50_000;

  private static final int DEFAULT_LIMIT = 100;

  /** With more data than that an answer ends, and the token says where. */
  private static final long MOST_BYTES = 4 << 20;

  private static final int PAGE = 1000;

  private final Feed feed;
  private final EventTexts texts;
  private final Duration keepAlive;
  private final Set<FeedStream> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  FeedRoutes(Feed feed, EventTexts texts, Duration keepAlive) {
    this.feed = feed;
    this.texts = texts;
    this.keepAlive = keepAlive;
  }

  List<HttpRoute> endpoints() {
    return List.of(
        Endpoint.get("/feed/events", this::events),
        Endpoint.get("/feed/resumeToken", this::resumeToken));
  }

  private HttpReply resumeToken(HttpCall call) {
    return OneManners.json(
        Ipld.map("resumeToken", Ipld.of(Long.toString(feed.now().position() + 1))));
  }

  private HttpReply events(HttpCall call) throws Refusal {
    int limit = Parameters.number(call, "limit").orElse(DEFAULT_LIMIT);
    boolean withData = withData(call.query("includeData").orElse("none"));
    boolean streamed =
        call.header("Accept").filter(types -> types.contains("text/event-stream")).isPresent();
    // An EventSource that comes back says where it was, and still has its old address.
    String text =
        call.header("Last-Event-ID")
            .map(String::strip)
            .filter(id -> streamed && !id.isEmpty())
            .orElse(call.query("resumeAt").orElse("0"));
    long resumeAt = Parameters.token(text);
    if (streamed) {
      return stream(resumeAt, withData);
    }
    if (withData && limit > MOST_WITH_DATA) {
      throw Refusal.invalid(
          "The limit value must be less than "
              + MOST_WITH_DATA
              + " when including data ("
              + limit
              + ") ");
    }
    int most = withData ? MOST_WITH_DATA : MOST;
    return page(text, resumeAt, limit < 0 ? most : Math.min(limit, most), withData);
  }

  private static boolean withData(String text) throws Refusal {
    return switch (text) {
      case "none" -> false;
      case "full" -> true;
      default ->
          throw Refusal.invalid(
              "Invalid value: " + Parameters.shortened(text) + ". must be one of 'none' or 'full'");
    };
  }

  private HttpReply page(String given, long resumeAt, int limit, boolean withData) throws Refusal {
    List<Ipld> events = new ArrayList<>();
    String next = given;
    Optional<FeedCursor<FeedEvent>> opened = limit == 0 ? Optional.empty() : open(resumeAt);
    if (opened.isPresent()) {
      try (FeedCursor<FeedEvent> cursor = opened.get()) {
        long bytes = 0;
        while (events.size() < limit && bytes < MOST_BYTES) {
          List<FeedEvent> some = next(cursor, Math.min(PAGE, limit - events.size()));
          if (some.isEmpty()) {
            break;
          }
          for (FeedEvent event : some) {
            events.add(written(event, withData));
            bytes += withData ? size(event) : 0;
          }
          next = token(some.get(some.size() - 1));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Refusal.busy("The node stops");
      }
    }
    return OneManners.json(Ipld.map("events", new Ipld.List(events), "resumeToken", Ipld.of(next)));
  }

  /** Only here it says that the feed has ended: an event that is broken is so for good. */
  private static List<FeedEvent> next(FeedCursor<FeedEvent> cursor, int most)
      throws Refusal, InterruptedException {
    try {
      return cursor.next(most, Duration.ZERO);
    } catch (IllegalStateException e) {
      throw Refusal.busy("The feed is being replaced; come again");
    }
  }

  private static long size(FeedEvent event) {
    return event.blocks().stream().map(Block::data).mapToLong(data -> data.length).sum();
  }

  Ipld written(FeedEvent event, boolean withData) {
    return withData ? texts.event(event.cid(), event.blocks()) : EventTexts.event(event.cid());
  }

  static String token(FeedEvent last) {
    return Long.toString(last.token().position() + 1);
  }

  /** The events from a token on; empty when the journal does not reach so far. */
  Optional<FeedCursor<FeedEvent>> open(long resumeAt) {
    ResumeToken beginning = feed.beginning();
    try {
      return Optional.of(feed.events(resumeAt <= 1 ? beginning : beginning.at(resumeAt - 1)));
    } catch (FeedException e) {
      return Optional.empty();
    }
  }

  private HttpReply stream(long resumeAt, boolean withData) throws Refusal {
    if (closed) {
      throw Refusal.busy("The face is being replaced; come again");
    }
    long from = Math.max(resumeAt, 1);
    if (from > feed.now().position() + 1) {
      throw Refusal.of(
          new HttpProblem(
              400,
              "resume-token-of-future",
              "The journal of this node ends before "
                  + from
                  + "; begin with what /feed/resumeToken says"));
    }
    return HttpReply.streamed(
            200,
            "text/event-stream",
            out -> {
              try (FeedStream stream = new FeedStream(this, from, withData, keepAlive)) {
                streams.add(stream);
                try {
                  if (!closed) {
                    stream.write(out);
                  }
                } finally {
                  streams.remove(stream);
                }
              }
            })
        .with("Cache-Control", "no-cache")
        .with("X-Accel-Buffering", "no");
  }

  /** Ends what has no end by itself. */
  @Override
  public void close() {
    closed = true;
    streams.forEach(FeedStream::close);
  }
}
