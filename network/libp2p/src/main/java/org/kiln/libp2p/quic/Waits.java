package org.kiln.libp2p.quic;

import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kiln.api.plugin.Deadline;

/** Waiting for what the event loop does, off the event loop. */
public final class Waits {
  private Waits() {}

  /**
   * What comes of it.
   *
   * @throws IOException when nothing does, or not in time
   */
  public static <T> T await(Future<T> future, Deadline deadline) throws IOException {
    // Netty's own waiting holds a monitor, and so the carrier of a virtual thread before Java 24.
    CompletableFuture<T> result = new CompletableFuture<>();
    future.addListener(
        (Future<T> done) -> {
          if (done.isSuccess()) {
            result.complete(done.getNow());
          } else {
            result.completeExceptionally(done.cause());
          }
        });
    try {
      return result.get(Math.max(1, deadline.remaining().toMillis()), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("no answer in time");
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static InterruptedIOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    InterruptedIOException interrupted = new InterruptedIOException("interrupted");
    interrupted.initCause(e);
    return interrupted;
  }
}
