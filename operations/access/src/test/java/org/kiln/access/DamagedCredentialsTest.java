package org.kiln.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials that came to harm are refused, never replaced by a new operator. */
class DamagedCredentialsTest {
  @TempDir private Path directory;

  private Path file;
  private byte[] whole;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("credentials");
    Credentials credentials = open();
    credentials.put("operator", "operator", Optional.of("a long enough one"));
    credentials.put("eve", "viewer", Optional.of("another long one"));
    whole = Files.readAllBytes(file);
  }

  private Credentials open() throws IOException {
    return Credentials.open(file, InstantSource.system());
  }

  private void refused(byte[] bytes) throws IOException {
    Files.write(file, bytes);
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(file.toString(), "is damaged: ", "kiln access reset");
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void shouldReadWhatItWrote() throws IOException {
    assertThat(open().all()).hasSize(2);
  }

  @Test
  void rejectsAFileCutOffAnywhere() throws IOException {
    // Without the last line break it is whole.
    for (int length = 0; length < whole.length - 1; length++) {
      refused(Arrays.copyOf(whole, length));
    }
  }

  @Test
  void rejectsZerosAndOtherThings() throws IOException {
    refused(new byte[whole.length]);
    refused(new byte[] {(byte) 0xfe, (byte) 0xff, 0, 10, 61});
    refused("nobody at all\n".getBytes());
    refused("# a comment\n".getBytes());
  }

  @Test
  void rejectsADirectory() throws IOException {
    Files.delete(file);
    Files.createDirectory(file);
    assertThatThrownBy(this::open).isInstanceOf(IOException.class);
  }

  @Test
  void shouldReadAnOlderNodesFileThatHasNoEnd() throws IOException {
    List<String> lines =
        Files.readAllLines(file).stream().filter(line -> !line.startsWith("#")).toList();
    Files.writeString(
        file, "# name role hash created; written by the node\n" + String.join("\n", lines) + "\n");
    assertThat(open().all()).hasSize(2);
  }
}
