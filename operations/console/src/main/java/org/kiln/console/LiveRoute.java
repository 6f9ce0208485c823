package org.kiln.console;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpReply;
import org.kiln.api.plugin.Deadline;

/** {@code /console/api/live}: the points of the charts as they come, by server-sent events. */
final class LiveRoute {
  /** After that the browser connects anew, and who is logged out by then stays out. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final byte[] HELLO = "retry: 1500\n".getBytes(StandardCharsets.UTF_8);
  private static final byte[] ALIVE = ": alive\n\n".getBytes(StandardCharsets.UTF_8);

  private final Sampler sampler;

  LiveRoute(Sampler sampler) {
    this.sampler = sampler;
  }

  Route route() {
    return Route.viewer("/console/api/live", this::live);
  }

  private HttpReply live(HttpCall call) {
    long after = after(call.header("Last-Event-ID").orElse("0"));
    return HttpReply.streamed(200, "text/event-stream; charset=utf-8", out -> write(out, after))
        .withHeaders(Map.of("Cache-Control", "no-store", "X-Accel-Buffering", "no"));
  }

  private void write(OutputStream out, long after) throws IOException {
    Deadline end = Deadline.in(LONGEST);
    try (Sampler.Watch watch = sampler.watch()) {
      out.write(HELLO);
      out.write(watch.history(after));
      out.flush();
      while (end.remaining().toMillis() > 0 && !watch.over()) {
        byte[] point = watch.next(PATIENCE);
        out.write(point == null ? ALIVE : point);
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long after(String id) {
    try {
      return Long.parseLong(id.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
