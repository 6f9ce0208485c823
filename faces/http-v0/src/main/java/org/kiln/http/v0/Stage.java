package org.kiln.http.v0;

import java.io.IOException;
import java.util.List;
import org.kiln.api.http.HttpRoute;

/** Where a rehearsal is played: the routes of a face, and a way to call them. */
public interface Stage extends AutoCloseable {
  /** The variable of the patterns of requests. */
  String STREAM = "streamid";

  /**
   * A request.
   *
   * @param pattern of the route that it is for
   * @param stream the StreamID in its path, or empty
   */
  record Request(String method, String pattern, String stream, byte[] body) {
    /** The path that is asked for. */
    public String path() {
      return pattern.replace("{" + STREAM + "}", stream);
    }
  }

  /** Somebody who makes one request after the other. */
  interface Actor extends AutoCloseable {
    /**
     * Makes a request.
     *
     * @return the status of the answer
     */
    int request(Request request) throws IOException;

    @Override
    void close();
  }

  /** Makes stages. */
  interface Builder {
    /** A stage for those routes; they are called by nobody else. */
    Stage build(List<HttpRoute> routes);
  }

  /** Another actor; each is for one thread. */
  Actor actor() throws IOException;

  @Override
  void close();

  /** A stage without connections: routes are called as they are. */
  static Stage direct(List<HttpRoute> routes) {
    return new DirectStage(routes);
  }
}
