package org.kiln.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.kiln.core.access.Caller;

/**
 * The sessions of people with a browser, in memory: a restart of the node ends them. Only hashes of
 * the tokens are kept. Thread-safe.
 */
final class Sessions {
  private static final int MAX_SESSIONS = 1000;
  private static final Duration LONGEST = Duration.ofDays(7);

  private final Duration idle;
  private final InstantSource clock;
  private final Map<String, Session> byHash = new LinkedHashMap<>();

  /**
   * A session.
   *
   * @param caller whose it is
   * @param csrf what a page must send along with every change
   * @param since when the person logged in
   * @param until when it ends unless it is used
   */
  record Session(Caller caller, String csrf, Instant since, Instant until) {}

  /** A session and the token that only the browser keeps. */
  record Opened(String token, Session session) {}

  Sessions(Duration idle, InstantSource clock) {
    this.idle = idle;
    this.clock = clock;
  }

  synchronized Opened open(Caller caller) {
    Instant now = clock.instant();
    byHash.values().removeIf(session -> session.until().isBefore(now));
    if (byHash.size() >= MAX_SESSIONS) {
      byHash.entrySet().stream()
          .min(Comparator.comparing(entry -> entry.getValue().until()))
          .map(Map.Entry::getKey)
          .ifPresent(byHash::remove);
    }
    String token = Secrets.token();
    Session session = new Session(caller, Secrets.token(), now, now.plus(idle));
    byHash.put(Secrets.hash(token), session);
    return new Opened(token, session);
  }

  /** The session of a token, which thereby lasts longer. */
  synchronized Optional<Session> use(String token) {
    String hash = Secrets.hash(token);
    Session session = byHash.get(hash);
    if (session == null) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    if (session.until().isBefore(now)) {
      byHash.remove(hash);
      return Optional.empty();
    }
    Instant last = session.since().plus(LONGEST);
    Instant until = now.plus(idle);
    Session used =
        new Session(
            session.caller(), session.csrf(), session.since(), until.isAfter(last) ? last : until);
    byHash.put(hash, used);
    return Optional.of(used);
  }

  synchronized void close(String token) {
    byHash.remove(Secrets.hash(token));
  }

  /** Ends the sessions of a credential that was changed or taken away. */
  synchronized void closeAll(String name) {
    byHash.values().removeIf(session -> session.caller().name().equals(name));
  }

  synchronized int count() {
    return byHash.size();
  }
}
