package org.kiln.itests.harness;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for something to come true, and says what did not. */
public final class Await {
  /** Nothing that works takes so long, on a machine that is busy with other tests too. */
  private static final Duration LIMIT = Duration.ofSeconds(120);

  private static final int PAUSE_MS = 20;

  private Await() {}

  /**
   * Looks again and again until it holds.
   *
   * @param what is awaited, for the message when it does not come within two minutes
   */
  public static void until(String what, Callable<Boolean> holds) throws InterruptedException {
    until(what, holds, () -> "");
  }

  /**
   * The same.
   *
   * @param seen what there is instead, asked for when it does not come
   */
  public static void until(String what, Callable<Boolean> holds, Callable<String> seen)
      throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!ask(what, holds)) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(
            "Not within %d s: %s%n%s".formatted(LIMIT.toSeconds(), what, ask(what, seen)));
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS); // between two looks
    }
  }

  private static <T> T ask(String what, Callable<T> question) throws InterruptedException {
    try {
      return question.call();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("While waiting: " + what, e);
    }
  }
}
