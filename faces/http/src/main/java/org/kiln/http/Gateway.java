package org.kiln.http;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.core.lending.Lease;
import org.kiln.core.node.Startup;

/**
 * The one servlet: finds the route of a request, calls it within the limits, writes its answer.
 *
 * <p>A place among the requests is taken for the work alone: bodies are received before, and
 * answers are written after it, so that clients who are slow at either keep nobody waiting.
 */
public final class Gateway extends HttpServlet {
  private static final long serialVersionUID = 1L;

  /** What a request makes of a body, at most: a JSON text becomes many small objects. */
  private static final int BYTES_PER_BODY_BYTE = 16;

  private static final int SMALL_BODY_BYTES = 8 << 10;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final transient Routes routes;
  private final transient Manners manners;
  private final transient GatewayCounters counters;
  private final transient Exchanges exchanges;
  private final transient Startup startup;
  private final transient ServerErrors errors;
  private transient volatile Settings settings;

  /** What can be changed while requests are served. */
  private record Settings(
      Limits limits,
      Cors cors,
      AccessPolicy access,
      AccessLog log,
      Places places,
      Bodies bodies,
      ByteBudget work,
      ReplyWriter writer) {}

  /** One request with what serves it. */
  private record Turn(
      Settings now,
      HttpServletRequest request,
      HttpServletResponse response,
      Desk desk,
      Exchange exchange,
      RouteTable.Match match) {
    String method() {
      return request.getMethod();
    }

    HttpReply.Body problem(HttpProblem problem) {
      return desk.problem(problem, request);
    }
  }

  /** A gateway to those routes, which writes down nowhere what it serves. */
  public Gateway(
      Routes routes,
      GatewayCounters counters,
      Limits limits,
      Cors cors,
      AccessPolicy access,
      AccessLog log) {
    this(
        routes,
        new Manners(),
        counters,
        ServingRecord.NONE,
        Startup.OVER,
        limits,
        cors,
        access,
        log);
  }

  /**
   * A gateway to those routes.
   *
   * @param manners of APIs that have their own
   * @param record where it writes down what it serves
   * @param startup while it is not over, what nobody serves may be served soon
   */
  public Gateway(
      Routes routes,
      Manners manners,
      GatewayCounters counters,
      ServingRecord record,
      Startup startup,
      Limits limits,
      Cors cors,
      AccessPolicy access,
      AccessLog log) {
    this.routes = routes;
    this.manners = manners;
    this.counters = counters;
    this.startup = startup;
    this.errors = new ServerErrors(() -> settings.cors());
    this.exchanges = new Exchanges(counters, record, limits.transfers());
    configure(limits, cors, access, log);
    exchanges.start();
  }

  /** Takes other settings; requests under way keep theirs. */
  public void configure(Limits limits, Cors cors, AccessPolicy access, AccessLog log) {
    Transfers transfers = limits.transfers();
    exchanges.configure(transfers);
    settings =
        new Settings(
            limits,
            cors,
            access,
            log,
            new Places(limits.maxConcurrentRequests(), transfers.keptRequests()),
            new Bodies(transfers),
            new ByteBudget(transfers.memoryBytes()),
            new ReplyWriter(limits));
  }

  @Override
  public void destroy() {
    errors.leave();
    exchanges.stop();
    super.destroy();
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Settings now = settings;
    errors.teach(request);
    Desk desk = Desk.of(request, manners);
    if (!operators(request.getRequestURI())) {
      if (request.getMethod().equals("OPTIONS")) {
        desk.preflight(now.cors(), routes.table(desk.listener()), request, response);
        return;
      }
      desk.mark(now.cors(), request, response);
    }
    Exchange exchange = exchanges.begin(request);
    try {
      serve(now, request, response, desk, exchange);
    } finally {
      exchanges.end(exchange);
    }
    now.log().log(request, response, exchange.started());
  }

  /** Where operators work: pages of other origins have no business there, whatever is allowed. */
  private static boolean operators(String path) {
    return Places.under(path, "/admin") || Places.under(path, "/console");
  }

  private void serve(
      Settings now,
      HttpServletRequest request,
      HttpServletResponse response,
      Desk desk,
      Exchange exchange)
      throws IOException {
    String path = request.getRequestURI();
    RouteTable.Match match = null;
    if (path.length() <= now.limits().maxPathChars()) {
      match = routes.table(desk.listener()).find(request.getMethod(), path);
    }
    Turn turn = new Turn(now, request, response, desk, exchange, match);
    if (match == null) {
      counters.unrouted();
      write(unrouted(turn, path), turn);
      return;
    }
    try (Bodies.Received body = receive(turn)) {
      work(turn, body);
    } catch (HttpProblem e) {
      if (e.status() == 503) {
        counters.refused();
      }
      write(turn.problem(e), turn);
    } finally {
      match.place().counters().count(response.getStatus(), System.nanoTime() - exchange.started());
    }
  }

