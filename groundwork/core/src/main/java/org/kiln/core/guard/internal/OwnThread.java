package org.kiln.core.guard.internal;

import java.util.concurrent.Callable;

/** For code that runs on its caller's thread, which can as well ask by itself. */
final class OwnThread implements CallerThread {
  @Override
  public <T> T ask(Callable<T> question) throws Exception {
    return question.call();
  }
}
