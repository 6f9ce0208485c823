package org.kiln.http;

import java.util.concurrent.atomic.LongAdder;

/** Counts the answers of one route. Thread-safe. */
final class RouteCounters {
  private final String method;
  private final String pattern;
  private final LongAdder[] byClass = new LongAdder[6];
  private final LongAdder nanos = new LongAdder();

  RouteCounters(String method, String pattern) {
    this.method = method;
    this.pattern = pattern;
    for (int i = 0; i < byClass.length; i++) {
      byClass[i] = new LongAdder();
    }
  }

  String method() {
    return method;
  }

  String pattern() {
    return pattern;
  }

  void count(int status, long elapsedNanos) {
    int group = status / 100;
    byClass[group >= 1 && group <= 5 ? group : 0].increment();
    nanos.add(elapsedNanos);
  }

  /** Answers whose status begins with that digit. */
  long answers(int firstDigit) {
    return byClass[firstDigit].sum();
  }

  double seconds() {
    return nanos.sum() / 1e9;
  }
}
