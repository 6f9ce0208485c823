package com.example.honest;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;

/** {@code GET /honest}: how many changes it has taken. */
public final class HonestReader implements ChangeReader, HttpRoute {
  private ResumeToken place;
  private long taken;

  @Override
  public synchronized Optional<ResumeToken> position() {
    return Optional.ofNullable(place);
  }

  @Override
  public synchronized void take(List<StreamChange> changes, ResumeToken position) {
    taken += changes.size();
    place = position;
  }

  @Override
  public String pattern() {
    return "/honest";
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
  public synchronized HttpReply handle(HttpCall call) {
    return HttpReply.text(200, "text/plain", Long.toString(taken));
  }
}
