package org.kiln.sample.did.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kiln.api.did.DidException;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;

/** Fetches small documents: within a time, up to a size, without redirects. Thread-safe. */
final class Fetch implements AutoCloseable {
  /** Largest document, in bytes. */
  static final int MAX_BYTES = 64 << 10;

  private final long maxMs;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /** A fetch takes that many milliseconds at most, connecting and reading included. */
  Fetch(long maxMs) {
    this.maxMs = maxMs;
  }

  byte[] get(URI address, Deadline deadline) throws DidException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .header("Accept", "application/did+json, application/json")
            .build();
    long ms = Math.min(maxMs, deadline.remaining().toMillis());
    CompletableFuture<HttpResponse<byte[]>> asked =
        http.sendAsync(request, info -> new AtMost(MAX_BYTES));
    try {
      HttpResponse<byte[]> answer = asked.get(ms, TimeUnit.MILLISECONDS);
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
    } catch (TimeoutException e) {
      throw later(address + " did not answer within " + ms + " ms");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TooLarge) {
        throw new DidException(
            "invalidDidDocument",
            address + " holds more than " + MAX_BYTES + " bytes",
            Retry.NEVER);
      }
      throw later(address + " cannot be fetched: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw later("Fetching " + address + " was interrupted");
    } finally {
      asked.cancel(true);
    }
  }

  private static DidException later(String message) {
    return new DidException("internalError", message, Retry.LATER);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** Collects a body, and gives up when it is too large. */
  private static final class AtMost implements HttpResponse.BodySubscriber<byte[]> {
    private final int max;
    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Flow.Subscription subscription;

    AtMost(int max) {
      this.max = max;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return result;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
      for (ByteBuffer part : parts) {
        if (bytes.size() + part.remaining() > max) {
          subscription.cancel();
          result.completeExceptionally(new TooLarge());
          return;
        }
        byte[] copy = new byte[part.remaining()];
        part.get(copy);
        bytes.writeBytes(copy);
      }
    }

    @Override
    public void onError(Throwable failure) {
      result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      result.complete(bytes.toByteArray());
    }
  }
}
