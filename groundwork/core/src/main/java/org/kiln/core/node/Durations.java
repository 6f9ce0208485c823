package org.kiln.core.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.kiln.core.node.Metrics.Sample;
import org.kiln.core.node.Metrics.Type;

/** How long things took, as a histogram of seconds. Thread-safe. */
public final class Durations {
  private final double[] bounds;
  private final String[] names;
  private final LongAdder[] counts;
  private final LongAdder nanos = new LongAdder();

  private Durations(double[] bounds) {
    this.bounds = bounds;
    this.names = new String[bounds.length + 1];
    for (int i = 0; i < bounds.length; i++) {
      names[i] = Double.toString(bounds[i]);
    }
    names[bounds.length] = "+Inf";
    this.counts = new LongAdder[bounds.length + 1];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  /** Buckets of which each goes twice as far as the one before: what ceramic-one has. */
  public static Durations doubling(Duration first, int buckets) {
    double[] bounds = new double[buckets];
    double bound = first.toNanos() / 1e9;
    for (int i = 0; i < buckets; i++) {
      bounds[i] = bound;
      bound *= 2;
    }
    return new Durations(bounds);
  }

  /** Counts one. */
  public void add(Duration time) {
    addNanos(time.toNanos());
  }

  /** Counts one, and makes no object of it. */
  public void addNanos(long time) {
    double seconds = time / 1e9;
    int bucket = 0;
    while (bucket < bounds.length && seconds > bounds[bucket]) {
      bucket++;
    }
    counts[bucket].increment();
    nanos.add(time);
  }

  /**
   * The histogram as it is now.
   *
   * @param name of the family
   * @param labels names and values, alternating
   */
  public List<Sample> samples(String name, String help, List<String> labels) {
    List<Sample> samples = new ArrayList<>(counts.length + 2);
    long below = 0;
    for (int i = 0; i < counts.length; i++) {
      below += counts[i].sum();
      List<String> bucket = new ArrayList<>(labels);
      bucket.add("le");
      bucket.add(names[i]);
      samples.add(new Sample(name + "_bucket", Type.HISTOGRAM, help, bucket, below));
    }
    samples.add(new Sample(name + "_sum", Type.HISTOGRAM, help, labels, nanos.sum() / 1e9));
    samples.add(new Sample(name + "_count", Type.HISTOGRAM, help, labels, below));
    return samples;
  }
}
