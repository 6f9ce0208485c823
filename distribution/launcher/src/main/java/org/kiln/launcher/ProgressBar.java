package org.kiln.launcher;

import java.io.PrintStream;
import java.util.Locale;
import org.kiln.launch.Progress;

/** Shows how far a task is: a bar on a terminal, a line now and then elsewhere. */
final class ProgressBar implements Progress {
  private static final int CELLS = 40;
  private static final long BAR_INTERVAL_NANOS = 100_000_000L;
  private static final long LINE_INTERVAL_NANOS = 5_000_000_000L;

  private final PrintStream out;
  private final String unit;
  private final boolean terminal;
  private final long startedNanos = System.nanoTime();
  private long lastShownNanos = Long.MIN_VALUE;

  ProgressBar(PrintStream out, String unit) {
    this(out, unit, Boolean.getBoolean("kiln.terminal")); // bin/kiln has asked the shell
  }

  ProgressBar(PrintStream out, String unit, boolean terminal) {
    this.out = out;
    this.unit = unit;
    this.terminal = terminal;
  }

  @Override
  public synchronized void reached(long done, long total) {
    long now = System.nanoTime();
    boolean last = total >= 0 && done >= total;
    long interval = terminal ? BAR_INTERVAL_NANOS : LINE_INTERVAL_NANOS;
    if (!last && lastShownNanos != Long.MIN_VALUE && now - lastShownNanos < interval) {
      return;
    }
    lastShownNanos = now;
    double seconds = (now - startedNanos) / 1e9;
    if (total < 0) {
      String soFar = String.format(Locale.ROOT, "%,d %s so far  %,.0f s", done, unit, seconds);
      out.print(terminal ? "\r" + soFar : soFar + System.lineSeparator());
      out.flush();
      return;
    }
    double share = total == 0 ? 1 : Math.min(1.0, (double) done / total);
    String numbers =
        String.format(
            Locale.ROOT,
            "%3.0f %%  %,d of %,d %s  %,.0f s",
            share * 100,
            done,
            total,
            unit,
            seconds);
    if (terminal) {
      int full = (int) Math.round(share * CELLS);
      out.print(
          "\r["
              + "#".repeat(full)
              + ".".repeat(CELLS - full)
              + "] "
              + numbers
              + (last ? "\n" : ""));
    } else {
      out.println(numbers);
    }
    out.flush();
  }
}
