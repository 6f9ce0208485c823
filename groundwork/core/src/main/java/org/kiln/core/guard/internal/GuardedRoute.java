package org.kiln.core.guard.internal;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.plugin.Retry;
import org.kiln.core.guard.PluginUnavailableException;

/** A plugin's route. Requests and answers stay with the thread of the request. */
final class GuardedRoute implements HttpRoute {
  private static final int BUFFER_BYTES = 8 << 10;

  private record Constants(String pattern, Set<String> methods, Access access, int maxBodyBytes) {}

  private final HttpRoute route;
  private final PluginThreads threads;
  private final Constants constants;

  GuardedRoute(HttpRoute route, PluginThreads threads) throws PluginUnavailableException {
    this.route = route;
    this.threads = threads;
    this.constants =
        Checked.constants(
            threads,
            route,
            () ->
                new Constants(
                    Checked.present(route.pattern(), "pattern()"),
                    Set.copyOf(route.methods()),
                    Checked.present(route.access(), "access()"),
                    route.maxBodyBytes()));
  }

  @Override
  public String pattern() {
    return constants.pattern();
  }

  @Override
  public Set<String> methods() {
    return constants.methods();
  }

  @Override
  public Access access() {
    return constants.access();
  }

  @Override
  public int maxBodyBytes() {
    return constants.maxBodyBytes();
  }

  @Override
  public HttpReply handle(HttpCall call) throws HttpProblem {
    HttpReply reply;
    try {
      reply =
          threads.call(
              this,
              "the route " + constants.pattern(),
              call.deadline(),
              HttpProblem.class,
              caller -> Checked.reply(route.handle(AskingCall.of(call, caller))));
    } catch (PluginUnavailableException e) {
      throw problem(e);
    }
    return reply instanceof HttpReply.Streamed streamed
        ? HttpReply.streamed(
                streamed.status(), streamed.contentType(), out -> stream(streamed.writer(), out))
            .withHeaders(streamed.headers())
        : reply;
  }

  private static HttpProblem problem(PluginUnavailableException e) {
    return e.failed()
        ? new HttpProblem(
            500, "plugin-failed", e.getMessage(), Retry.NEVER, Map.of("plugin", e.plugin()))
        : new HttpProblem(
            503,
            "plugin-unavailable",
            e.getMessage(),
            Retry.after(Duration.ofSeconds(5)),
            Map.of("plugin", e.plugin()));
  }

  private void stream(HttpReply.Writer writer, OutputStream out) throws IOException {
    AskingStream asking = new AskingStream(out);
    try {
      threads.serve(
          this,
          "an answer of the route " + constants.pattern(),
          IOException.class,
          caller -> {
            OutputStream buffered = new BufferedOutputStream(asking.through(caller), BUFFER_BYTES);
            writer.write(buffered);
            buffered.flush();
            return null;
          });
    } catch (PluginUnavailableException e) {
      asking.rethrow();
      throw new IOException(e.getMessage());
    }
  }
}
