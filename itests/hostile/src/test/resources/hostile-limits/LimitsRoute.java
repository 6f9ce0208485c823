package com.example.limits;

import java.util.Dictionary;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/**
 * {@code POST /limits/{milliseconds}}: how long a request may take, which no setting says. It is
 * told to the gateway some time after the answer; {@code GET} says what this request has left.
 */
public final class LimitsRoute implements HttpRoute {
  private static final String ADMIN = "org.osgi.service.cm.ConfigurationAdmin";
  private static final String CONFIGURATION = "org.osgi.service.cm.Configuration";

  @Override
  public String pattern() {
    return "/limits/{milliseconds}";
  }

  @Override
  public Set<String> methods() {
    return Set.of("GET", "POST");
  }

  @Override
  public Access access() {
    return Access.PUBLIC;
  }

  @Override
  @SuppressWarnings("unchecked")
  public HttpReply handle(HttpCall call) throws HttpProblem {
    if (call.method().equals("GET")) {
      return HttpReply.text(
          200, "text/plain", Long.toString(call.deadline().remaining().toMillis()));
    }
    BundleContext context = FrameworkUtil.getBundle(LimitsRoute.class).getBundleContext();
    Object admin = context.getService(context.getServiceReference(ADMIN));
    try {
      // By name: the package is not lent to plugins.
      ClassLoader loader = admin.getClass().getClassLoader();
      Object limits =
          loader
              .loadClass(ADMIN)
              .getMethod("getConfiguration", String.class, String.class)
              .invoke(admin, "kiln.http.limits", null);
      Class<?> type = loader.loadClass(CONFIGURATION);
      Object values = type.getMethod("getProperties").invoke(limits);
      ((Dictionary<String, Object>) values)
          .put("requestTimeoutMs", Long.valueOf(call.variable("milliseconds")));
      type.getMethod("update", Dictionary.class).invoke(limits, values);
      return HttpReply.text(200, "text/plain", "So be it");
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
