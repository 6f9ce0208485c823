package org.kiln.sample.did.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.kiln.api.did.DidException;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.kiln.kit.http.BoundedClient;

/** Fetches small documents: within a time, up to a size, without redirects. Thread-safe. */
final class Fetch implements AutoCloseable {
  /** Largest document, in bytes. */
  static final int MAX_BYTES = 64 << 10;

  private final BoundedClient http;

  /** A fetch takes that many milliseconds at most, connecting and reading included. */
  Fetch(long maxMs) {
    this.http = new BoundedClient(Duration.ofMillis(maxMs), MAX_BYTES);
  }

  byte[] get(URI address, Deadline deadline) throws DidException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .header("Accept", "application/did+json, application/json")
            .build();
    HttpResponse<byte[]> answer;
    try {
      answer = http.send(address.toString(), request, deadline);
    } catch (IOException e) {
      // Also of one that is too large: tomorrow it may be smaller, and nobody is condemned today.
      throw new DidException("internalError", e.getMessage(), Retry.LATER);
    }
    int status = answer.statusCode();
    if (status != 200) {
      boolean gone = status == 404 || status == 410;
      throw new DidException(
          gone ? "notFound" : "internalError",
          address
              + " answered "
              + status
              + (status / 100 == 3 ? "; redirects are not followed" : ""),
          Retry.when(!gone));
    }
    return answer.body();
  }

  @Override
  public void close() {
    http.close();
  }
}
