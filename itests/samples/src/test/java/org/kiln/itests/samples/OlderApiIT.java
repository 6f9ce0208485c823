package org.kiln.itests.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.V0Client;

/**
 * A jar that the archetype's route was built into when the API was at 1.0, kept as it was then: it
 * must go on working with every later 1.x.
 */
class OlderApiIT {
  @Test
  void shouldRunAPluginThatWasBuiltAgainstAnOlderMinor(@TempDir Path data) throws Exception {
    Path jar = Path.of(OlderApiIT.class.getResource("/built-against-api-1.0.jar").toURI());
    Distribution distribution = Distribution.find();
    try (NodeProcess node = NodeProcess.start(distribution, data);
        V0Client client = new V0Client(node.url())) {
      assertThat(Checkout.install(distribution, node, jar))
          .contains("com.example.frozen-route 1.0.0 runs: it serves the route GET /frozen/{name}");
      assertThat(client.get("/frozen/ann").text()).isEqualTo("Hello ann\n");
    }
  }
}
