package org.kiln.access;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.access.Sessions.Session;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.http.HttpRoute.Access;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.access.AuditLog;
import org.kiln.core.access.Caller;

/** {@code /admin/session}: logging in, who is logged in, logging out. */
final class SessionRoutes {
  private static final String PATH = "/admin/session";

  private final OwnPages pages;
  private final Sessions sessions;
  private final PasswordCheck passwords;
  private final AuditLog audit;

  SessionRoutes(OwnPages pages, Sessions sessions, PasswordCheck passwords, AuditLog audit) {
    this.pages = pages;
    this.sessions = sessions;
    this.passwords = passwords;
    this.audit = audit;
  }

  /** Public as far as the gateway is concerned: nobody has a session before there is one. */
  List<HttpRoute> routes() {
    return List.of(
        new Route(PATH, "POST", Access.PUBLIC, this::logIn),
        new Route(PATH, "GET", Access.PUBLIC, this::tell),
        new Route(PATH, "DELETE", Access.PUBLIC, this::logOut));
  }

  private HttpReply logIn(HttpCall call) throws HttpProblem {
    pages.check(call);
    // A form of another page cannot send this type without asking first.
    if (!call.header("Content-Type").orElse("").startsWith("application/json")) {
      throw new HttpProblem(415, "invalid", "Name and password are sent as application/json");
    }
    Ipld.Map body = Route.body(call);
    String name = Route.text(body, "name");
    Caller caller;
    try {
      caller = passwords.check(name, Route.text(body, "password"), call.remoteAddress());
    } catch (HttpProblem e) {
      audit.record(name, call.remoteAddress(), "log in", Integer.toString(e.status()), "");
      throw e;
    }
    audit.record(name, call.remoteAddress(), "log in", "200", "");
    Guard.token(call).ifPresent(sessions::close);
    Sessions.Opened opened = sessions.open(caller);
    return Route.json(
        200,
        describe(opened.session()),
        Map.of(
            "Cache-Control", "no-store", "Set-Cookie", cookie(opened.token(), "", secure(call))));
  }

  private HttpReply tell(HttpCall call) throws HttpProblem {
    pages.check(call);
    return Route.json(200, describe(session(call)));
  }

  private HttpReply logOut(HttpCall call) throws HttpProblem {
    pages.check(call);
    Session session = session(call);
    if (!Secrets.same(call.header(Guard.CSRF_HEADER).orElse(""), session.csrf())) {
      throw new HttpProblem(
          403, "csrf", "Logging out needs the header " + Guard.CSRF_HEADER + " of the session");
    }
    Guard.token(call).ifPresent(sessions::close);
    audit.record(session.caller().name(), call.remoteAddress(), "log out", "200", "");
    return Route.json(
        200,
        Ipld.Map.EMPTY,
        Map.of("Cache-Control", "no-store", "Set-Cookie", cookie("", "; Max-Age=0", secure(call))));
  }

  private Session session(HttpCall call) throws HttpProblem {
    Optional<Session> session = Guard.token(call).flatMap(sessions::use);
    return session.orElseThrow(
        () -> new HttpProblem(401, "unauthorized", "Nobody is logged in here"));
  }

  private static Ipld describe(Session session) {
    return Ipld.map(
        "name", Ipld.of(session.caller().name()),
        "role", Ipld.of(Credentials.word(session.caller().role())),
        "csrf", Ipld.of(session.csrf()),
        "since", Ipld.of(session.since().toString()),
        "until", Ipld.of(session.until().toString()));
  }

  /** A browser tells by the Origin of its POST whether the page came over TLS. */
  private static boolean secure(HttpCall call) {
    return call.header("Origin").orElse("").startsWith("https://");
  }

  private static String cookie(String token, String more, boolean secure) {
    return Guard.COOKIE
        + "="
        + token
        + "; Path=/; HttpOnly; SameSite=Strict"
        + (secure ? "; Secure" : "")
        + more;
  }
}
