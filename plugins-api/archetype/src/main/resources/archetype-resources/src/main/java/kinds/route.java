package ${package};

import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.osgi.service.component.annotations.Component;

/** {@code GET /${key}/{name}}: a greeting. */
@Component
public final class ${className} implements HttpRoute {
  private static final int MAX_NAME = 100;

  @Override
  public String pattern() {
    return "/${key}/{name}";
  }

  @Override
  public Set<String> methods() {
    return Set.of("GET");
  }

  @Override
  public Access access() {
    return Access.PUBLIC;
  }

  @Override
  public HttpReply handle(HttpCall call) throws HttpProblem {
    String name = call.variable("name");
    if (name.isBlank() || name.length() > MAX_NAME) {
      throw new HttpProblem(400, "bad-name", "A name has 1 to " + MAX_NAME + " characters");
    }
    return HttpReply.text(200, "text/plain; charset=utf-8", "Hello " + name + "\n");
  }
}
