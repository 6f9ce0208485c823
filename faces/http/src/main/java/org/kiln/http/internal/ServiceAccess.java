package org.kiln.http.internal;

import java.util.function.Supplier;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.access.AccessControl;
import org.kiln.core.access.AuditLog;
import org.kiln.http.AccessPolicy;

/**
 * Asks the node's access control, and configured tokens where there is none; every change is
 * written down.
 */
final class ServiceAccess implements AccessPolicy {
  private final Supplier<AccessControl> control;
  private final Supplier<AuditLog> audit;
  private final AccessPolicy otherwise;

  ServiceAccess(Supplier<AccessControl> control, Supplier<AuditLog> audit, AccessPolicy otherwise) {
    this.control = control;
    this.audit = audit;
    this.otherwise = otherwise;
  }

  @Override
  public String admit(HttpRoute.Access access, HttpCall call) throws HttpProblem {
    AccessControl now = control.get();
    return now == null ? otherwise.admit(access, call) : now.admit(access, call).name();
  }

  @Override
  public void answered(HttpCall call, int status) {
    AuditLog log = audit.get();
    if (log != null && !call.method().equals("GET") && !call.method().equals("HEAD")) {
      log.record(
          call.caller().orElse(""),
          call.remoteAddress(),
          call.method() + " " + call.path(),
          Integer.toString(status),
          "");
    }
  }
}
