package org.kiln.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kiln.api.http.HttpBodyException;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.http.HttpRoute.Access;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Retry;
import org.kiln.ipld.Json;
import org.kiln.plugins.Plugins.Outcome;

/** {@code /admin/plugins}. */
final class PluginRoutes {
  private static final String PATH = "/admin/plugins";
  private static final int MAX_JAR_BYTES = 64 << 20;
  private static final int HISTORY = 100;

  private final Plugins plugins;
  private final PluginDirectory shelf;
  private final Listing listing;

  PluginRoutes(Plugins plugins, PluginDirectory shelf, Listing listing) {
    this.plugins = plugins;
    this.shelf = shelf;
    this.listing = listing;
  }

  List<HttpRoute> routes() {
    String one = PATH + "/{name}";
    return List.of(
        new Route("GET", PATH, Access.VIEWER, 0, this::list),
        new Route("GET", PATH + "/history", Access.VIEWER, 0, this::history),
        new Route("GET", one, Access.VIEWER, 0, this::show),
        new Route("POST", PATH + "/check", Access.OPERATOR, MAX_JAR_BYTES, this::check),
        new Route("POST", PATH, Access.OPERATOR, MAX_JAR_BYTES, call -> take(call, "", false)),
        new Route(
            "POST",
            one + "/upgrade",
            Access.OPERATOR,
            MAX_JAR_BYTES,
            call -> take(call, call.variable("name"), true)),
        new Route(
            "POST",
            one + "/rollback",
            Access.OPERATOR,
            0,
            call -> outcome(200, plugins.rollBack(call.variable("name"), by("rollback", call)))),
        new Route(
            "POST",
            one + "/start",
            Access.OPERATOR,
            0,
            call -> outcome(200, plugins.start(call.variable("name"), by("start", call)))),
        new Route(
            "POST",
            one + "/stop",
            Access.OPERATOR,
            0,
            call -> outcome(200, plugins.stop(call.variable("name"), by("stop", call)))),
        new Route(
            "DELETE",
            one,
            Access.OPERATOR,
            0,
            call ->
                outcome(
                    200,
                    plugins.uninstall(
                        call.variable("name"), flag(call, "confirm"), by("uninstall", call)))));
  }

  private static boolean flag(HttpCall call, String name) {
    return call.query(name).filter("true"::equals).isPresent();
  }

  private static Operation by(String verb, HttpCall call) {
    return new Operation(verb, call.caller().orElse(""));
  }

  private HttpReply list(HttpCall call) {
    return json(
        200,
        Ipld.map(
            "plugins",
            listing.list(call.query("all").filter("true"::equals).isPresent()),
            "operation",
            plugins.underWay().<Ipld>map(Ipld::of).orElse(Ipld.NULL)));
  }

  private HttpReply show(HttpCall call) throws HttpProblem {
    String name = call.variable("name");
    return json(
        200,
        listing
            .one(name)
            .orElseThrow(
                () ->
                    new HttpProblem(404, "not-found", "There is no plugin called " + name + ".")));
  }

  private HttpReply history(HttpCall call) throws IOException {
    int limit = HISTORY;
    try {
      limit = Math.clamp(Integer.parseInt(call.query("limit").orElse("100")), 1, 1000);
    } catch (NumberFormatException e) {
      limit = HISTORY;
    }
    return json(200, Ipld.map("history", new Ipld.List(shelf.history(limit))));
  }

  private HttpReply check(HttpCall call) throws HttpProblem, PluginException, IOException {
    Path staged = staged(call);
    try {
      Jar jar = Jar.read(staged);
      List<Ipld> problems = new ArrayList<>();
      plugins
          .objections(jar, flag(call, "drop"))
          .forEach(problem -> problems.add(Ipld.of(problem.getMessage())));
      List<Ipld> notes = new ArrayList<>();
      plugins.openQuestions(jar).forEach(note -> notes.add(Ipld.of(note)));
      List<Ipld> serves = new ArrayList<>();
      jar.declared()
          .forEach(
              offer ->
                  serves.add(Ipld.map("kind", Ipld.of(offer.kind()), "key", Ipld.of(offer.key()))));
      return json(
          200,
          Ipld.map(
              "name", Ipld.of(jar.symbolicName()),
              "version", Ipld.of(jar.version().toString()),
              "title", Ipld.of(jar.header("Bundle-Name")),
              "sha256", Ipld.of(jar.sha256()),
              "installed", listing.one(jar.symbolicName()).orElse(Ipld.NULL),
              "serves", new Ipld.List(serves),
              "problems", new Ipld.List(problems),
              "notes", new Ipld.List(flag(call, "drop") ? List.of() : notes)));
    } finally {
      Files.deleteIfExists(staged);
    }
  }

  private HttpReply take(HttpCall call, String name, boolean upgrade)
      throws HttpProblem, PluginException, IOException {
    Path staged = staged(call);
    try {
      Outcome outcome =
          plugins.take(
              staged,
              name,
              call.query("sha256").orElse(""),
              new Plugins.Taking(upgrade, false, flag(call, "drop")),
              by(upgrade ? "upgrade" : "install", call));
      return outcome(upgrade ? 200 : 201, outcome);
    } finally {
      Files.deleteIfExists(staged);
    }
  }

  private Path staged(HttpCall call) throws HttpProblem, IOException {
    Path staged = shelf.staged();
    boolean whole = false;
    try (InputStream jar = call.bodyStream();
        OutputStream file = Files.newOutputStream(staged)) {
      if (jar.transferTo(file) == 0) {
        throw new HttpProblem(
            400, "invalid", "The body is empty; it must be the plugin's jar file, as it is.");
      }
      whole = true;
      return staged;
    } catch (HttpBodyException e) {
      throw e.problem();
    } finally {
      if (!whole) {
        Files.deleteIfExists(staged);
      }
    }
  }

  private HttpReply outcome(int status, Outcome outcome) {
    return json(
        status,
        Ipld.map(
            "name", Ipld.of(outcome.name()),
            "message", Ipld.of(outcome.sentence()),
            "warnings", new Ipld.List(outcome.warnings().stream().<Ipld>map(Ipld::of).toList()),
            "plugin", listing.one(outcome.name()).orElse(Ipld.NULL)));
  }

  private static HttpReply json(int status, Ipld value) {
    return HttpReply.of(status, HttpReply.JSON, List.of(Json.write(value)))
        .withHeaders(Map.of("Cache-Control", "no-store"));
  }

  /** Answers a call. */
  private interface Handler {
    HttpReply handle(HttpCall call) throws HttpProblem, PluginException, IOException;
  }

  private record Route(
      String method, String pattern, Access access, int maxBodyBytes, Handler handler)
      implements HttpRoute {
    @Override
    public Set<String> methods() {
      return Set.of(method);
    }

    @Override
    public HttpReply handle(HttpCall call) throws HttpProblem {
      try {
        return handler.handle(call);
      } catch (PluginException e) {
        throw new HttpProblem(
            e.reason().status(),
            e.reason().code(),
            e.getMessage(),
            e.reason() == PluginException.Reason.BUSY
                ? Retry.after(Duration.ofSeconds(2))
                : Retry.NEVER,
            e.streams() > 0 ? Map.of("streams", Long.toString(e.streams())) : Map.of());
      } catch (IOException e) {
        throw new HttpProblem(
            507, "storage", "The plugins' directory cannot be used: " + e.getMessage());
      }
    }
  }
}
