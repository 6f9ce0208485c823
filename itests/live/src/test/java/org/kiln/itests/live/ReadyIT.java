package org.kiln.itests.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Ipld;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/** Whoever waits for the health check finds everything that is configured to be there. */
class ReadyIT {
  private static final int STARTS = 3;

  @TempDir Path data;

  private final Distribution distribution = Distribution.find();

  @Test
  void shouldBeReadyWithEverythingThatIsConfigured() throws Exception {
    try (NodeProcess node = start();
        Admin admin = new Admin(node)) {
      byte[] jar =
          new PluginJar("live.late", "1.0.0")
              .activator("route(context, \"/late\", \"here\");", "")
              .bytes();
      assertThat(admin.install(jar).status()).isEqualTo(201);
      assertThat(node.stop()).isZero();
    }
    for (int i = 0; i < STARTS; i++) {
      try (NodeProcess node = start();
          Admin admin = new Admin(node);
          V0Client client = new V0Client(node.url())) {
        assertThat(client.get("/late").text()).as("a plugin's route").isEqualTo("here");
        assertThat(client.get("/api/v0/service-info/supported_chains").status()).isEqualTo(200);
        assertThat(client.get("/health").status()).isEqualTo(200);
        assertThat(client.get("/health/ready").status()).isEqualTo(200);
        assertThat(client.get("/console").status()).isLessThan(400);
        assertThat(admin.get("/console/api/anchors").status()).isEqualTo(200);
        assertThat(client.get("/metrics").text()).as("the network").contains("\nkiln_peers ");
        if (i == 0) {
          holdMonitoring(client);
        }
        // With these clients' connections open, and three times in a row on one directory.
        assertThat(node.stop()).isZero();
        assertThat(node.complaints()).isEmpty();
      }
    }
  }

  /** What the dashboard and the alerts ask for is what a node says; nothing else is. */
  private void holdMonitoring(V0Client client) throws Exception {
    SignedEvent tile = new Author(new byte[32]).tile(Ipld.map("n", Ipld.of(1)), "watched");
    assertThat(client.create(0, tile).ok()).isTrue();
    Expressions node = new Expressions(client.get("/metrics").text());
    Path monitoring = distribution.command().getParent().resolveSibling("monitoring");
    List<String> shipped = new ArrayList<>();
    shipped.addAll(Expressions.ofDashboard(monitoring.resolve("grafana-dashboard.json")));
    shipped.addAll(Expressions.ofAlerts(monitoring.resolve("prometheus-alerts.yml")));
    assertThat(shipped).hasSizeGreaterThan(40);
    assertThat(shipped)
        .allSatisfy(expression -> assertThat(node.unknown(expression)).as(expression).isEmpty());
    assertThat(node.unknown("sum by (colour) (rate(kiln_log_evnts{shape=\"x\"}[5m]) / kiln_peers)"))
        .containsExactly("by colour", "kiln_log_evnts");
  }

  private NodeProcess start() throws Exception {
    return NodeProcess.start(
        distribution,
        data,
        "--set",
        "http.rehearsal-seconds=0",
        "--set",
        "anchor.service.clients=*",
        "--set",
        "network.enabled=true",
        "--set",
        "network.listen=/ip4/127.0.0.1/tcp/0");
  }
}
