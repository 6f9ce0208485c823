package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.launch.ImportTask;
import org.kiln.launch.Progress;
import org.kiln.launch.TaskFailedException;

/** What an import leaves behind that did not come to its end, and what is said to it. */
class UnfinishedImportTest {
  @TempDir Path directory;

  private Path data;
  private Configuration settings;
  private String wrong;
  private String broken;

  @BeforeEach
  void layDown() throws Exception {
    data = directory.resolve("data");
    Files.createDirectories(data);
    Files.createFile(data.resolve("db.sqlite3"));
    settings =
        Configuration.load(
            null, Map.of(), Map.of("data", data.toString(), "network", "testnet-clay"));
  }

  /** Fails where the test says so. */
  private final class Work implements ImportTask {
    @Override
    public void check(Path store) throws TaskFailedException {
      if (wrong != null) {
        throw new TaskFailedException(TaskFailedException.Kind.OTHER, wrong, null);
      }
    }

    @Override
    public Report importOne(Path store, Progress progress) throws TaskFailedException {
      assertThat(data.resolve("import.unfinished")).exists();
      if (broken != null) {
        throw new TaskFailedException(TaskFailedException.Kind.STORAGE, broken, null);
      }
      return new Report(1, 0, 0, 0, 0, 0, List.of());
    }
  }

  private void take() throws Exception {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    try (DataDirectory held = DataDirectory.open(data)) {
      new ImportCommand(directory, settings, nowhere)
          .take(new Work(), Path.of("/old"), held, settings);
    }
  }

  private void start() throws RefusedException {
    OneCommand.refuseOthersStore(data, "testnet-clay");
  }

  @Test
  void shouldLeaveTheDirectoryNobodysWhenTheStoreCannotBeTaken() {
    wrong = "is in use";
    assertThatThrownBy(this::take).hasMessage("is in use");
    for (String file : List.of("network", StoreRecord.FILE, "import.unfinished")) {
      assertThat(data.resolve(file)).doesNotExist();
    }
    assertThatThrownBy(this::start)
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("has not taken over")
        .hasMessageContaining(
            "'kiln import --from-ceramic-one " + data + " --data " + data + " --network testnet");
  }

  @Test
  void rejectsToStartOnHalfOfTheEvents() throws Exception {
    broken = "disk full";
    assertThatThrownBy(this::take).hasMessage("disk full");
    assertThatThrownBy(this::start)
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("did not come to its end")
        .hasMessageContaining(
            "'kiln import --from-ceramic-one /old --data " + data + " --network testnet-clay'");
    broken = null;
    take();
    assertThatCode(this::start).doesNotThrowAnyException();
  }

  @Test
  void rejectsToStartAnyNodeOnHalfOfTheEvents() throws Exception {
    broken = "disk full";
    assertThatThrownBy(this::take).hasMessage("disk full");
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());

    assertThatThrownBy(() -> new Daemon(directory, settings, nowhere).run())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("did not come to its end")
        .hasMessageContaining("delete " + data.resolve("import.unfinished"));
    assertThat(data.resolve("node.state")).doesNotExist();
    assertThat(data.resolve("logs/kiln.log")).doesNotExist();
  }

  @Test
  void rejectsToStartWhenTheMarkSaysNothing() throws Exception {
    Files.write(data.resolve("import.unfinished"), new byte[] {(byte) 0xff});
    assertThatThrownBy(this::start).hasMessageContaining("--from-ceramic-one DIR --data");
    Files.write(data.resolve("import.unfinished"), new byte[0]);
    assertThatThrownBy(this::start).hasMessageContaining("--from-ceramic-one DIR --data");
  }

  @Test
  void shouldStartWithoutAnyOldStore() throws Exception {
    Files.delete(data.resolve("db.sqlite3"));
    assertThatCode(this::start).doesNotThrowAnyException();
  }
}
