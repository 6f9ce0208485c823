package org.kiln.schema;

import java.util.IdentityHashMap;
import java.util.Map;
import org.kiln.api.plugin.Deadline;

/**
 * What one piece of work may still cost. Steps are counted, not timed, so that all nodes come to
 * the same verdict; a step stands for some ten nanoseconds and a few bytes, and whatever grows with
 * a schema or a value is paid for before it is done. The deadline is looked at every fraction of a
 * millisecond. Not thread-safe.
 */
final class Budget {
  /** Steps a piece of work may take: about a second. */
  static final long STEPS = 100_000_000;

  /** Steps between two looks at the clock. */
  private static final int UNWATCHED = 1 << 14;

  /** Characters that cost one step to pass over or to copy. */
  private static final int CHARS_PER_STEP = 8;

  private final Deadline deadline;
  private Map<EcmaProgram, Threads> threads;
  private long spent;
  private long nextLook = UNWATCHED;

  /** Work that came to its limit; carries no stack. */
  static final class Exhausted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Exhausted(String message) {
      super(message, null, false, false);
    }
  }

  Budget(Deadline deadline) {
    this.deadline = deadline;
  }

  /** Work that nobody waits for. */
  Budget() {
    this(Deadline.NONE);
  }

  long spent() {
    return spent;
  }

  /**
   * Pays for so many steps.
   *
   * @throws Exhausted when there are no more
   * @throws org.kiln.api.plugin.DeadlineExpiredException when the time is over
   */
  void spend(long steps) {
    spent += steps;
    if (spent >= nextLook) {
      look();
    }
  }

  /** Pays for passing over, or copying, a text. */
  void read(int chars) {
    spend(1 + chars / CHARS_PER_STEP);
  }

  private void look() {
    if (spent > STEPS) {
      throw new Exhausted("it takes more than " + STEPS + " steps");
    }
    deadline.throwIfExpired();
    nextLook = Math.min(spent + UNWATCHED, STEPS + 1);
  }

  /** The places to hold a program's threads in, made once however often it runs. */
  Threads threads(EcmaProgram program) {
    if (threads == null) {
      threads = new IdentityHashMap<>();
    }
    Threads known = threads.get(program);
    if (known == null) {
      spend(program.length());
      known = new Threads(program.length());
      threads.put(program, known);
    }
    return known;
  }
}
