package org.kiln.http.v0;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.core.stream.StreamReads;

/** {@code /feed}: documents as they come and change. */
final class FeedRoutes implements AutoCloseable {
  private static final String FIRST = "0";

  private final Optional<Feed> feed;
  private final Optional<FeedTurns> turns;
  private final FeedDocuments documents;
  private final FeedListener.Times times;

  FeedRoutes(Optional<Feed> feed, StreamReads streams, AnswerRoom room, FeedListener.Times times) {
    this.feed = feed;
    this.turns = feed.map(source -> new FeedTurns(source, times.keepAlive()));
    this.documents = new FeedDocuments(streams, new FeedTexts(room));
    this.times = times;
  }

  List<Endpoint> endpoints() {
    return List.of(Endpoint.get("/feed/aggregation/documents", this::documents));
  }

  private HttpReply documents(HttpCall call) throws HttpProblem {
    Feed source = feed.orElseThrow(() -> Problems.unavailable("There is no feed here"));
    ResumeToken after = after(call, source);
    return HttpReply.streamed(
            200,
            "text/event-stream",
            out ->
                new FeedListener(source, after, turns.orElseThrow(), documents, times).write(out))
        .withHeaders(Map.of("Cache-Control", "no-cache", "X-Accel-Buffering", "no"));
  }

  /** An EventSource that comes back says where it was, and still has its old address. */
  private static ResumeToken after(HttpCall call, Feed feed) throws HttpProblem {
    Optional<String> last = call.header("Last-Event-ID").map(String::strip);
    Optional<String> given =
        last.filter(id -> !id.isEmpty()).or(() -> call.query("after").map(String::strip));
    if (given.isEmpty()) {
      return feed.now();
    }
    if (given.get().isEmpty() || given.get().equals(FIRST)) {
      return feed.beginning();
    }
    try {
      ResumeToken token = ResumeToken.parse(given.get());
      feed.changes(token).close();
      return token;
    } catch (FeedException e) {
      throw problem(e);
    }
  }

  private static HttpProblem problem(FeedException e) {
    String message =
        e.getMessage()
            + " Here after=0 begins with the first change this node has, and no after with the"
            + " next one.";
    return switch (e.reason()) {
      case MALFORMED -> Problems.invalid(message);
      case OTHER_NODE -> new HttpProblem(400, "resume-token-of-other-node", message);
      case FUTURE -> new HttpProblem(400, "resume-token-of-future", message);
      case GONE -> new HttpProblem(410, "resume-token-gone", message);
    };
  }

  /** Ends what has no end by itself. */
  @Override
  public void close() {
    turns.ifPresent(FeedTurns::close);
  }
}
