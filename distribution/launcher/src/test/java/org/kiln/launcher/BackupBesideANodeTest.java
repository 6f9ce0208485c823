package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node does while it is copied happens here right after a certain file was read. */
class BackupBesideANodeTest {
  @TempDir private Path folder;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private Path data;
  private Path backup;
  private DataDirectory node;

  @BeforeEach
  void startNode() throws Exception {
    data = folder.resolve("data");
    backup = folder.resolve("backup");
    write("network", "inmemory\n");
    write("store.properties", "backend=xodus\ndirectory=store\n");
    write("store.mark", "mark of 1");
    write("store/00000000000.xd", "the first events");
    write("store/00000000001.xd", "more");
    write("libp2p/identity.key", "secret");
    write("index/documents.sqlite", "rows");
    node = DataDirectory.open(data);
    state("1", "");
  }

  @AfterEach
  void stopNode() {
    node.close();
  }

  private void state(String started, String keys) throws IOException {
    Properties state = new Properties();
    state.setProperty("pid", Long.toString(ProcessHandle.current().pid()));
    state.setProperty("http", "127.0.0.1:7007");
    state.setProperty("started", started);
    state.setProperty(RunningNode.KEYS, keys);
    node.writeState(state);
  }

  private void write(String path, String text) throws IOException {
    Path file = data.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @FunctionalInterface
  private interface Deed {
    void done() throws IOException;
  }

  /** Each time after that file was read. */
  private Consumer<Path> after(String path, Deed deed) {
    return file -> {
      if (file.endsWith(path)) {
        try {
          deed.done();
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
    };
  }

  private void backup(Consumer<Path> read, String... more) throws RefusedException {
    Configuration configuration =
        Configuration.load(null, Map.of(), Map.of("data", data.toString()));
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    List<String> words = new ArrayList<>(List.of(more));
    words.add(backup.toString());
    assertThat(new BackupCommand(configuration, out, read).run(words)).isEqualTo(Exit.OK);
  }

  /** What is restored of the backup. */
  private Path restored() throws RefusedException {
    Path fresh = folder.resolve("fresh");
    Configuration configuration =
        Configuration.load(null, Map.of(), Map.of("data", fresh.toString()));
    new RestoreCommand(configuration, new PrintStream(new ByteArrayOutputStream()))
        .run(List.of(backup.toString()));
    return fresh;
  }

  @Test
  void shouldHaveTheFilesThatItsMarkSpeaksOf() throws Exception {
    backup(
        after(
            "store.mark",
            () -> {
              write("store/00000000002.xd", "the log rolls");
              write("store.mark", "mark of 2");
            }));
    Path fresh = restored();
    assertThat(fresh.resolve("store.mark")).hasContent("mark of 1");
    assertThat(fresh.resolve("store/00000000002.xd")).hasContent("the log rolls");
  }

  @Test
  void shouldListAnewWhatTheCleanerTookAway() throws Exception {
    List<String> once = new ArrayList<>(List.of("once"));
    backup(
        after(
            "store/00000000000.xd",
            () -> {
              if (!once.isEmpty()) {
                once.clear();
                Files.delete(data.resolve("store/00000000001.xd"));
                write("store/00000000002.xd", "more, moved");
              }
            }));
    Path fresh = restored();
    assertThat(fresh.resolve("store/00000000001.xd")).doesNotExist();
    assertThat(fresh.resolve("store/00000000002.xd")).hasContent("more, moved");
  }

  @Test
  void shouldNotKeepAPartOfAFileThatWasCleanedUpSince() throws Exception {
    List<String> steps = new ArrayList<>(List.of("vanish"));
    write("diary", "mine");
    backup(
        after(
            "store/00000000001.xd",
            () -> {
              if (!steps.isEmpty()) {
                steps.clear();
                write("store/00000000002.xd", "more, moved");
                Files.delete(data.resolve("store/00000000001.xd"));
                Files.delete(data.resolve("diary")); // so that the list is read anew
              }
            }));
    Path fresh = restored();
    assertThat(fresh.resolve("store/00000000001.xd")).doesNotExist();
    assertThat(fresh.resolve("store/00000000002.xd")).hasContent("more, moved");
  }

  @Test
  void rejectsANodeThatLosesWhatMakesItOne() throws Exception {
    for (String lost : List.of("libp2p/identity.key", "store.properties")) {
      String content = Files.readString(data.resolve(lost));
      assertThatThrownBy(
              () ->
                  backup(
                      after(
                          "store/00000000001.xd", () -> Files.deleteIfExists(data.resolve(lost)))))
          .hasMessageContaining(lost + " is gone");
      assertThat(backup.resolve(BackupManifest.FILE)).doesNotExist();
      write(lost, content);
    }
  }

  @Test
  void rejectsABackupThatLosesItsOwnFolder() {
    assertThatThrownBy(
            () ->
                backup(
                    after("store.mark", () -> Directories.delete(backup)),
                    BackupCommand.WITHOUT_IDENTITY))
        .hasMessageContaining("did not come to its end");
  }

  @Test
  void shouldNotWaitForAnIndexThatNeverRests() throws Exception {
    int[] writes = {0};
    Consumer<Path> busy =
        after(
            BackupSource.DATABASE, () -> write(BackupSource.DATABASE, "other rows " + writes[0]++));
    backup(busy);
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("kiln index add MODEL");
    assertThat(writes[0]).isBetween(1, 10);
    assertThat(contents()).noneMatch(text -> text.contains("rows")).contains("more");

    backup(file -> {});
    backup(busy);
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("keeps the older one");
    assertThat(restored().resolve(BackupSource.DATABASE)).hasContent("other rows 4");
  }

  private List<String> contents() throws IOException {
    List<String> contents = new ArrayList<>();
    try (Stream<Path> all = Files.walk(backup.resolve(BackupFiles.FOLDER))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        contents.add(Files.readString(file));
      }
    }
    return contents;
  }

  @Test
  void shouldBeginAnewWhenAnotherRunOfTheNodeHasTheFiles() throws Exception {
    backup(
        after(
            "store/00000000001.xd",
            () -> {
              state("2", "");
              write("store/00000000000.xd", "written by the next run");
            }));
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("the copy begins anew");
    assertThat(restored().resolve("store/00000000000.xd")).hasContent("written by the next run");
  }

  @Test
  void rejectsADirectoryThatAnotherCommandHas() throws Exception {
    Files.delete(data.resolve("kiln.state"));
    assertThatThrownBy(() -> backup(file -> {}))
        .hasMessageContaining("is in use by process " + ProcessHandle.current().pid())
        .hasMessageContaining("which is no node");
  }

  @Test
  void shouldLeaveOutTheKeysThatTheRunningNodesSettingsName() throws Exception {
    write("paying.hex", "the account's key");
    write("kiln.properties", "# index.url may have a password\n");
    state("1", data.resolve("paying.hex").toString());
    backup(file -> {}, BackupCommand.WITHOUT_IDENTITY);
    assertThat(contents()).doesNotContain("the account's key", "secret").contains("more");
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("Left out: backup.id, libp2p/identity.key, paying.hex.")
        .contains("kiln.properties is copied with all it says");
  }

  @Test
  void rejectsAPlaceThatAnotherBackupWritesTo() throws Exception {
    List<Throwable> refused = new ArrayList<>();
    backup(
        after(
            "store.mark",
            () -> {
              try {
                backup(file -> {});
              } catch (RefusedException e) {
                refused.add(e);
              }
            }));
    assertThat(refused)
        .singleElement()
        .satisfies(e -> assertThat(e).hasMessageContaining("Another kiln backup"));
    assertThat(restored().resolve("store/00000000001.xd")).hasContent("more");
  }
}
