package org.kiln.feed;

import java.time.Instant;
import java.util.Optional;
import org.kiln.api.feed.ResumeToken;

/**
 * How a reader stands.
 *
 * @param name its name
 * @param plugin the symbolic name of the bundle that is called under it
 * @param feed {@code changes} or {@code events}
 * @param kind what it does
 * @param since since when
 * @param reason why, in a sentence; empty when there is nothing to explain
 * @param position behind what it has taken; empty until it has said where it is
 * @param taken changes or events it has taken, since the node's start
 * @param failures calls that failed, since the node's start
 */
public record ReaderState(
    String name,
    String plugin,
    String feed,
    Kind kind,
    Instant since,
    String reason,
    Optional<ResumeToken> position,
    long taken,
    long failures) {

  /** What a reader does. */
  public enum Kind {
    /** Nothing is there for it; or the reason says what is missing. */
    WAITING,
    /** It takes. */
    RUNNING,
    /** It, or what it reads from, fails, and is tried again. */
    FAILING,
    /** A call of it does not come back. */
    HANGING;

    /** In lower case, as operators see it. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Whether an operator need not look. */
    public boolean well() {
      return this == WAITING || this == RUNNING;
    }
  }
}
