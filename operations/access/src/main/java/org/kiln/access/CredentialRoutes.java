package org.kiln.access;

import java.util.ArrayList;
import java.util.List;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.http.HttpRoute.Access;
import org.kiln.api.ipld.Ipld;

/** {@code /admin/credentials}: who may view and operate. */
final class CredentialRoutes {
  private static final String PATH = "/admin/credentials";

  private final Credentials credentials;
  private final Sessions sessions;

  CredentialRoutes(Credentials credentials, Sessions sessions) {
    this.credentials = credentials;
    this.sessions = sessions;
  }

  List<HttpRoute> routes() {
    return List.of(
        new Route(PATH, "GET", Access.OPERATOR, call -> list()),
        new Route(PATH + "/{name}", "PUT", Access.OPERATOR, this::put),
        new Route(PATH + "/{name}", "DELETE", Access.OPERATOR, this::remove));
  }

  private HttpReply list() {
    List<Ipld> all = new ArrayList<>();
    for (Credentials.Credential credential : credentials.all()) {
      all.add(
          Ipld.map(
              "name", Ipld.of(credential.name()),
              "role", Ipld.of(Credentials.word(credential.role())),
              "createdAt", Ipld.of(credential.createdAt().toString())));
    }
    return Route.json(
        200,
        Ipld.map("credentials", new Ipld.List(all), "sessions", Ipld.of((long) sessions.count())));
  }

  private HttpReply put(HttpCall call) throws HttpProblem {
    String name = call.variable("name");
    Ipld.Map body = Route.body(call);
    String role =
        body.text("role")
            .or(() -> credentials.find(name).map(c -> Credentials.word(c.role())))
            .orElseThrow(
                () ->
                    new HttpProblem(
                        404,
                        "not-found",
                        "There is no credential called " + name + ": name a role to make one"));
    String password;
    try {
      password = credentials.put(name, role, body.text("password"));
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, "invalid", e.getMessage());
    }
    sessions.closeAll(name);
    Ipld.Map answer = Ipld.map("name", Ipld.of(name), "role", Ipld.of(role));
    return Route.json(
        200,
        body.text("password").isPresent() ? answer : answer.with("password", Ipld.of(password)));
  }

  private HttpReply remove(HttpCall call) throws HttpProblem {
    String name = call.variable("name");
    try {
      if (!credentials.remove(name)) {
        throw new HttpProblem(404, "not-found", "There is no credential called " + name);
      }
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(409, "last-operator", e.getMessage());
    }
    sessions.closeAll(name);
    return Route.json(200, Ipld.map("name", Ipld.of(name), "removed", Ipld.TRUE));
  }
}
