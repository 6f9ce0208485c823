package com.example.hostile;

import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;

/** {@code GET /hostile/{how}}: what a route must not do. */
public final class HostileRoute implements HttpRoute {
  private static volatile long spins;

  @Override
  public String pattern() {
    return "/hostile/{how}";
  }

  @Override
  public Set<String> methods() {
    return Set.of("GET");
  }

  @Override
  public Access access() {
    return Access.PUBLIC;
  }

  @Override
  public HttpReply handle(HttpCall call) throws HttpProblem {
    return switch (call.variable("how")) {
      case "spin" -> spin();
      case "block" -> block();
      case "deep" -> deep(call);
      case "linkage" -> throw new NoClassDefFoundError("com/example/hostile/Missing");
      case "sneaky" -> throw sneaky(new IOException("not declared"));
      case "null" -> null;
      case "status" -> HttpReply.of(99_999, "text/plain", Collections.emptyList());
      case "header" ->
          HttpReply.of(200, "text/plain", Collections.emptyList())
              .withHeaders(Map.of("X-Two", "a\r\nSet-Cookie: b"));
      case "huge" ->
          HttpReply.of(200, "text/plain", Collections.nCopies(1 << 20, new byte[1 << 20]));
      case "threads" -> threads();
      case "virtual" -> virtual();
      case "stream" ->
          HttpReply.streamed(
              200,
              "text/event-stream",
              out -> {
                out.write(':');
                out.flush();
                spin();
              });
      default -> HttpReply.text(200, "text/plain", "well behaved");
    };
  }

  private static HttpReply spin() {
    while (true) {
      spins++;
    }
  }

  private static HttpReply block() {
    while (true) {
      LockSupport.park(); // an interrupt does not end it
    }
  }

  private static HttpReply deep(HttpCall call) throws HttpProblem {
    HttpReply deeper = deep(call);
    return deeper == null ? null : deeper;
  }

  private static HttpReply threads() {
    for (int i = 0; i < 50; i++) {
      Thread thread = new Thread(LockSupport::park, "hostile-leak-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    return HttpReply.text(200, "text/plain", "leaked");
  }

  /** More than any machine of ours has carriers. */
  private static HttpReply virtual() {
    for (int i = 0; i < 3 * Runtime.getRuntime().availableProcessors(); i++) {
      Thread.ofVirtual().start(HostileRoute::spin);
    }
    return HttpReply.text(200, "text/plain", "begun");
  }

  @SuppressWarnings("unchecked")
  private static <E extends Exception> RuntimeException sneaky(Exception e) throws E {
    throw (E) e;
  }
}
