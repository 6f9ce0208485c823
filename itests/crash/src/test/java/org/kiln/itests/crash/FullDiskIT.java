package org.kiln.itests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.itests.harness.Await;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.V0Client;

/** A node whose disk is full says so, goes on reading, and is well again when there is space. */
class FullDiskIT {
  /** Bundles that no setting asks for, such as those of SQL, have no copy on it. */
  private static final String SIZE = "96m";

  private static final int CLIENTS = 4;

  @TempDir Path mount;

  private final Writer writer = new Writer();
  private boolean mounted;

  @BeforeEach
  void mountSmallDisk() throws IOException, InterruptedException {
    mounted = run("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "tmpfs", mount.toString()) == 0;
    Assumptions.assumeTrue(mounted, "a small tmpfs can be mounted by root only");
  }

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    if (mounted) {
      assertThat(run("umount", mount.toString())).isZero();
    }
  }

  @Test
  void shouldRefuseWritesWhileTheDiskIsFullAndLoseNothing()
      throws IOException, InterruptedException {
    Path data = mount.resolve("data");
    try (NodeProcess node = NodeProcess.start(Distribution.find(), data);
        V0Client client = new V0Client(node.url())) {
      for (int i = 0; i < 50; i++) {
        assertThat(writer.update(client, writer.create(client))).isTrue();
      }
      fill();
      // the store may have room left in a file that it has laid out already
      try (Writer.Run run = writer.start(node.url(), CLIENTS)) {
        Await.until("a write is refused", () -> !writer.refusals().isEmpty());
      }
      V0Client.Answer refusal = writer.refusals().getFirst();
      assertThat(refusal.status()).as(refusal.text()).isBetween(500, 599);
      assertThat(refusal.body().path("error").asText())
          .as(refusal.text())
          .isNotBlank()
          .doesNotContain("Exception");

      assertThat(node.alive()).isTrue();
      assertThat(Writer.broken(node.url(), writer.streams())).as("reads go on").isEmpty();

      Files.delete(filler());
      Await.until("the node takes writes again", () -> writer.create(client) != null);
      List<Acknowledged> streams = writer.streams();
      assertThat(writer.update(client, streams.getFirst())).isTrue();
      assertThat(Writer.broken(node.url(), writer.streams())).isEmpty();
      assertThat(client.get("/api/v0/node/healthcheck").status()).isEqualTo(200);
      assertThat(node.complaints())
          .as("told in words, not in stack traces")
          .noneMatch(line -> line.strip().startsWith("at "));
      node.kill();
    }
    try (NodeProcess node = NodeProcess.start(Distribution.find(), data)) {
      assertThat(Writer.broken(node.url(), writer.streams())).as("after a kill").isEmpty();
      assertThat(node.stop()).isZero();
    }
  }

  private Path filler() {
    return mount.resolve("filler");
  }

  private void fill() throws IOException {
    byte[] chunk = new byte[64 << 10];
    try (OutputStream out = Files.newOutputStream(filler())) {
      while (mount.toFile().getUsableSpace() > 0) {
        out.write(chunk);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private static int run(String... line) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(60, TimeUnit.SECONDS) ? process.exitValue() : -1;
  }
}
