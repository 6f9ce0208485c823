package org.kiln.sample.authors;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamReader;
import org.kiln.api.stream.StreamRef;
import org.kiln.kit.stream.Controllers;
import org.kiln.kit.text.IpldText;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Reads the changes of streams, and answers {@code GET /authors/{did}?after=STREAM&limit=N} with
 * the streams of an author: their tips, how often clients of this node wrote them, and how often
 * they changed; {@code token} is the place in the feed at which that was so. Thread-safe.
 */
@Component(property = ChangeReader.NAME + "=" + Authors.NAME)
public final class Authors implements ChangeReader, HttpRoute {
  static final String NAME = "sample-authors";

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int PAGE = 100;
  private static final int MAX_PAGE = 1_000;
  private static final int MAX_TEXT = 1_000;

  private final AuthorIndex index;
  private final StreamReader streams;

  /** The index in the plugin's own directory, which outlives upgrades and goes with the plugin. */
  @Activate
  public Authors(BundleContext context, @Reference StreamReader streams) throws IOException {
    this(new AuthorIndex(context.getDataFile("authors.mv")), streams);
  }

  Authors(AuthorIndex index, StreamReader streams) {
    this.index = index;
    this.streams = streams;
  }

  /** The next version opens the same file: what is under way has ended when this is called. */
  @Deactivate
  void close() {
    index.close();
  }

  @Override
  public Optional<ResumeToken> position() throws FeedException {
    return index.position();
  }

  @Override
  public void take(List<StreamChange> changes, ResumeToken position) throws IOException {
    Map<StreamId, String> found = new HashMap<>();
    index.take(
        changes,
        position,
        stream -> {
          String known = found.get(stream);
          if (known == null) {
            known = controller(stream);
            found.put(stream, known);
          }
          return known;
        });
  }

  /** Of the newest state, which is at least as new as the change. */
  private String controller(StreamId stream) throws IOException {
    try {
      return Controllers.only(
          streams
              .load(new StreamRef(stream, Optional.empty()), Deadline.in(PATIENCE))
              .document()
              .latestMetadata());
    } catch (DependencyMissingException e) {
      // Not now: the changes come again, and until then kiln status says why the index stands.
      throw new IOException("Stream " + stream + " cannot be loaded now: " + e.getMessage(), e);
    } catch (InvalidEventException e) {
      return "nobody"; // never: the index goes on
    }
  }

  @Override
  public void refused(FeedException reason) {
    index.clear();
  }

  @Override
  public String pattern() {
    return "/authors/{did}";
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
    String did = call.variable("did");
    String after = call.query("after").orElse("");
    if (did.length() > MAX_TEXT || after.length() > MAX_TEXT) {
      throw new HttpProblem(400, "too-long", "No DID and no stream id is that long");
    }
    AuthorIndex.Page page = index.page(did, after, limit(call));
    StringJoiner entries = new StringJoiner(",", "[", "]");
    for (AuthorIndex.Entry entry : page.entries()) {
      entries.add(
          "{\"stream\":\"%s\",\"tip\":\"%s\",\"writes\":%d,\"changes\":%d}"
              .formatted(entry.stream(), entry.tip(), entry.writes(), entry.changes()));
    }
    String json =
        "{\"did\":%s,\"token\":%s,\"streams\":%s,\"more\":%b}"
            .formatted(
                quoted(did),
                page.token().map(Authors::quoted).orElse("null"),
                entries,
                page.more());
    return HttpReply.json(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String quoted(String text) {
    return IpldText.json(Ipld.of(text), 2 * MAX_TEXT + 2);
  }

  private static int limit(HttpCall call) throws HttpProblem {
    try {
      return Math.clamp(Integer.parseInt(call.query("limit").orElse("" + PAGE)), 1, MAX_PAGE);
    } catch (NumberFormatException e) {
      throw new HttpProblem(400, "bad-limit", "limit is a number, 1 to " + MAX_PAGE);
    }
  }
}
