package org.kiln.access;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.access.AccessControl;
import org.kiln.core.access.AuditLog;

/** Access control as a whole, over a directory of its own. */
public final class Access implements AutoCloseable {
  private static final long AUDIT_BYTES = 10L << 20;

  private final Credentials credentials;
  private final Guard guard;
  private final AuditFile audit;
  private final List<HttpRoute> routes = new ArrayList<>();

  /**
   * What can be set.
   *
   * @param sessionIdle how long a session lasts that is not used
   * @param hosts names under which the node's own pages are served, besides localhost
   * @param tokens what is accepted besides passwords
   */
  public record Settings(Duration sessionIdle, List<String> hosts, Tokens tokens) {}

  /**
   * Opens it.
   *
   * @param directory where credentials lie
   * @param auditLog the file that changes are written to
   * @throws IOException when a file cannot be used
   */
  public Access(Path directory, Path auditLog, InstantSource clock, Settings settings)
      throws IOException {
    PrivateFile.makeDirectory(directory);
    credentials = Credentials.open(directory.resolve("credentials"), clock);
    Sessions sessions = new Sessions(settings.sessionIdle(), clock);
    PasswordCheck passwords = new PasswordCheck(credentials, new GuessLimit(clock));
    OwnPages pages = new OwnPages(settings.hosts());
    guard = new Guard(pages, sessions, passwords, settings.tokens());
    audit = new AuditFile(auditLog, AUDIT_BYTES, clock);
    routes.addAll(new SessionRoutes(pages, sessions, passwords, audit).routes());
    routes.addAll(new CredentialRoutes(credentials, sessions).routes());
    routes.add(AuditRoute.of(audit));
  }

  /**
   * Makes the first operator, if there is no operator yet.
   *
   * @return its password, to be shown once
   */
  public Optional<String> firstOperator() {
    if (credentials.hasOperator()) {
      return Optional.empty();
    }
    String password = credentials.put(Credentials.FIRST, "operator", Optional.empty());
    audit.record("", "", "first start", "operator made", "");
    return Optional.of(password);
  }

  /** Lets callers in. */
  public AccessControl control() {
    return guard;
  }

  /** Takes down what they change. */
  public AuditLog audit() {
    return audit;
  }

  /** The routes to register. */
  public List<HttpRoute> routes() {
    return List.copyOf(routes);
  }

  @Override
  public void close() throws IOException {
    audit.close();
  }
}
