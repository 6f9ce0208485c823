package org.kiln.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.events.write.WriterSettings;
import org.kiln.store.memory.MemoryBackend;

class ScratchStoreTest {
  @TempDir Path parent;
  private Path directory;
  private ScratchStore scratch;

  @BeforeEach
  void make() {
    directory = parent.resolve("scratch");
    scratch = new ScratchStore(new MemoryBackend(), directory, Map.of(), WriterSettings.defaults());
  }

  @Test
  void shouldLendAnEmptyLog() {
    scratch.use((log, store, journal) -> assertThat(log.stats().events()).isZero());
  }

  @Test
  void shouldLeaveNothingBehind() throws Exception {
    Files.createDirectories(directory.resolve("left by a crash"));
    Files.writeString(directory.resolve("left by a crash").resolve("file"), "x");
    scratch.use(
        (log, store, journal) -> assertThat(directory.resolve("left by a crash")).doesNotExist());
    assertThat(directory).doesNotExist();
  }

  @Test
  void shouldLeaveNothingBehindWhenItsUserFails() {
    assertThatThrownBy(
            () ->
                scratch.use(
                    (log, store, journal) -> {
                      throw new IllegalStateException("user");
                    }))
        .hasMessage("user");
    assertThat(directory).doesNotExist();
    scratch.use((log, store, journal) -> assertThat(log.stats().events()).isZero());
  }
}