  private HttpReply unrouted(Turn turn, String path) {
    int maxPathChars = turn.now().limits().maxPathChars();
    if (path.length() > maxPathChars) {
      String limit = "The path is longer than " + maxPathChars + " characters";
      return turn.problem(new HttpProblem(400, "bad-url", limit));
    }
    Optional<String> pending = startup.pending();
    if (pending.isPresent()) {
      return turn.problem(ReplyWriter.busy("The node is starting, and waits for " + pending.get()));
    }
    return turn.desk()
        .unserved(turn.method(), path, routes.table(turn.desk().listener()).methods(path));
  }

  /** The body, when anybody may send one; null when its sender must be known first. */
  private static Bodies.Received receive(Turn turn) throws HttpProblem {
    ServedRoute here = turn.match().place().routes().peek();
    HttpRoute route = here == null ? null : here.route();
    return route != null && route.access() == HttpRoute.Access.PUBLIC && Bodies.has(turn.request())
        ? turn.now()
            .bodies()
            .ofAnyone(turn.request(), maxBodyBytes(turn.now(), route), turn.exchange())
        : null;
  }

  private static int maxBodyBytes(Settings now, HttpRoute route) {
    return Math.min(route.maxBodyBytes(), now.limits().maxBodyBytes());
  }

  private void work(Turn turn, Bodies.Received body) throws IOException, HttpProblem {
    ByteBudget work = turn.now().work();
    int size = body == null ? 0 : body.bytes().length;
    long weight =
        size <= SMALL_BODY_BYTES ? 0 : Math.min(work.bytes(), (long) size * BYTES_PER_BODY_BYTE);
    if (weight > 0 && !work.take(weight, PATIENCE)) {
      throw ReplyWriter.busy("The node works on as many large requests as it can");
    }
    HttpReply reply;
    Lease<ServedRoute> lease = null;
    try {
      try (Places.Permit permit = turn.now().places().take(turn.request().getRequestURI())) {
        if (permit == null) {
          throw ReplyWriter.busy("The node serves as many requests as it can; please try again");
        }
        lease = turn.match().place().routes().borrow(turn.now().limits().parkTimeout().toNanos());
        reply = lease == null ? absent(turn) : reply(turn, lease.service(), body);
      } finally {
        work.give(weight);
      }
      if (reply instanceof HttpReply.Streamed streamed) {
        stream(turn, streamed, lease);
      } else {
        write(reply, turn);
      }
    } finally {
      if (lease != null) {
        lease.close();
      }
    }
  }

  private HttpReply reply(Turn turn, ServedRoute served, Bodies.Received body) {
    try {
      return call(turn, served.route(), served.pattern(), body);
    } catch (HttpProblem e) {
      return turn.problem(e);
    } catch (DeadlineExpiredException e) {
      return turn.problem(ReplyWriter.busy(e.getMessage()));
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      counters.failed();
      String pattern = turn.match().place().counters().pattern();
      return turn.problem(Failures.tell(turn.method(), pattern, e));
    }
  }

  private static HttpReply call(
      Turn turn, HttpRoute route, PathPattern pattern, Bodies.Received body) throws HttpProblem {
    Settings now = turn.now();
    int maxBody = maxBodyBytes(now, route);
    if (body != null && body.bytes().length > maxBody) {
      throw Bodies.tooLarge(maxBody);
    }
    RequestCall call =
        RequestCall.of(
            turn.request(),
            pattern,
            turn.match().segments(),
            maxBody,
            body != null
                ? body::bytes
                : now.bodies().ofKnown(turn.request(), maxBody, turn.exchange()),
            Deadline.in(now.limits().requestTimeout()));
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

  private void stream(Turn turn, HttpReply.Streamed reply, Lease<?> lease) throws IOException {
    ReplyWriter writer = turn.now().writer();
    if (!writer.write(reply, lease, turn.exchange(), turn.request(), turn.response())) {
      counters.refused();
      write(turn.problem(ReplyWriter.full(reply)), turn);
    }
  }

  private void write(HttpReply reply, Turn turn) {
    ReplyWriter writer = turn.now().writer();
    HttpReply.Body body = (HttpReply.Body) reply;
    if (!writer.write(body, turn.exchange(), turn.request(), turn.response())) {
      counters.refused();
      write(turn.problem(writer.full()), turn);
    }
  }

  private HttpReply absent(Turn turn) {
    if (turn.match().place().routes().awaited()) {
      return turn.problem(
          ReplyWriter.busy("The part of the node that serves this is being replaced"));
    }
    routes.prune();
    return turn.desk().unserved(turn.method(), turn.request().getRequestURI(), Set.of());
  }
}
