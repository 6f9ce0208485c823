package org.kiln.http.sql;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.kiln.api.http.HttpReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a streamed answer holds: given back when it was written, and also when nobody ever begins to
 * write it, as where the gateway has no place for one more.
 */
final class Held {
  private static final Logger LOG = LoggerFactory.getLogger(Held.class);
  private static final long BEGIN_SECONDS = 10;

  private Held() {}

  /** An answer that closes what it holds. */
  static HttpReply.Streamed streamed(
      String contentType, AutoCloseable held, HttpReply.Writer writer) {
    AtomicBoolean taken = new AtomicBoolean();
    CompletableFuture.delayedExecutor(BEGIN_SECONDS, TimeUnit.SECONDS)
        .execute(
            () -> {
              if (taken.compareAndSet(false, true)) {
                close(held);
              }
            });
    return HttpReply.streamed(
        200,
        contentType,
        out -> {
          if (!taken.compareAndSet(false, true)) {
            throw new java.io.IOException("The answer is not there any more");
          }
          try {
            writer.write(out);
          } finally {
            close(held);
          }
        });
  }

  static void close(AutoCloseable held) {
    try {
      held.close();
    } catch (Exception e) {
      LOG.warn("What an answer to SQL held was not given back: {}", e.toString());
    }
  }
}
