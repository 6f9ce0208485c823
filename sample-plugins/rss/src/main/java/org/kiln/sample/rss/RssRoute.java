package org.kiln.sample.rss;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Retry;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamReader;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.kit.text.IpldText;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code GET /feeds/{stream}}: the newest 20 versions of a stream, of any type. An item's title is
 * the member {@code title} of the content, its description the member {@code text}, or the whole
 * content as JSON. Holds nothing; thread-safe.
 */
@Component
public final class RssRoute implements HttpRoute {
  private static final int MAX_ITEMS = 20;
  private static final int MAX_DESCRIPTION_CHARS = 4_000;

  private final StreamReader streams;

  /** A route that reads through the node. */
  @Activate
  public RssRoute(@Reference StreamReader streams) {
    this.streams = streams;
  }

  @Override
  public String pattern() {
    return "/feeds/{stream}";
  }

  @Override
  public Set<String> methods() {
    return Set.of("GET");
  }

  @Override
  public Access access() {
    return Access.PUBLIC;
  }

  @Override
  public HttpReply handle(HttpCall call) throws HttpProblem {
    StreamRef ref;
    try {
      ref = StreamRef.parse(call.variable("stream"));
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, "not-a-stream-id", e.getMessage());
    }
    try {
      byte[] xml = feed(ref, call).xml().getBytes(StandardCharsets.UTF_8);
      return HttpReply.of(200, "application/rss+xml; charset=utf-8", List.of(xml));
    } catch (DependencyMissingException e) {
      // Unknown here, or of a type that is not installed now: both may change.
      boolean unknown = e.missing() instanceof Dependency.Stream;
      throw new HttpProblem(
          unknown ? 404 : 503,
          unknown ? "stream-not-found" : "stream-unavailable",
          e.getMessage(),
          unknown ? Retry.NEVER : Retry.after(Duration.ofSeconds(10)),
          Map.of("missing", e.missing().text()));
    }
  }

  private Feed feed(StreamRef ref, HttpCall call) throws DependencyMissingException {
    StreamState newest = streams.load(ref, call.deadline());
    List<Feed.Item> items = new ArrayList<>();
    for (int i = newest.log().size() - 1; i >= 0 && items.size() < MAX_ITEMS; i--) {
      LogEntry entry = newest.log().get(i);
      if (entry.kind() == LogEntry.Kind.TIME) {
        continue; // a version is only dated by it
      }
      call.deadline().throwIfExpired();
      StreamRef version = new StreamRef(newest.id(), Optional.of(entry.cid()));
      Ipld content = streams.load(version, call.deadline()).document().latestContent();
      items.add(
          new Feed.Item(
              text(content, "title").orElse("Version " + (i + 1)),
              version.toString(),
              text(content, "text").orElseGet(() -> IpldText.json(content, MAX_DESCRIPTION_CHARS)),
              entry.timestamp()));
    }
    Ipld content = newest.document().latestContent();
    return new Feed(
        text(content, "title").orElse("Stream " + newest.id()),
        "/api/v0/streams/" + newest.id(),
        "The versions of Ceramic stream " + newest.id(),
        items);
  }

  private static Optional<String> text(Ipld content, String member) {
    return content instanceof Ipld.Map map ? map.text(member) : Optional.empty();
  }
}
