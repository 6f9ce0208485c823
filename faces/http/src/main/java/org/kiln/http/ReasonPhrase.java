package org.kiln.http;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.util.Callback;

/**
 * Jetty's status line for 500 says "Server Error". Ceramic's clients copy the phrase into the
 * exceptions they throw, where applications look for "Internal Server Error" (RFC 9110 §15.6.1);
 * servlets have no say in it any more. Another server than Jetty keeps its own words.
 */
final class ReasonPhrase {
  private static final int INTERNAL_ERROR = 500;

  private ReasonPhrase() {}

  /** Sees to the words of an answer with that status, before it is begun. */
  static void correct(HttpServletRequest request, int status) {
    if (status != INTERNAL_ERROR) {
      return;
    }
    try {
      ServletContextRequest.getServletContextRequest(request).addHttpStreamWrapper(Worded::new);
    } catch (NoClassDefFoundError | IllegalStateException e) {
      // The gateway runs on something else than Jetty.
    }
  }

  private static final class Worded extends HttpStream.Wrapper {
    Worded(HttpStream stream) {
      super(stream);
    }

    @Override
    public void send(
        MetaData.Request request,
        MetaData.Response response,
        boolean last,
        ByteBuffer content,
        Callback callback) {
      super.send(request, worded(response), last, content, callback);
    }

    private static MetaData.Response worded(MetaData.Response response) {
      if (response == null || response.getStatus() != INTERNAL_ERROR) {
        return response;
      }
      return new MetaData.Response(
          response.getStatus(),
          "Internal Server Error",
          response.getHttpVersion(),
          response.getHttpFields(),
          response.getContentLength(),
          response.getTrailersSupplier());
    }
  }
}
