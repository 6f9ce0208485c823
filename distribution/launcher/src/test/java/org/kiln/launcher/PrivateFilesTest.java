package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {
  @TempDir private Path data;

  private String permissions(String path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(path)));
  }

  private void make(String directory, String... files) throws Exception {
    Files.createDirectories(data.resolve(directory));
    Files.setPosixFilePermissions(
        data.resolve(directory), PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String file : files) {
      Path path = Files.writeString(data.resolve(directory).resolve(file), "x");
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
    }
  }

  @Test
  void shouldMakeWhatIsWrittenFirst() throws Exception {
    assertThat(PrivateFiles.close(data)).isEmpty();
    assertThat(permissions("logs")).isEqualTo("rwx------");
    assertThat(permissions("logs/kiln.log")).isEqualTo("rw-------");
    assertThat(permissions("framework")).isEqualTo("rwx------");
  }

  @Test
  void shouldCloseWhatAnOlderNodeLeftOpen() throws Exception {
    make("logs", "kiln.log", "kiln-2026-01-01.0.log.gz", "audit.log.1");
    make("access", "credentials");
    make("anchor-remote", "node.seed");
    assertThat(PrivateFiles.close(data)).isEmpty();
    for (String log : new String[] {"kiln.log", "kiln-2026-01-01.0.log.gz", "audit.log.1"}) {
      assertThat(permissions("logs/" + log)).isEqualTo("rw-------");
    }
    assertThat(permissions("access")).isEqualTo("rwx------");
    assertThat(permissions("anchor-remote")).isEqualTo("rwx------");
    assertThat(Files.readString(data.resolve("logs/kiln.log"))).isEqualTo("x");
  }
}
