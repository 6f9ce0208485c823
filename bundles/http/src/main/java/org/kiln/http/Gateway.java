package org.kiln.http;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one servlet: finds the route of a request, calls it within the limits, writes its answer. */
public final class Gateway extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  private final transient Routes routes;
  private final transient GatewayCounters counters;
  private transient volatile Settings settings;

  /** What can be changed while requests are served. */
  private record Settings(
      Limits limits,
      Cors cors,
      AccessPolicy access,
      AccessLog log,
      Semaphore requests,
      Semaphore streams) {}

  /** A gateway to those routes. */
  public Gateway(
      Routes routes,
      GatewayCounters counters,
      Limits limits,
      Cors cors,
      AccessPolicy access,
      AccessLog log) {
    this.routes = routes;
    this.counters = counters;
    configure(limits, cors, access, log);
  }

  /** Takes other settings; requests under way keep theirs. */
  public void configure(Limits limits, Cors cors, AccessPolicy access, AccessLog log) {
    settings =
        new Settings(
            limits,
            cors,
            access,
            log,
            new Semaphore(limits.maxConcurrentRequests()),
            new Semaphore(limits.maxOpenStreams()));
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Settings now = settings;
    long started = System.nanoTime();
    if (!operators(request.getRequestURI())) {
      if (request.getMethod().equals("OPTIONS")) {
        now.cors().preflight(request, response);
        return;
      }
      now.cors().mark(request, response);
    }
    if (now.requests().tryAcquire()) {
      Permit permit = new Permit(now.requests());
      try {
        serve(now, request, response, permit, started);
      } finally {
        permit.release();
      }
    } else {
      counters.refused();
      HttpProblem busy = busy("The node serves as many requests as it can; please try again");
      ReplyWriter.write(ErrorPages.problem(busy), request, response);
    }
    now.log().log(request, response, started);
  }

  /** Where operators work: pages of other origins have no business there, whatever is allowed. */
  private static boolean operators(String path) {
    return under(path, "/admin") || under(path, "/console");
  }

  private static boolean under(String path, String place) {
    return path.regionMatches(true, 0, place, 0, place.length())
        && (path.length() == place.length() || path.charAt(place.length()) == '/');
  }

  private void serve(
      Settings now,
      HttpServletRequest request,
      HttpServletResponse response,
      Permit permit,
      long started)
      throws IOException {
    String path = request.getRequestURI();
    RouteTable.Match match = null;
    if (path.length() <= now.limits().maxPathChars()) {
      match = routes.table().find(request.getMethod(), path);
    }
    if (match == null) {
      counters.unrouted();
      ReplyWriter.write(unrouted(now, request.getMethod(), path), request, response);
      return;
    }
    RouteSlot slot = enter(now, match.place());
    try {
      answer(now, request, response, match, slot, permit);
    } finally {
      if (slot != null) {
        slot.exit();
      }
      match.place().counters().count(response.getStatus(), System.nanoTime() - started);
    }
  }

  private static HttpReply unrouted(Settings now, String method, String path) {
    if (path.length() > now.limits().maxPathChars()) {
      String limit = "The path is longer than " + now.limits().maxPathChars() + " characters";
      return ErrorPages.problem(new HttpProblem(400, "bad-url", limit));
    }
    return ErrorPages.notFound(method, path);
  }

  private RouteSlot enter(Settings now, Place place) {
    try {
      return place.enter(
          place.alive(now.limits().successorWindow().toNanos())
              ? now.limits().parkTimeout().toNanos()
              : 0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private void answer(
      Settings now,
      HttpServletRequest request,
      HttpServletResponse response,
      RouteTable.Match match,
      RouteSlot slot,
      Permit permit)
      throws IOException {
    if (slot == null) {
      ReplyWriter.write(absent(now, match.place(), request), request, response);
      return;
    }
    HttpReply reply;
    try {
      reply = call(now, request, match, slot.route(), slot.pattern());
    } catch (HttpProblem e) {
      reply = ErrorPages.problem(e);
    } catch (DeadlineExpiredException e) {
      reply = ErrorPages.problem(busy(e.getMessage()));
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      reply = ErrorPages.problem(unexpected(request, match, e));
    }
    if (reply instanceof HttpReply.Streamed streamed) {
      stream(now, request, response, slot, streamed, permit);
    } else {
      ReplyWriter.write(reply, request, response);
    }
  }

  private static HttpReply call(
      Settings now,
      HttpServletRequest request,
      RouteTable.Match match,
      HttpRoute route,
      PathPattern pattern)
      throws HttpProblem {
    int maxBody = Math.min(route.maxBodyBytes(), now.limits().maxBodyBytes());
    Deadline deadline = Deadline.in(now.limits().requestTimeout());
    RequestCall call = RequestCall.of(request, pattern, match.segments(), maxBody, deadline);
    return route.access() == HttpRoute.Access.PUBLIC
        ? route.handle(call)
        : guarded(now.access(), route, call);
  }

  private static HttpReply guarded(AccessPolicy access, HttpRoute route, RequestCall call)
      throws HttpProblem {
    int status = 500;
    try {
      call.calledBy(access.admit(route.access(), call));
      HttpReply reply = route.handle(call);
      status = reply.status();
      return reply;
    } catch (HttpProblem e) {
      status = e.status();
      throw e;
    } finally {
      access.answered(call, status);
    }
  }

  private void stream(
      Settings now,
      HttpServletRequest request,
      HttpServletResponse response,
      RouteSlot slot,
      HttpReply.Streamed reply,
      Permit permit)
      throws IOException {
    if (!now.streams().tryAcquire()) {
      counters.refused();
      HttpProblem busy = busy("The node has as many open streams as it can; please try again");
      ReplyWriter.write(ErrorPages.problem(busy), request, response);
      return;
    }
    // An open stream is idle most of the time: it must not keep a place among the requests.
    permit.release();
    try {
      ReplyWriter.write(reply, slot, request, response);
    } finally {
      now.streams().release();
    }
  }

  private HttpReply absent(Settings now, Place place, HttpServletRequest request) {
    if (place.alive(now.limits().successorWindow().toNanos())) {
      return ErrorPages.problem(busy("The part of the node that serves this is being replaced"));
    }
    routes.prune(now.limits().successorWindow());
    return ErrorPages.notFound(request.getMethod(), request.getRequestURI());
  }

  private static HttpProblem busy(String message) {
    return new HttpProblem(503, "busy", message, OptionalInt.of(1), Map.of());
  }

  private HttpProblem unexpected(HttpServletRequest request, RouteTable.Match match, Throwable e) {
    counters.failed();
    String id = Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
    StackTraceElement[] trace = e.getStackTrace();
    LOG.error(
        "{} {} failed unexpectedly ({}): {} at {}",
        request.getMethod(),
        match.place().counters().pattern(),
        id,
        e,
        trace.length > 0 ? trace[0] : "an unknown place");
    LOG.debug("Failure {}", id, e);
    return new HttpProblem(
        500, "internal-error", "Internal error " + id + "; the node's log says more");
  }

  /** A place among the requests, given back once. */
  private static final class Permit {
    private Semaphore source;

    Permit(Semaphore source) {
      this.source = source;
    }

    void release() {
      if (source != null) {
        source.release();
        source = null;
      }
    }
  }
}
