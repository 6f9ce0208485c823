package org.kiln.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/**
 * Ends the connection of a request from another thread. Servlets have no word for that; on another
 * server than Jetty its own idle timeout must do.
 */
final class Connections {
  private Connections() {}

  static void close(HttpServletRequest request) {
    try {
      ServletContextRequest.getServletContextRequest(request)
          .getConnectionMetaData()
          .getConnection()
          .getEndPoint()
          .close(new TimeoutException("The client is too slow"));
    } catch (NoClassDefFoundError | IllegalStateException e) {
      // The gateway runs on something else than Jetty.
    }
  }
}
