package org.kiln.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.feed.Readers.Standing;
import org.kiln.ipld.Json;

/** {@code GET /admin/feed}: where the feed ends, and how its readers stand. */
public final class FeedRoute implements HttpRoute {
  private final Readers readers;

  /** Of these readers. */
  public FeedRoute(Readers readers) {
    this.readers = readers;
  }

  @Override
  public String pattern() {
    return "/admin/feed";
  }

  @Override
  public Set<String> methods() {
    return Set.of("GET");
  }

  @Override
  public Access access() {
    return Access.VIEWER;
  }

  @Override
  public HttpReply handle(HttpCall call) {
    List<Ipld> all = new ArrayList<>();
    readers.standings().forEach(standing -> all.add(json(standing)));
    List<Ipld> refused = new ArrayList<>();
    readers
        .refusals()
        .forEach(
            refusal ->
                refused.add(
                    Ipld.map(
                        "plugin", Ipld.of(refusal.plugin()), "reason", Ipld.of(refusal.reason()))));
    Ipld.Map body =
        Ipld.map(
            "end", text(readers.end()),
            "readers", new Ipld.List(all),
            "refused", new Ipld.List(refused));
    return HttpReply.of(200, HttpReply.JSON, List.of(Json.write(body)))
        .withHeaders(Map.of("Cache-Control", "no-store"));
  }

  private static Ipld json(Standing standing) {
    ReaderState state = standing.state();
    return Ipld.Map.builder()
        .with("name", Ipld.of(state.name()))
        .with("plugin", Ipld.of(state.plugin()))
        .with("feed", Ipld.of(state.feed()))
        .with("state", Ipld.of(state.kind().word()))
        .with("since", Ipld.of(state.since().toEpochMilli()))
        .with("reason", state.reason().isEmpty() ? Ipld.NULL : Ipld.of(state.reason()))
        .with("position", text(state.position()))
        .with("behind", number(standing.behind()))
        .with("behindMs", number(standing.behindMillis()))
        .with("taken", Ipld.of(state.taken()))
        .with("failures", Ipld.of(state.failures()))
        .build();
  }

  private static Ipld text(Optional<ResumeToken> token) {
    return token.<Ipld>map(value -> Ipld.of(value.toString())).orElse(Ipld.NULL);
  }

  private static Ipld number(OptionalLong number) {
    return number.isPresent() ? Ipld.of(number.getAsLong()) : Ipld.NULL;
  }
}
