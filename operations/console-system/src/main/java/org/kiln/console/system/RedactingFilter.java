package org.kiln.console.system;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.dto.FrameworkDTO;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * The engineers' console shows all that the framework knows, settings with their credentials too,
 * on a dozen pages: they are taken out of whatever it answers. Archives, which hide what is in
 * them, are not handed out.
 */
@Component(
    service = Filter.class,
    property = {
      "osgi.http.whiteboard.filter.pattern=/*",
      "osgi.http.whiteboard.context.select="
          + "(osgi.http.whiteboard.context.name=org.apache.felix.webconsole)"
    })
public final class RedactingFilter implements Filter {
  private final Redaction redaction;

  /** Of that framework. */
  @Activate
  public RedactingFilter(BundleContext context) {
    Map<String, Object> properties = new HashMap<>();
    properties.putAll(
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkDTO.class).properties);
    this.redaction = Redaction.of(properties);
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletResponse answer = (HttpServletResponse) response;
    String path = ((HttpServletRequest) request).getRequestURI();
    if (path.contains("/res/")) {
      chain.doFilter(request, response);
      return;
    }
    if (path.endsWith(".zip")) {
      answer.setStatus(HttpServletResponse.SC_FORBIDDEN);
      answer.setContentType("text/plain; charset=utf-8");
      answer
          .getOutputStream()
          .write(
              "Archives may hold credentials; take the page itself, or its text"
                  .getBytes(StandardCharsets.UTF_8));
      return;
    }
    HeldAnswer held = new HeldAnswer(answer);
    chain.doFilter(request, held);
    byte[] body = redaction.of(held.text()).getBytes(StandardCharsets.UTF_8);
    if (body.length > 0) {
      send(body, answer);
    }
  }

  private static void send(byte[] body, HttpServletResponse answer) {
    answer.setContentLength(body.length);
    try {
      answer.getOutputStream().write(body);
    } catch (IOException e) {
      // Whoever asked has left meanwhile. The server sees that too; thrown, it would be an error
      // in the node's log.
      return;
    }
  }
}
