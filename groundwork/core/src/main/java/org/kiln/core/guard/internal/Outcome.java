package org.kiln.core.guard.internal;

import org.kiln.api.plugin.DeadlineExpiredException;

/** What a call of a plugin came to. */
sealed interface Outcome<T> {
  /** It returned. */
  record Returned<T>(T value) implements Outcome<T> {}

  /** It threw what its interface allows. */
  record Threw<T>(Exception declared) implements Outcome<T> {}

  /**
   * It threw something else.
   *
   * @param sentence what and where, in one line
   * @param cause for the debug log
   */
  record Failed<T>(String sentence, Throwable cause) implements Outcome<T> {}

  /** It found by itself that its time was over. */
  record Expired<T>() implements Outcome<T> {}

  /** Runs code of a plugin; whatever it throws is caught. */
  static <T> Outcome<T> of(Work<T, ?, ?> work, CallerThread caller, Class<?> a, Class<?> b) {
    try {
      return new Returned<>(work.run(caller));
    } catch (DeadlineExpiredException e) {
      return new Expired<>();
    } catch (Throwable e) {
      return e instanceof Exception declared && (a.isInstance(e) || b.isInstance(e))
          ? new Threw<>(declared)
          : new Failed<>(sentence(e), e);
    }
  }

  /** What was thrown and where, in one line; to be made on the plugin's own thread. */
  static String sentence(Throwable thrown) {
    String where = thrown.getStackTrace().length == 0 ? "" : " at " + thrown.getStackTrace()[0];
    try {
      String message = thrown.getMessage();
      return thrown.getClass().getSimpleName()
          + (message == null ? "" : ": " + message.lines().findFirst().orElse(""))
          + where;
    } catch (Throwable e) { // its own code, once more
      return thrown.getClass().getSimpleName() + where;
    }
  }
}
