package org.kiln.itests.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.V0Client;

/**
 * What a plugin hears that was built against another API than the node's. Before 1.0 each minor
 * version may break plugins, so one of another is refused by name and version; from 1.0 on it is
 * the major version. The jar is the archetype's route, built when the API called itself 1.0 and
 * kept as it was then.
 */
class OlderApiIT {
  private static final Pattern OFFERED = Pattern.compile("this node offers (0\\.\\d+)\\.\\d+");

  @TempDir private Path directory;

  @Test
  void rejectsAPluginThatWasBuiltAgainstAnotherApi() throws Exception {
    Distribution distribution = Distribution.find();
    try (NodeProcess node = NodeProcess.start(distribution, directory.resolve("node"));
        V0Client client = new V0Client(node.url())) {
      String refusal = refused(distribution, node, frozen());
      assertThat(refusal)
          .contains("It was built for org.kiln.api.http 1.0.0, and this node offers 0.")
          .contains("Take the plugin's version for this node, or upgrade the node.");
      assertThat(refused(distribution, node, importing("[0.8,1)")))
          .as("the range that bnd writes by itself, which this node's version lies in")
          .contains("It was built for org.kiln.api.http 0.8.0, and this node offers 0.");
      assertThat(client.get("/frozen/ann").status()).isEqualTo(404);

      Matcher offered = OFFERED.matcher(refusal);
      assertThat(offered.find()).isTrue();
      assertThat(Checkout.install(distribution, node, importing("[" + offered.group(1) + ",1)")))
          .contains("com.example.frozen-route 1.0.0 runs: it serves the route GET /frozen/{name}");
      // A manifest that says what is not so is believed; what then fails has the plugin's name.
      V0Client.Answer answer = client.get("/frozen/ann");
      assertThat(answer.status()).isBetween(500, 599);
      assertThat(answer.text())
          .contains("Plugin com.example.frozen-route failed: NoSuchMethodError", "plugin-failed");
      assertThat(client.get("/api/v0/node/healthcheck").ok()).isTrue();
    }
  }

  private static Path frozen() throws Exception {
    return Path.of(OlderApiIT.class.getResource("/built-against-api-1.0.jar").toURI());
  }

  /** The same classes, with another range of versions in the manifest. */
  private Path importing(String range) throws Exception {
    return Checkout.withHeader(
        frozen(),
        "Import-Package",
        "org.kiln.api.http;version=\"" + range + "\"",
        directory.resolve("importing-" + range.replaceAll("[^0-9]+", "-") + ".jar"));
  }

  private static String refused(Distribution distribution, NodeProcess node, Path jar)
      throws Exception {
    Distribution.Answer answer =
        distribution.run("plugin", "install", jar.toString(), "--data", node.data().toString());
    assertThat(answer.exitCode()).isNotZero();
    return answer.output();
  }
}
