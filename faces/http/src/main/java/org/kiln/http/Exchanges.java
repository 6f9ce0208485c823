package org.kiln.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * All requests under way. A thread of its own ends those whose clients neither send what they
 * announced nor take what they asked for: a platform thread, so that it runs however busy the
 * others are. Thread-safe.
 */
final class Exchanges {
  private static final long TURN_NANOS = 500_000_000;

  private final Set<Exchange> underWay = ConcurrentHashMap.newKeySet();
  private final GatewayCounters counters;
  private final ServingRecord record;
  private volatile Transfers limits;
  private volatile Thread watch;

  Exchanges(GatewayCounters counters, ServingRecord record, Transfers limits) {
    this.counters = counters;
    this.record = record;
    this.limits = limits;
  }

  void configure(Transfers changed) {
    limits = changed;
  }

  Exchange begin(HttpServletRequest request) {
    int slot =
        record.begin(request.getMethod(), request.getRequestURI(), Connections.client(request));
    Exchange exchange = new Exchange(request, slot);
    underWay.add(exchange);
    return exchange;
  }

  void end(Exchange exchange) {
    exchange.end();
    underWay.remove(exchange);
    record.end(exchange.slot());
  }

  /** How many there are. */
  int size() {
    return underWay.size();
  }

  void start() {
    Thread thread = Thread.ofPlatform().name("kiln-http-watch").daemon().unstarted(this::run);
    watch = thread;
    thread.start();
  }

  void stop() {
    Thread thread = watch;
    watch = null;
    LockSupport.unpark(thread);
  }

  private void run() {
    while (watch == Thread.currentThread()) {
      LockSupport.parkNanos(TURN_NANOS);
      long now = System.nanoTime();
      for (Exchange exchange : underWay) {
        if (exchange.late(now, limits)) {
          counters.tooSlow();
          underWay.remove(exchange);
          exchange.cut();
        }
      }
    }
  }
}
