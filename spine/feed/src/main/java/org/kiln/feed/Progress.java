package org.kiln.feed;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.kiln.api.feed.ResumeToken;
import org.kiln.feed.ReaderState.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of the reader of one name, over all the services that had it. Says in the log when
 * it begins and ceases to fail or to hang. Thread-safe.
 */
final class Progress {
  private static final Logger LOG = LoggerFactory.getLogger("kiln.feed");

  private final String name;
  private final Duration hanging;
  private final InstantSource clock;
  private String plugin = "";
  private String feed = "";
  private Instant since;
  private Instant calledAt;
  private String call = "";
  private boolean saidHanging;
  private Instant failingSince;
  private String reason = "";
  private ResumeToken position;
  private long taken;
  private long failures;

  Progress(String name, Duration hanging, InstantSource clock) {
    this.name = name;
    this.hanging = hanging;
    this.clock = clock;
    this.since = clock.instant();
  }

  /** That service is called from now on. */
  synchronized void begins(String newPlugin, String newFeed) {
    plugin = newPlugin;
    feed = newFeed;
    since = clock.instant();
    failingSince = null;
    reason = "";
    position = null;
  }

  /** The reader is being called. */
  synchronized void enter(String what) {
    call = what;
    calledAt = clock.instant();
  }

  /** The call is over, or nobody waits for it any more. */
  synchronized void leave() {
    if (saidHanging) {
      LOG.info("Feed reader {} of plugin {}: {} has come back", name, plugin, call);
    }
    calledAt = null;
    saidHanging = false;
    since = clock.instant();
  }

  /** It stands there, having taken so many more. */
  synchronized void at(ResumeToken newPosition, int more) {
    position = newPosition;
    taken += more;
  }

  /** All is well. */
  synchronized void well() {
    if (failingSince != null) {
      LOG.info("Feed reader {} of plugin {} goes on at {}", name, plugin, position);
    }
    failingSince = null;
    reason = "";
  }

  /** It waits for something that will come by itself. */
  synchronized void waits(String what) {
    if (failingSince == null) {
      reason = what;
    }
  }

  /** It, or what it reads from, has failed. */
  synchronized void fails(String why) {
    failures++;
    reason = why;
    if (failingSince == null) {
      failingSince = clock.instant();
      LOG.warn(
          "Feed reader {} of plugin {} fails: {}. It is called again from its place after a pause"
              + " of up to a minute",
          name,
          plugin,
          why);
    }
  }

  /** Looks whether the call under way hangs, to say so once. */
  synchronized void watch() {
    if (hangs() && !saidHanging) {
      saidHanging = true;
      LOG.warn(
          "Feed reader {} of plugin {}: {} has not come back within {} ms. It is waited for; its"
              + " place is kept, and nobody else is held up",
          name,
          plugin,
          call,
          hanging.toMillis());
    }
  }

  private boolean hangs() {
    return calledAt != null && calledAt.plus(hanging).isBefore(clock.instant());
  }

  synchronized ReaderState state() {
    Kind kind = kind();
    Instant from =
        switch (kind) {
          case HANGING, RUNNING -> calledAt;
          case FAILING -> failingSince;
          case WAITING -> since;
        };
    return new ReaderState(
        name,
        plugin,
        feed,
        kind,
        from,
        kind == Kind.HANGING ? call + " has not come back" : reason,
        Optional.ofNullable(position),
        taken,
        failures);
  }

  private Kind kind() {
    if (hangs()) {
      return Kind.HANGING;
    } else if (failingSince != null) {
      return Kind.FAILING;
    }
    return calledAt != null ? Kind.RUNNING : Kind.WAITING;
  }
}
