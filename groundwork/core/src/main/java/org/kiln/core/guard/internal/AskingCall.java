package org.kiln.core.guard.internal;

import java.io.BufferedInputStream;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.plugin.Deadline;

/** A request as a plugin's thread sees it; what must be read from it, its own thread reads. */
record AskingCall(
    HttpCall call,
    CallerThread callerThread,
    String method,
    String path,
    Map<String, String> queries,
    String remoteAddress,
    Optional<String> caller,
    Deadline deadline)
    implements HttpCall {

  /** On the plugin's thread: the request waits meanwhile. */
  static AskingCall of(HttpCall call, CallerThread callerThread) {
    return new AskingCall(
        call,
        callerThread,
        call.method(),
        call.path(),
        java.util.Collections.unmodifiableMap(new LinkedHashMap<>(call.queries())),
        call.remoteAddress(),
        call.caller(),
        call.deadline());
  }

  @Override
  public String variable(String name) {
    return ask(() -> call.variable(name));
  }

  @Override
  public Optional<String> query(String name) {
    return Optional.ofNullable(queries.get(name));
  }

  @Override
  public Optional<String> header(String name) {
    return ask(() -> call.header(name));
  }

  @Override
  public byte[] body() throws HttpProblem {
    try {
      return callerThread.ask(call::body);
    } catch (HttpProblem | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public InputStream bodyStream() throws HttpProblem {
    try {
      InputStream body = callerThread.ask(call::bodyStream);
      return new BufferedInputStream(new AskedStream(body, callerThread), AskedStream.MOST_AT_ONCE);
    } catch (HttpProblem | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private <T> T ask(Callable<T> question) {
    try {
      return callerThread.ask(question);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
