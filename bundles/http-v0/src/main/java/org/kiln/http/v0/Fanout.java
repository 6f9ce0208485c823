package org.kiln.http.v0;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Does many small things that may wait, some at a time: on the caller's thread and on virtual
 * threads beside it, which end as soon as nothing is left to begin. Thread-safe.
 */
final class Fanout implements AutoCloseable {
  private static final int WIDTH = 32;

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("kiln-multiquery-", 0).factory());

  /** The results in the order of the items; the function must not throw. */
  <T, R> List<R> map(List<T> items, Function<T, R> function) {
    Object[] results = new Object[items.size()];
    AtomicInteger next = new AtomicInteger();
    Phaser done = new Phaser(1);
    Runnable worker =
        () -> {
          for (int i = next.getAndIncrement(); i < results.length; i = next.getAndIncrement()) {
            results[i] = function.apply(items.get(i));
          }
        };
    int helpers = Math.min(WIDTH, items.size()) - 1;
    for (int i = 0; i < helpers && next.get() < results.length; i++) {
      done.register();
      threads.execute(
          () -> {
            try {
              worker.run();
            } finally {
              done.arriveAndDeregister();
            }
          });
    }
    worker.run();
    done.arriveAndAwaitAdvance();
    return typed(results);
  }

  @SuppressWarnings("unchecked")
  private static <R> List<R> typed(Object[] results) {
    List<R> list = new ArrayList<>(results.length);
    Arrays.stream(results).forEach(result -> list.add((R) result));
    return list;
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
