package org.kiln.console.system;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.felix.webconsole.spi.SecurityProvider;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpRoute.Access;
import org.kiln.core.access.AccessControl;
import org.kiln.core.access.AuditLog;
import org.kiln.core.http.HttpManners;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Lets operators in, at the node's own address, by its sessions and credentials, and writes down
 * what they change.
 *
 * <p>The Web Console protects its forms by no token. A change must therefore show, by the headers
 * that browsers set and pages cannot forge, that it comes from a page of this very origin.
 */
@Component(service = SecurityProvider.class, property = "webconsole.security.provider.id=kiln")
public final class OperatorSecurityProvider implements SecurityProvider {
  private final AccessControl access;
  private final AuditLog audit;

  /** For SCR, which wants component classes and their constructors public. */
  @Activate
  public OperatorSecurityProvider(@Reference AccessControl access, @Reference AuditLog audit) {
    this.access = access;
    this.audit = audit;
  }

  @Override
  public Object authenticate(HttpServletRequest request, HttpServletResponse response) {
    if (request.getAttribute(HttpManners.LISTENER) != null) {
      // The server hands it what comes in anywhere; an API's own address may be open to many.
      response.setStatus(HttpServletResponse.SC_NOT_FOUND);
      return null;
    }
    boolean change = !request.getMethod().equals("GET") && !request.getMethod().equals("HEAD");
    String who = "";
    int status = 200;
    try {
      who = access.admit(Access.OPERATOR, new ServletCall(request)).name();
      if (change && request.getHeader("Cookie") != null && !ownPage(request)) {
        throw new HttpProblem(403, "csrf", "Only the console's own pages may do this");
      }
      return who;
    } catch (HttpProblem e) {
      status = e.status();
      refuse(request, response, e, change);
      return null;
    } finally {
      if (change) {
        String action = request.getMethod() + " " + request.getRequestURI();
        audit.record(who, request.getRemoteAddr(), action, Integer.toString(status), "");
      }
    }
  }

  private static boolean ownPage(HttpServletRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    // Access control has compared the Origin with the Host already, if there was one.
    return site == null ? request.getHeader("Origin") != null : site.equals("same-origin");
  }

  private static void refuse(
      HttpServletRequest request, HttpServletResponse response, HttpProblem why, boolean change) {
    try {
      if (why.status() == 401 && !change) {
        response.sendRedirect("/console");
        return;
      }
      response.setStatus(why.status());
      response.setContentType("text/plain; charset=utf-8");
      response.getOutputStream().write(why.getMessage().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // Who asked has gone.
      return;
    }
  }

  @Override
  public void logout(HttpServletRequest request, HttpServletResponse response) {
    try {
      response.sendRedirect("/console");
    } catch (IOException e) {
      // Who asked has gone.
      return;
    }
  }

  @Override
  public boolean authorize(Object user, String role) {
    return user instanceof String;
  }
}
