package org.kiln.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/**
 * Small files of the data directory that came to harm. What is only derived is made anew by the
 * next start, all of it at once here; the rest stops the start with a sentence. (The launcher's and
 * access's DamagedFilesTest and DamagedCredentialsTest have every kind of harm.)
 */
class DamagedFilesIT {
  @TempDir Path data;

  private final Distribution distribution = Distribution.find();

  @Test
  void shouldMakeAnewWhatIsDerivedAndNameWhatIsNot() throws Exception {
    SignedEvent tile = new Author(new byte[32]).tile(Ipld.map("n", Ipld.of(7)), "d");
    StreamId stream = StreamId.of(0, tile.cid());
    try (NodeProcess node = start();
        V0Client client = new V0Client(node.url())) {
      assertThat(client.create(0, tile).ok()).isTrue();
      assertThat(node.stop()).isZero();
    }
    damageWhatIsDerived();
    try (NodeProcess node = start();
        V0Client client = new V0Client(node.url())) {
      assertThat(client.load(stream).body().path("state").path("content").path("n").asInt())
          .isEqualTo(7);
      assertThat(distribution.run("anchor", "--data", data.toString()).exitCode()).isZero();
      assertThat(node.stop()).isZero();
    }
    for (String name : List.of("access/credentials", "store.properties", "network")) {
      Path file = data.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      Files.write(file, new byte[0]);
      Distribution.Answer refused =
          distribution.run(
              "daemon", "--data", data.toString(), "--http", "127.0.0.1:" + NodeProcess.freePort());
      assertThat(refused.exitCode()).as(refused.output()).isEqualTo(3);
      assertThat(refused.output())
          .contains("kiln: " + file + " is damaged: ")
          .doesNotContain("password 1")
          .doesNotContain("is ready");
      assertThat(file).isEmptyFile();
      Files.write(file, whole);
    }
    try (NodeProcess node = start();
        V0Client client = new V0Client(node.url())) {
      assertThat(client.load(stream).ok()).isTrue();
    }
  }

  @Test
  void shouldRunUnderNoOtherIdentityAndWithoutNoPlugin() throws Exception {
    try (NodeProcess node = startInNetwork()) {
      assertThat(node.stop()).isZero();
    }
    Files.writeString(data.resolve("plugins/jars/kept.jar"), "a plugin's");
    for (String name : List.of("libp2p/identity.key", "plugins/plugins.json")) {
      Path file = data.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      byte[] flipped = whole.clone();
      flipped[whole.length / 2] ^= 0x55;
      List<byte[]> harms = List.of(new byte[0], Arrays.copyOf(whole, whole.length / 2), flipped);
      for (byte[] harm : harms) {
        Files.write(file, harm);
        assertThat(refusal()).contains(file + " is damaged: ");
        assertThat(file).hasBinaryContent(harm);
      }
      Files.write(file, whole);
    }
    Files.delete(data.resolve("plugins/plugins.json"));
    assertThat(refusal()).contains(data.resolve("plugins/plugins.json") + " is gone");
  }

  private String refusal() throws IOException, InterruptedException {
    Distribution.Answer refused =
        distribution.run(
            "daemon",
            "--data",
            data.toString(),
            "--http",
            "127.0.0.1:" + NodeProcess.freePort(),
            "--set",
            "network.enabled=true",
            "--set",
            "network.listen=");
    assertThat(refused.exitCode()).as(refused.output()).isEqualTo(3);
    assertThat(refused.output()).doesNotContain("is ready").doesNotContain("\tat ");
    return refused.output();
  }

  private NodeProcess startInNetwork() throws IOException, InterruptedException {
    return NodeProcess.start(
        distribution, data, "--set", "network.enabled=true", "--set", "network.listen=");
  }

  private NodeProcess start() throws IOException, InterruptedException {
    return NodeProcess.start(distribution, data, "--set", "http.rehearsal-seconds=0");
  }

  private void damageWhatIsDerived() throws IOException {
    Files.write(data.resolve("framework.lock"), new byte[100]);
    Files.writeString(data.resolve("operator.token"), "not a token");
    Files.writeString(data.resolve("kiln.state"), "pid=x\n");
    List<Path> copies;
    try (Stream<Path> files = Files.walk(data.resolve("framework"))) {
      copies = files.filter(Files::isRegularFile).sorted().toList();
    }
    int harm = 0;
    for (Path file : copies) {
      if (file.endsWith("bundle.jar")
          || file.endsWith("bundle.info")
          || file.endsWith("bundle.id")) {
        byte[] bytes = Files.readAllBytes(file);
        switch (harm++ % 4) {
          case 0 -> Files.write(file, new byte[bytes.length]);
          case 1 -> Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
          case 2 -> Files.writeString(file, "garbage");
          default -> {
            bytes[bytes.length / 2] ^= 0x55;
            Files.write(file, bytes);
          }
        }
      }
    }
    assertThat(harm).isGreaterThan(100);
  }
}
