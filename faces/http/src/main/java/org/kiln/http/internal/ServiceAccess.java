package org.kiln.http.internal;

import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.access.AccessControl;
import org.kiln.core.access.AuditLog;
import org.kiln.core.lending.Lease;
import org.kiln.core.lending.OptionalService;
import org.kiln.http.AccessPolicy;

/**
 * Asks the node's access control, and configured tokens where there is none; every change is
 * written down. While one of them is replaced, its successor is waited for: nobody gets in, or out,
 * by its absence.
 */
final class ServiceAccess implements AccessPolicy {
  private final OptionalService<AccessControl> control;
  private final OptionalService<AuditLog> audit;
  private final AccessPolicy otherwise;

  ServiceAccess(
      OptionalService<AccessControl> control,
      OptionalService<AuditLog> audit,
      AccessPolicy otherwise) {
    this.control = control;
    this.audit = audit;
    this.otherwise = otherwise;
  }

  @Override
  public String admit(HttpRoute.Access access, HttpCall call) throws HttpProblem {
    try (Lease<AccessControl> lease = control.borrow()) {
      return lease == null
          ? otherwise.admit(access, call)
          : lease.service().admit(access, call).name();
    }
  }

  @Override
  public void answered(HttpCall call, int status) {
    if (call.method().equals("GET") || call.method().equals("HEAD")) {
      return;
    }
    try (Lease<AuditLog> lease = audit.borrow()) {
      if (lease != null) {
        lease
            .service()
            .record(
                call.caller().orElse(""),
                call.remoteAddress(),
                call.method() + " " + call.path(),
                Integer.toString(status),
                "");
      }
    }
  }
}
