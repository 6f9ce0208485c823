package org.kiln.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.SocketAddress;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.ConnectionMetaData;

/**
 * What is done to the connection of a request. Servlets have no words for that; on another server
 * than Jetty its own idle timeout must do.
 */
final class Connections {
  private static final String CLIENT = Connections.class.getName() + ".client";

  private Connections() {}

  /** The text of an address, kept with the connection it was first asked for on. */
  private record Client(SocketAddress address, String text) {}

  /** The client's address; written as text once for a connection. */
  static String client(HttpServletRequest request) {
    try {
      ConnectionMetaData connection =
          ServletContextRequest.getServletContextRequest(request).getConnectionMetaData();
      // Behind a proxy the address may be another one with each request.
      SocketAddress address = connection.getRemoteSocketAddress();
      if (connection.getAttribute(CLIENT) instanceof Client known
          && known.address.equals(address)) {
        return known.text;
      }
      String text = request.getRemoteAddr();
      if (address != null) {
        connection.setAttribute(CLIENT, new Client(address, text));
      }
      return text;
    } catch (NoClassDefFoundError | IllegalStateException e) {
      return request.getRemoteAddr();
    }
  }

  /**
   * Has the body sent in chunks, also to a client that lets the connection be closed: Jetty would
   * send that one neither chunks nor a length, and an answer that is cut would look whole.
   */
  static void chunked(HttpServletRequest request, HttpServletResponse response) {
    try {
      HttpVersion version =
          ServletContextRequest.getServletContextRequest(request)
              .getConnectionMetaData()
              .getHttpVersion();
      if (version == HttpVersion.HTTP_1_1) {
        response.setHeader("Transfer-Encoding", "chunked");
      }
    } catch (NoClassDefFoundError | IllegalStateException e) {
      // The gateway runs on something else than Jetty, and that knows better what it sends.
    }
  }

  /** Ends it, from any thread. */
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
