package org.kiln.access;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.kiln.access.Sessions.Session;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpRoute.Access;
import org.kiln.core.access.AccessControl;
import org.kiln.core.access.Caller;

/**
 * Knows callers by their session, by name and password (Basic, or Bearer {@code name:password}), or
 * by a configured token, such as the one that lies in the node's directory for the command line.
 * Thread-safe.
 */
final class Guard implements AccessControl {
  static final String COOKIE = "kiln_session";
  static final String CSRF_HEADER = "X-Kiln-CSRF";
  private static final int MAX_HEADER_CHARS = 2048;

  private final OwnPages pages;
  private final Sessions sessions;
  private final PasswordCheck passwords;
  private final Tokens tokens;

  Guard(OwnPages pages, Sessions sessions, PasswordCheck passwords, Tokens tokens) {
    this.pages = pages;
    this.sessions = sessions;
    this.passwords = passwords;
    this.tokens = tokens;
  }

  @Override
  public Caller admit(Access wanted, HttpCall call) throws HttpProblem {
    pages.check(call);
    Optional<String> authorization = call.header("Authorization");
    Caller caller =
        authorization.isPresent() ? byHeader(authorization.get(), call) : bySession(wanted, call);
    if (wanted == Access.OPERATOR && caller.role() != Access.OPERATOR) {
      throw new HttpProblem(
          403, "operators-only", "This needs an operator; " + caller.name() + " is a viewer");
    }
    return caller;
  }

  private Caller byHeader(String header, HttpCall call) throws HttpProblem {
    if (header.length() > MAX_HEADER_CHARS) {
      throw refusal();
    }
    int space = header.indexOf(' ');
    String scheme = space < 0 ? "" : header.substring(0, space);
    String value = header.substring(space + 1).strip();
    if (scheme.equalsIgnoreCase("Bearer")) {
      Optional<Caller> known = tokens.find(value);
      if (known.isPresent()) {
        return known.get();
      }
      return value.indexOf(':') < 0
          ? passwords.check(Credentials.FIRST, value, call.remoteAddress())
          : byPair(value, call);
    }
    if (scheme.equalsIgnoreCase("Basic")) {
      try {
        return byPair(new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8), call);
      } catch (IllegalArgumentException e) {
        throw refusal();
      }
    }
    throw refusal();
  }

  private Caller byPair(String pair, HttpCall call) throws HttpProblem {
    int colon = pair.indexOf(':');
    if (colon < 0) {
      throw refusal();
    }
    return passwords.check(
        pair.substring(0, colon), pair.substring(colon + 1), call.remoteAddress());
  }

  private Caller bySession(Access wanted, HttpCall call) throws HttpProblem {
    Session session =
        token(call)
            .flatMap(sessions::use)
            .orElseThrow(
                () ->
                    new HttpProblem(
                        401,
                        "unauthorized",
                        "This needs "
                            + (wanted == Access.VIEWER ? "a viewer's" : "the operator's")
                            + " credential"));
    boolean change = !call.method().equals("GET") && !call.method().equals("HEAD");
    if (change && !Secrets.same(call.header(CSRF_HEADER).orElse(""), session.csrf())) {
      throw new HttpProblem(
          403,
          "csrf",
          "A change in a session needs the header "
              + CSRF_HEADER
              + " with the value that GET /admin/session tells");
    }
    return session.caller();
  }

  private static HttpProblem refusal() {
    return new HttpProblem(
        401, "unauthorized", "The Authorization header holds no credential of this node");
  }

  /** The session token among the cookies. */
  static Optional<String> token(HttpCall call) {
    for (String cookie : call.header("Cookie").orElse("").split(";")) {
      String text = cookie.strip();
      if (text.startsWith(COOKIE + "=")) {
        return Optional.of(text.substring(COOKIE.length() + 1));
      }
    }
    return Optional.empty();
  }
}
