package org.kiln.core.guard.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log says of one plugin: each kind of trouble when it begins and then at most every few
 * minutes, however many calls have it. Thread-safe.
 */
final class Complaints {
  private static final Logger LOG = LoggerFactory.getLogger("kiln.plugins");
  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** Kinds of trouble. */
  enum Kind {
    OVERDUE,
    CUT_OFF,
    FAILED,
    CROWDED
  }

  private record Said(long atNanos, int unsaid) {}

  private final String plugin;
  private final Map<Kind, Said> said = new ConcurrentHashMap<>();

  Complaints(String plugin) {
    this.plugin = plugin;
  }

  /** Warns, unless that was said a moment ago. */
  void warn(Kind kind, String sentence) {
    long now = System.nanoTime();
    String[] line = new String[1];
    said.compute(
        kind,
        (k, before) -> {
          if (before != null && now - before.atNanos() < QUIET_NANOS) {
            return new Said(before.atNanos(), before.unsaid() + 1);
          }
          line[0] =
              before == null || before.unsaid() == 0
                  ? sentence
                  : sentence + " (and so " + before.unsaid() + " times since it was last said)";
          return new Said(now, 0);
        });
    if (line[0] != null) {
      LOG.warn("Plugin {}: {}", plugin, line[0]);
    }
  }

  /** All is well again, if it was said that it was not. */
  void over(String sentence) {
    if (said.remove(Kind.OVERDUE) != null | said.remove(Kind.CUT_OFF) != null) {
      LOG.info("Plugin {}: {}", plugin, sentence);
    }
  }

  void debug(String what, Throwable cause) {
    LOG.debug("Plugin {}: {} failed", plugin, what, cause);
  }
}
