package org.kiln.kit.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kiln.api.plugin.Deadline;

/**
 * Asks others over HTTP. An answer must come whole, within a time and up to a size; redirects are
 * not followed, so that only those are asked whom the operator named. User and password of a URL
 * are sent as {@code Authorization: Basic} (RFC 7617), which Java's own client does not do.
 * Thread-safe.
 */
public final class BoundedClient implements AutoCloseable {
  private static final String AUTHORIZATION = "Authorization";
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final long maxWaitMs;
  private final int maxAnswerBytes;
  private final HttpClient http;

  /**
   * With the most that one answer may take, whatever the deadline of its caller.
   *
   * @param maxWait from asking to the last byte
   * @param maxAnswerBytes of the body
   */
  public BoundedClient(Duration maxWait, int maxAnswerBytes) {
    this.maxWaitMs = maxWait.toMillis();
    this.maxAnswerBytes = maxAnswerBytes;
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(maxWait.compareTo(CONNECT) < 0 ? maxWait : CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * Sends a request and waits for the answer.
   *
   * @param whom begins every message, for example {@code the node of eip155:1}
   * @throws IOException when there is no time, no answer, or one that is too long
   */
  public HttpResponse<byte[]> send(String whom, HttpRequest request, Deadline deadline)
      throws IOException {
    long wait = Math.min(deadline.remaining().toMillis(), maxWaitMs);
    if (wait <= 0) {
      throw new IOException(whom + " cannot be asked: no time is left");
    }
    // The request's own timeout would end with the head of the answer.
    CompletableFuture<HttpResponse<byte[]>> asked =
        http.sendAsync(withCredentials(request), BoundedBody.ofAtMost(maxAnswerBytes));
    try {
      return asked.get(wait, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException(whom + " did not answer in time", e);
    } catch (ExecutionException e) {
      throw new IOException(whom + " cannot be asked: " + reason(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(whom + " cannot be asked: interrupted", e);
    } finally {
      asked.cancel(true);
    }
  }

  /**
   * The body of an answer that must have status 200.
   *
   * @throws IOException as {@link #send}, and when the status is another
   */
  public byte[] body(String whom, HttpRequest request, Deadline deadline) throws IOException {
    HttpResponse<byte[]> response = send(whom, request, deadline);
    if (response.statusCode() != 200) {
      throw new IOException(whom + " answered " + response.statusCode());
    }
    return response.body();
  }

  /** A refused connection comes without a message. */
  private static String reason(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private static HttpRequest withCredentials(HttpRequest request) {
    URI url = request.uri();
    String pair = url.getUserInfo();
    if (pair == null) {
      return request;
    }
    HttpRequest.Builder plain = HttpRequest.newBuilder(request, (name, value) -> true);
    plain.uri(withoutUserInfo(url));
    if (request.headers().firstValue(AUTHORIZATION).isEmpty()) {
      // Without a colon it is a user, or a key in the place of one, with no password.
      byte[] bytes = (pair.indexOf(':') < 0 ? pair + ":" : pair).getBytes(StandardCharsets.UTF_8);
      plain.header(AUTHORIZATION, "Basic " + Base64.getEncoder().encodeToString(bytes));
    }
    return plain.build();
  }

  private static URI withoutUserInfo(URI url) {
    String authority = url.getRawAuthority();
    String host = authority.substring(authority.lastIndexOf('@') + 1);
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    return URI.create(url.getScheme() + "://" + host + url.getRawPath() + query);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
