package org.kiln.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Properties;

/** {@code kiln status}: how the node of a data directory is. */
final class Status {
  private final Configuration configuration;
  private final PrintStream out;

  Status(Configuration configuration, PrintStream out) {
    this.configuration = configuration;
    this.out = out;
  }

  /** Exit code 0 when the node is healthy, 1 when it is not or does not run. */
  int run() {
    Path data = configuration.dataDirectory();
    Properties state = DataDirectory.readState(data).orElse(null);
    if (state == null) {
      out.println("No node runs in " + data + ".");
      return Exit.FAILURE;
    }
    long pid = Long.parseLong(state.getProperty("pid"));
    if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()) {
      out.println("No node runs in " + data + "; the last one (process " + pid + ") was killed.");
      return Exit.FAILURE;
    }
    LocalHttp.Place address = AdminConnection.place(state);
    boolean healthy = false;
    String health;
    Metrics metrics = new Metrics("");
    try {
      LocalHttp.Answer answer = LocalHttp.get(address, "/api/v0/node/healthcheck", 5_000);
      healthy = answer.status() == 200;
      health = healthy ? "healthy" : "answers " + answer.status() + ": " + answer.body().strip();
      LocalHttp.Answer numbers = LocalHttp.get(address, "/metrics", 5_000);
      metrics = new Metrics(numbers.status() == 200 ? numbers.body() : "");
    } catch (IOException e) {
      health = "does not answer (" + e.getMessage() + "), " + state.getProperty("state");
    }
    out.println("Kiln     " + state.getProperty("version") + ", process " + pid + ", " + health);
    out.println("API      " + address.url() + "/api/v0");
    out.println("Network  " + state.getProperty("network"));
    out.println("Data     " + data);
    out.println("Since    " + state.getProperty("started"));
    print(metrics);
    return healthy ? Exit.OK : Exit.FAILURE;
  }

  private void print(Metrics metrics) {
    if (metrics.isEmpty()) {
      return;
    }
    out.printf(
        "Events   %s in the log, %s on disk, %s waiting to be written%n",
        metrics.count("kiln_log_events"),
        metrics.size("kiln_log_disk_bytes"),
        metrics.count("kiln_log_queued_events"));
    out.printf(
        "Streams  %s in memory (%s), %s waiting for something missing%n",
        metrics.count("kiln_streams_cached"),
        metrics.size("kiln_streams_cached_bytes"),
        metrics.count("kiln_streams_waiting"));
    out.printf(
        "Anchors  %s requests waiting, %s failed, %s time events written%n",
        metrics.count("kiln_anchor_requests_waiting"),
        metrics.count("kiln_anchor_requests_failed"),
        metrics.count("kiln_anchor_time_events_total"));
    out.printf(
        "HTTP     %s requests, %s failures, %s refused%n",
        metrics.count("kiln_http_requests_total"),
        metrics.count("kiln_http_failures_total"),
        metrics.count("kiln_http_refused_total"));
    out.printf(
        "Memory   %s of %s heap used%n",
        metrics.size("jvm_heap_bytes{area=\"used\"}"),
        metrics.size("jvm_heap_bytes{area=\"max\"}"));
  }
}
