package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.Npm;

/**
 * js-ceramic 6.11, unchanged, whose ceramic-one is a Kiln: models and documents are made, changed,
 * indexed and queried, also after both were started again. The property {@code one.js-ceramic}
 * names a folder where its {@code @ceramicnetwork/cli} is installed, {@code one.js-ceramic.db} the
 * database of its index, SQLite unless it is named.
 */
@Timeout(300)
class JsCeramicIT {
  private static final Path SCRIPT = Path.of("js-ceramic.mjs").toAbsolutePath();

  private final HttpClient http = HttpClient.newHttpClient();
  private int port;
  @TempDir private Path folder;

  @Test
  void shouldServeJsCeramicAlsoAfterARestart() throws Exception {
    Optional<Path> installed =
        Optional.ofNullable(System.getProperty("one.js-ceramic", System.getenv("JS_CERAMIC")))
            .map(Path::of)
            .filter(Files::isDirectory);
    assumeTrue(
        installed.isPresent(),
        "js-ceramic is not at hand: -Done.js-ceramic would name a folder where"
            + " @ceramicnetwork/cli is installed");
    Npm.require();
    port = NodeProcess.freePort();
    Path modules = installed.get().toAbsolutePath().resolve("node_modules");
    Files.createSymbolicLink(folder.resolve("node_modules"), modules);
    Files.copy(SCRIPT, folder.resolve("client.mjs"));
    for (String part : new String[] {"begin", "again"}) {
      try (OneNode one =
              OneNode.start(
                  OneNode.kiln(),
                  folder.resolve("one"),
                  Map.of(),
                  "--network=in-memory",
                  "--event-validation=false");
          Running ceramic = ceramic(one)) {
        Kiln.until("js-ceramic answers", () -> ceramic.process().isAlive() && answers());
        assertThat(client(part))
            .as(() -> read("js-ceramic.txt"))
            .endsWith(part + ": changed n1 n2\n");
      }
    }
  }

  /** A process that ends with the test. */
  private record Running(Process process) implements AutoCloseable {
    @Override
    public void close() throws InterruptedException {
      process.destroy();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
  }

  private Running ceramic(OneNode one) throws IOException {
    String index =
        System.getProperty("one.js-ceramic.db", "sqlite://" + folder.resolve("index.sqlite"));
    String config =
        """
        {"anchor": {"auth-method": "did"},
         "http-api": {"hostname": "127.0.0.1", "port": "%d",
           "admin-dids": ["did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z"]},
         "ipfs": {"mode": "remote", "host": "%s"},
         "logger": {"log-level": 2}, "network": {"name": "inmemory"},
         "node": {"private-seed-url": "inplace:ed25519#%s"},
         "state-store": {"mode": "fs", "local-directory": "%s"},
         "indexing": {"db": "%s", "allow-queries-before-historical-sync": true}}
        """
            .formatted(port, one.http(), "07".repeat(32), folder.resolve("state"), index);
    Path file = Files.writeString(folder.resolve("config.json"), config);
    ProcessBuilder builder =
        new ProcessBuilder("node", "node_modules/.bin/ceramic", "daemon", "--config", file + "")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve("js-ceramic.txt").toFile()));
    builder.environment().put("HOME", folder.toString());
    return new Running(builder.start());
  }

  private boolean answers() throws InterruptedException {
    URI health = URI.create("http://127.0.0.1:" + port + "/api/v0/node/healthcheck");
    try {
      return http.send(
                  HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private String client(String part) throws IOException, InterruptedException {
    Path output = folder.resolve(part + ".txt");
    Process client =
        new ProcessBuilder("node", "client.mjs", part, "http://127.0.0.1:" + port)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(client.waitFor(2, TimeUnit.MINUTES)).as("the client has ended").isTrue();
    return Files.readString(output);
  }

  private String read(String name) {
    try {
      return Files.readString(folder.resolve(name));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
