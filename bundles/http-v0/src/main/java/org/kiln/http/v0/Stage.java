package org.kiln.http.v0;

import java.io.IOException;
import java.util.List;
import org.kiln.api.http.HttpRoute;

/** Where a rehearsal is played: the routes of a face, and a way to call them. */
public interface Stage extends AutoCloseable {
  /** Somebody who makes one request after the other. */
  interface Actor extends AutoCloseable {
    /**
     * Makes a request.
     *
     * @return the status of the answer
     */
    int request(String method, String path, byte[] body) throws IOException;

    @Override
    void close();
  }

  /** Another actor; each is for one thread. */
  Actor actor() throws IOException;

  @Override
  void close();

  /** Makes stages. */
  interface Builder {
    /** A stage for those routes; they are called by nobody else. */
    Stage build(List<HttpRoute> routes);
  }
}
