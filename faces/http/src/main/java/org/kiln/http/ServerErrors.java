package org.kiln.http;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;

/**
 * Requests that the server cannot even read, such as one with {@code %zz} in its path, never reach
 * the gateway: the server answers them, with a page of its own. It is taught our form of errors by
 * the first request that does reach the gateway. When the gateway has gone, as while the node
 * stops, nothing is found any more: that is not for good, and no word about what was asked for.
 * Another server than Jetty keeps its pages.
 */
final class ServerErrors {
  private final Supplier<Cors> cors;
  private final AtomicBoolean taught = new AtomicBoolean();
  private volatile boolean gone;

  /** With the rules of the time of each answer. */
  ServerErrors(Supplier<Cors> cors) {
    this.cors = cors;
  }

  /** Sees to it that the server of a request knows. */
  void teach(HttpServletRequest request) {
    if (taught.get() || !taught.compareAndSet(false, true)) {
      return;
    }
    try {
      Server server =
          ServletContextRequest.getServletContextRequest(request)
              .getConnectionMetaData()
              .getConnector()
              .getServer();
      server.setErrorHandler(new Problems());
    } catch (NoClassDefFoundError | IllegalStateException e) {
      // The gateway runs on something else than Jetty.
    }
  }

  /** The gateway goes. */
  void leave() {
    gone = true;
  }

  private final class Problems extends ErrorHandler {
    @Override
    protected void generateResponse(
        Request request,
        Response response,
        int status,
        String message,
        Throwable cause,
        Callback callback) {
      HttpReply.Body problem = ErrorPages.problem(problem(status));
      response.setStatus(problem.status());
      problem.headers().forEach((name, value) -> response.getHeaders().put(name, value));
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, HttpReply.JSON);
      cors.get()
          .markUnread(
              request.getHeaders().get(HttpHeader.ORIGIN),
              (name, value) -> response.getHeaders().put(name, value));
      byte[] body = problem.parts().get(0);
      response.write(true, ByteBuffer.wrap(body), callback);
    }

    private HttpProblem problem(int status) {
      return gone && status == HttpStatus.NOT_FOUND_404
          ? ReplyWriter.busy("The node stops, or its HTTP gateway is being replaced")
          : new HttpProblem(status, status / 100 == 4 ? "bad-request" : "failed", words(status));
    }

    private String words(int status) {
      return switch (status) {
        case HttpStatus.BAD_REQUEST_400 -> "This is no HTTP request, or its URL is badly encoded";
        case HttpStatus.URI_TOO_LONG_414 -> "The URL is too long";
        case HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 -> "The headers are too large";
        default -> HttpStatus.getMessage(status);
      };
    }
  }
}
