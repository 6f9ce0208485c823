package org.kiln.core.http;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;

/**
 * How an API behaves where no route of it answers: who may call it from other origins, what a
 * preflight hears, how refusals look. A face whose clients know other ways than the gateway's
 * registers one as a service. Thread-safe; called with every request of its paths, and must not
 * block.
 *
 * <p>A route and its manners say with the service property {@link #LISTENERS} on which addresses
 * they are to be found.
 */
public interface HttpManners {
  /**
   * Service property of routes and manners, a text or several: names of the listeners they are on.
   * Without it they are on {@link #MAIN}.
   */
  String LISTENERS = "kiln.http.listeners";

  /** Attribute of a request that came in by another listener than {@link #MAIN}: its name. */
  String LISTENER = "org.kiln.http.listener";

  /** The address of the node itself, {@code http.address}. */
  String MAIN = "main";

  /**
   * Service property of routes: what the names of their numbers begin with. Without it they are
   * clients' requests, {@link #CLIENTS}.
   */
  String COUNTED_AS = "kiln.http.counted-as";

  /** What numbers of clients' requests begin with. */
  String CLIENTS = "kiln_http";

  /**
   * Whether a path is this API's business, whether it is served or not.
   *
   * @param path as received, without query
   */
  boolean covers(String path);

  /**
   * Headers of every answer at a path.
   *
   * @param origin the page that asks, if a page does
   */
  Map<String, String> headers(String path, Optional<String> origin);

  /**
   * Answers an OPTIONS request.
   *
   * @param methods those that the path is served with; none when it is not
   */
  HttpReply.Body options(String path, Set<String> methods);

  /**
   * Answers a request that no route serves.
   *
   * @param methods those that the path is served with; none when it is not
   */
  HttpReply.Body unserved(String method, String path, Set<String> methods);

  /**
   * Puts an error of a route, or of the gateway, into words. The gateway adds the headers that HTTP
   * wants with it.
   *
   * @param accept what the client accepts, if it has said so
   */
  HttpReply.Body problem(HttpProblem problem, Optional<String> accept);
}
