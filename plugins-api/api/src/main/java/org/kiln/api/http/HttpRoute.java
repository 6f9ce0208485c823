package org.kiln.api.http;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A route of the node's HTTP gateway. Register it as a service; the gateway picks it up and lets it
 * go while requests are served. {@link #handle} runs on a thread of its own and may block until the
 * call's deadline; it must be thread-safe.
 */
@ConsumerType
public interface HttpRoute {
  /**
   * The path it serves, for example {@code /api/v0/streams/{streamid}/content}: fixed segments and
   * variables in braces, each a whole segment. Fixed segments win over variables. A trailing slash
   * and the case of fixed segments do not matter.
   */
  String pattern();

  /** The methods it serves, upper-case. GET serves HEAD as well. */
  Set<String> methods();

  /** Who may call it. */
  Access access();

  /** Largest body accepted, in bytes; larger ones are refused before the route sees them. */
  default int maxBodyBytes() {
    return 1 << 20;
  }

  /**
   * Answers one request.
   *
   * @throws HttpProblem for every answer that is an error
   */
  HttpReply handle(HttpCall call) throws HttpProblem;

  /** Who may call a route. */
  enum Access {
    /** Anyone who reaches the port. */
    PUBLIC,
    /** Anyone who presents the viewer's or operator's credential. */
    VIEWER,
    /** Who presents the operator's credential. */
    OPERATOR
  }
}
