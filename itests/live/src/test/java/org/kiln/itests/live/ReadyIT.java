package org.kiln.itests.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
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
        // With these clients' connections open, and three times in a row on one directory.
        assertThat(node.stop()).isZero();
        assertThat(node.complaints()).isEmpty();
      }
    }
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
