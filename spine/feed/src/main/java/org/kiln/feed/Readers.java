package org.kiln.feed;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.ResumeToken;
import org.kiln.core.lending.OptionalService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All readers of the feed, by name. Thread-safe. */
public final class Readers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("kiln.feed");
  private static final Pattern NAME = Pattern.compile("[a-z0-9.-]{1,64}");

  /** So many names have a thread each, and a value of a label in the metrics. */
  private static final int MOST_NAMES = 128;

  /** A service that is not called, and why. */
  public record Refusal(String plugin, String reason) {}

  private record Registered(String name, Candidate candidate) {}

  private final OptionalService<Feed> feeds;
  private final Patience patience;
  private final InstantSource clock;
  private final Lag lag = new Lag();
  private final Map<String, NamedReader> byName = new ConcurrentHashMap<>();
  private final Map<Object, Registered> registered = new IdentityHashMap<>();
  private final Map<Object, Refusal> refused = new IdentityHashMap<>();
  private boolean closed;

  /** None, to begin with. */
  public Readers(OptionalService<Feed> feeds, Patience patience, InstantSource clock) {
    this.feeds = feeds;
    this.patience = patience;
    this.clock = clock;
  }

  /**
   * A service has come. It is called from now on, unless one with its name and a higher ranking is
   * there.
   *
   * @param service what it is told apart by
   * @param name its service property {@value ChangeReader#NAME}, null when it has none
   */
  public synchronized void add(Object service, Object name, Candidate candidate) {
    if (closed) {
      return;
    }
    if (!(name instanceof String text && NAME.matcher(text).matches())) {
      refuse(
          service,
          candidate.plugin(),
          "Its service property "
              + ChangeReader.NAME
              + " must be its name, 1 to 64 of a-z 0-9 . and -, and is "
              + (name == null ? "missing" : "'" + clipped(String.valueOf(name)) + "'"));
    } else if (!byName.containsKey(text) && byName.size() >= MOST_NAMES) {
      refuse(
          service,
          candidate.plugin(),
          "There are " + MOST_NAMES + " readers already, which is as many as are called");
    } else {
      registered.put(service, new Registered(text, candidate));
      NamedReader reader = byName.get(text);
      if (reader == null || !reader.add(candidate)) {
        begin(text, candidate);
      }
      LOG.info(
          "Feed reader {} of plugin {} is there ({})",
          text,
          candidate.plugin(),
          candidate.taker().feed());
    }
  }

  private void begin(String name, Candidate first) {
    NamedReader fresh =
        new NamedReader(feeds, patience, new Progress(name, patience.hanging(), clock));
    fresh.add(first);
    byName.put(name, fresh);
    fresh.start(name, () -> byName.remove(name, fresh));
  }

  private static String clipped(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }

  /** A service is not called; the log and the console say so. */
  public synchronized void refuse(Object service, String plugin, String reason) {
    refused.put(service, new Refusal(plugin, reason));
    LOG.error("A feed reader of plugin {} is not called: {}", plugin, reason);
  }

  /**
   * A service has gone. When this returns no call of it is under way, unless it does not end within
   * a few seconds.
   */
  public void remove(Object service) {
    Registered gone;
    NamedReader reader;
    synchronized (this) {
      refused.remove(service);
      gone = registered.remove(service);
      reader = gone == null ? null : byName.get(gone.name());
    }
    if (reader != null) {
      reader.remove(gone.candidate());
    } else if (gone != null) {
      gone.candidate().leave().run();
    }
  }

  /** Looks at the feed's end, and for calls that hang. To be called once a second. */
  public void watch() {
    Collection<NamedReader> all = byName.values();
    if (!all.isEmpty()) {
      feeds.get().ifPresent(feed -> lag.at(clock.instant(), feed.now()));
      all.forEach(NamedReader::watch);
    }
  }

  /** How a reader stands, and how far from the feed's end. */
  public record Standing(ReaderState state, OptionalLong behind, OptionalLong behindMillis) {}

  /** All there are, by name. */
  public List<Standing> standings() {
    Optional<ResumeToken> end = end();
    Instant now = clock.instant();
    List<Standing> standings = new ArrayList<>();
    for (NamedReader reader : byName.values()) {
      if (reader.shown()) {
        standings.add(standing(reader.state(), end, now));
      }
    }
    standings.sort(Comparator.comparing(standing -> standing.state().name()));
    return standings;
  }

  private Standing standing(ReaderState state, Optional<ResumeToken> end, Instant now) {
    Optional<ResumeToken> place = state.position();
    if (place.isEmpty() || end.isEmpty() || place.get().journal() != end.get().journal()) {
      return new Standing(state, OptionalLong.empty(), OptionalLong.empty());
    }
    long behind = Math.max(0, end.get().position() - place.get().position());
    return new Standing(
        state,
        OptionalLong.of(behind),
        OptionalLong.of(behind == 0 ? 0 : lag.behind(now, place.get()).toMillis()));
  }

  /** The feed's end; empty while there is no feed. */
  public Optional<ResumeToken> end() {
    return feeds.get().map(Feed::now);
  }

  /** Services that are not called, at most a hundred. */
  public synchronized List<Refusal> refusals() {
    return refused.values().stream()
        .sorted(Comparator.comparing(Refusal::plugin).thenComparing(Refusal::reason))
        .limit(100)
        .toList();
  }

  /** Calls nobody any more. Calls under way have a few seconds to end. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    List<NamedReader> all = List.copyOf(byName.values());
    all.forEach(NamedReader::close);
    List<Thread> waiting =
        all.stream().map(reader -> Thread.ofVirtual().start(reader::awaitEnd)).toList();
    try {
      for (Thread thread : waiting) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
