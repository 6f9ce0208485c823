package org.kiln.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** {@code kiln status}: how the node of a data directory is. */
final class Status {
  /** What scripts are told of the numbers, by our names. */
  private static final Map<String, String> NUMBERS = new LinkedHashMap<>();

  static {
    NUMBERS.put("events", "kiln_log_events");
    NUMBERS.put("diskBytes", "kiln_log_disk_bytes");
    NUMBERS.put("queuedEvents", "kiln_log_queued_events");
    NUMBERS.put("damages", "kiln_log_damage_total");
    NUMBERS.put("streamsWaiting", "kiln_streams_waiting");
    NUMBERS.put("anchorRequestsWaiting", "kiln_anchor_requests_waiting");
    NUMBERS.put("anchorRequestsFailed", "kiln_anchor_requests_failed");
    NUMBERS.put("timeEvents", "kiln_anchor_time_events_total");
    NUMBERS.put("peers", "kiln_peers");
    NUMBERS.put("requests", "kiln_http_requests_total");
    NUMBERS.put("requestFailures", "kiln_http_failures_total");
    NUMBERS.put("heapUsedBytes", "jvm_memory_used_bytes{area=\"heap\"}");
    NUMBERS.put("heapMaxBytes", "jvm_memory_max_bytes{area=\"heap\"}");
  }

  private final Configuration configuration;
  private final Answers answers;
  private final PrintStream out;

  Status(Configuration configuration, Answers answers) {
    this.configuration = configuration;
    this.answers = answers;
    this.out = answers.out();
  }

  /** Exit code 0 when the node is healthy, 1 when it is not or does not run. */
  int run() {
    Path data = configuration.dataDirectory();
    Optional<LocalHttp.Place> named = AdminConnection.named(configuration);
    Properties state = DataDirectory.readState(data).orElse(null);
    if (named.isPresent()) {
      boolean own =
          state != null && AdminConnection.place(state).address().equals(named.get().address());
      return show(named.get(), own ? state : new Properties());
    }
    if (state == null) {
      return absent("No node runs in " + data + ".");
    }
    long pid = Long.parseLong(state.getProperty("pid"));
    if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()) {
      return absent("No node runs in " + data + "; the last one (process " + pid + ") was killed.");
    }
    return show(AdminConnection.place(state), state);
  }

  private int absent(String why) {
    if (answers.json()) {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("running", false);
      members.put("healthy", false);
      members.put("health", why);
      answers.show(members);
    } else {
      out.println(why);
    }
    return Exit.FAILURE;
  }

  /** What the node there says; and what it has written, unless it is one of another directory. */
  private int show(LocalHttp.Place address, Properties state) {
    boolean healthy = false;
    // Of a node of this directory its process is known; of another only what it answers.
    boolean running = !state.isEmpty();
    String health;
    Metrics metrics = new Metrics("");
    try {
      LocalHttp.Answer answer = LocalHttp.get(address, "/api/v0/node/healthcheck", 5_000);
      running = true;
      healthy = answer.status() == 200;
      health = healthy ? "healthy" : "answers " + answer.status() + ": " + answer.body().strip();
      LocalHttp.Answer numbers = LocalHttp.get(address, "/metrics", 5_000);
      metrics = new Metrics(numbers.status() == 200 ? numbers.body() : "");
    } catch (IOException e) {
      String last = state.isEmpty() ? "" : ", " + state.getProperty("state");
      health = "does not answer (" + e.getMessage() + ")" + last;
    }
    if (answers.json()) {
      answers.show(members(running, healthy, health, address, state, metrics));
      return healthy ? Exit.OK : Exit.FAILURE;
    }
    if (state.isEmpty()) {
      out.println("Kiln     " + health);
      out.println("API      " + address.url() + "/api/v0");
    } else {
      out.println(
          "Kiln     "
              + state.getProperty("version")
              + ", process "
              + state.getProperty("pid")
              + ", "
              + health);
      out.println("API      " + address.url() + "/api/v0");
      out.println("Network  " + state.getProperty("network"));
      out.println("Data     " + configuration.dataDirectory());
      out.println("Since    " + state.getProperty("started"));
    }
    print(metrics);
    if (healthy && !state.isEmpty()) {
      readers();
      obstacle().ifPresent(why -> out.println("Missing  " + why));
    }
    return healthy ? Exit.OK : Exit.FAILURE;
  }

  /** The same for scripts; what is not known is null. */
  private Map<String, Object> members(
      boolean running,
      boolean healthy,
      String health,
      LocalHttp.Place address,
      Properties state,
      Metrics metrics) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("running", running);
    members.put("healthy", healthy);
    members.put("health", health);
    members.put("api", address.url() + "/api/v0");
    members.put("version", state.getProperty("version"));
    members.put(
        "pid", Optional.ofNullable(state.getProperty("pid")).map(Long::valueOf).orElse(null));
    members.put("network", state.getProperty("network"));
    members.put("data", state.isEmpty() ? null : configuration.dataDirectory().toString());
    members.put("since", state.getProperty("started"));
    NUMBERS.forEach((name, metric) -> members.put(name, metrics.whole(metric)));
    members.put("anchorObstacle", healthy ? obstacle().orElse(null) : null);
    members.put("feed", healthy ? admin("/admin/feed").map(Json.Raw::new).orElse(null) : null);
    return members;
  }

  private Optional<String> admin(String path) {
    try {
      AdminConnection.Reply reply = AdminConnection.to(configuration).reply("GET", path);
      return Optional.of(reply).filter(r -> r.status() == 200).map(AdminConnection.Reply::body);
    } catch (RefusedException e) {
      return Optional.empty();
    }
  }

  /** Why nothing can be anchored; known only to who may read the node's files. */
  private Optional<String> obstacle() {
    try {
      return Optional.ofNullable(
          AdminConnection.to(configuration).ask("GET", "/admin/anchor").get("obstacle"));
    } catch (RefusedException e) {
      return Optional.empty();
    }
  }

  /** Likewise. */
  private void readers() {
    try {
      FeedReaders.show(
          AdminConnection.to(configuration).ask("GET", "/admin/feed"), Instant.now(), out);
    } catch (RefusedException e) {
      // A node of an older release, or somebody else's files.
      return;
    }
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
    if (metrics.number("kiln_log_damage_total") > 0) {
      out.println(
          "Damage   on the disk was met; /health says where, and 'kiln check' looks through all");
    }
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
        metrics.size("jvm_memory_used_bytes{area=\"heap\"}"),
        metrics.size("jvm_memory_max_bytes{area=\"heap\"}"));
  }
}
