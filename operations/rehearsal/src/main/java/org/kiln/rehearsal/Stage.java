package org.kiln.rehearsal;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.kiln.api.http.HttpRoute;

/** Where a scratch node can be reached while it is rehearsed with. */
@FunctionalInterface
public interface Stage {
  /**
   * Puts routes into an HTTP server.
   *
   * @throws IOException when there is none
   */
  Scene open(List<HttpRoute> routes) throws IOException;

  /** Routes that can be reached. */
  interface Scene extends AutoCloseable {
    /** {@code http} or {@code https}, host, port, and the path before that of each route. */
    URI base();

    /** Takes them away; requests under way are answered first, or waited for in vain. */
    @Override
    void close();
  }
}
