package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
  @TempDir private Path folder;

  private Path data;
  private Path backup;

  @BeforeEach
  void makeNode() throws IOException {
    data = folder.resolve("data");
    backup = folder.resolve("backup");
    write("network", "inmemory\n");
    write("store.properties", "backend=xodus\ndirectory=store\n");
    write("store.mark", "mark");
    write("store/00000000000.xd", "the first events");
    write("store/00000000000.sum", "sum");
    write("store/00000000001.xd", "more");
    write("libp2p/identity.key", "secret");
    write("index/documents.sqlite", "rows");
    write("logs/kiln.log", "chatter");
    write("kiln.serving", "chatter");
    write("store-old/00000000000.xd", "not the node's any more");
  }

  private void write(String path, String text) throws IOException {
    Path file = data.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private String run(int expected, String... line) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    assertThat(Main.run(List.of(line), out, out)).as(bytes.toString()).isEqualTo(expected);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private String backup(int expected, String... more) {
    return run(
        expected,
        Stream.concat(
                Stream.of("backup", "--data", data.toString(), backup.toString()), Stream.of(more))
            .toArray(String[]::new));
  }

  private String restore(int expected, Path to, String... more) {
    return run(
        expected,
        Stream.concat(
                Stream.of("restore", "--data", to.toString(), backup.toString()), Stream.of(more))
            .toArray(String[]::new));
  }

  private static TreeMap<String, String> files(Path folder) throws IOException {
    TreeMap<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readString(file));
      }
    }
    return files;
  }

  @Test
  void shouldBringBackWhatMakesUpTheNode() throws Exception {
    backup(Exit.OK);
    Path fresh = folder.resolve("fresh");
    assertThat(restore(Exit.OK, fresh)).contains("run only one of them");

    TreeMap<String, String> there = files(fresh);
    there.remove("kiln.lock");
    assertThat(there)
        .containsOnlyKeys(
            "backup.id",
            "index/documents.sqlite",
            "libp2p/identity.key",
            "network",
            "store.mark",
            "store.properties",
            "store/00000000000.sum",
            "store/00000000000.xd",
            "store/00000000001.xd")
        .containsEntry("store/00000000001.xd", "more");
  }

  @Test
  void rejectsARestoreToNowhereIntoTheBackupOrIntoAnotherNetwork() throws Exception {
    backup(Exit.OK);
    TreeMap<String, String> before = files(backup);
    assertThat(run(Exit.CONFIGURATION, "restore", backup.toString())).contains("--data");
    assertThat(restore(Exit.CONFIGURATION, backup.resolve("in"))).contains("lie in each other");
    Path fresh = folder.resolve("fresh");
    assertThat(restore(Exit.CONFIGURATION, fresh, "--network", "mainnet"))
        .contains("of the network inmemory, not of mainnet");
    assertThat(fresh).doesNotExist();
    assertThat(files(backup)).isEqualTo(before);
    restore(Exit.OK, fresh, "--network", "inmemory");
  }

  @Test
  void shouldLeaveOutTheIdentityWhenAsked() throws Exception {
    backup(Exit.OK, "--without-identity");
    assertThat(files(backup).values()).doesNotContain("secret").contains("more");
    Path one = folder.resolve("one");
    assertThat(restore(Exit.OK, one)).contains("an identity of its own");
    assertThat(one.resolve("libp2p/identity.key")).doesNotExist();

    backup = folder.resolve("whole");
    backup(Exit.OK);
    Path other = folder.resolve("other");
    restore(Exit.OK, other, "--without-identity");
    assertThat(other.resolve("libp2p/identity.key")).doesNotExist();
    assertThat(other.resolve("store/00000000000.xd")).hasContent("the first events");
    assertThat(backup(Exit.STORAGE, "--without-identity")).contains("has a backup with");
  }

  @Test
  void shouldCopyOnlyWhatIsNewAndDropWhatIsOld() throws Exception {
    backup(Exit.OK);
    TreeMap<String, String> before = files(backup);
    write("store/00000000001.xd", "more and more");
    write("store/00000000002.xd", "news");
    Files.delete(data.resolve("store/00000000000.xd"));
    backup(Exit.OK);

    TreeMap<String, String> after = files(backup);
    assertThat(after.values()).contains("news", "more and more").doesNotContain("more");
    assertThat(after.values()).as("its sum alone is of no use").doesNotContain("sum");
    assertThat(after.keySet()).as("what is as it was").containsAnyElementsOf(before.keySet());
    Path fresh = folder.resolve("fresh");
    restore(Exit.OK, fresh);
    assertThat(fresh.resolve("store/00000000001.xd")).hasContent("more and more");
    assertThat(fresh.resolve("store/00000000000.xd")).doesNotExist();
  }

  @Test
  void shouldKeepTheBackupBeforeUntilTheNextIsWhole() throws Exception {
    backup(Exit.OK);
    // As a backup leaves it that is killed before its end.
    Files.writeString(backup.resolve("files/draft1.tmp"), "half");
    Files.writeString(backup.resolve("kiln-backup.new"), "kiln-backup 1\n");
    restore(Exit.OK, folder.resolve("fresh"));
    backup(Exit.OK);
    assertThat(backup.resolve("files/draft1.tmp")).doesNotExist();
  }

  @Test
  void rejectsPlacesThatAreNotForIt() throws Exception {
    Files.createDirectories(backup);
    Files.writeString(backup.resolve("diary"), "mine");
    assertThat(backup(Exit.STORAGE)).contains("is no backup and has other files (diary)");
    assertThat(files(backup)).containsOnlyKeys("diary");
    assertThat(restore(Exit.STORAGE, folder.resolve("x"))).contains("is no backup");

    backup = data.resolve("inside");
    assertThat(backup(Exit.CONFIGURATION)).contains("lie in each other");

    backup = folder.resolve("good");
    backup(Exit.OK);
    write("network", "local-1\n");
    assertThat(backup(Exit.STORAGE)).contains("of the network inmemory", "local-1");
    assertThat(restore(Exit.STORAGE, data)).contains("is not empty");
    assertThat(data.resolve("store.mark")).hasContent("mark");
  }

  @Test
  void shouldFollowLinksToWhereTheDataLies() throws Exception {
    Path disk = folder.resolve("disk");
    Files.move(data.resolve("store"), disk);
    Files.createSymbolicLink(data.resolve("store"), disk);
    Path link = Files.createSymbolicLink(folder.resolve("link"), data);
    data = link;
    backup(Exit.OK, "--without-identity");
    assertThat(files(backup).values()).contains("the first events").doesNotContain("secret");
    Path fresh = folder.resolve("fresh");
    restore(Exit.OK, fresh);
    assertThat(fresh.resolve("store/00000000001.xd")).hasContent("more");

    backup = Files.createSymbolicLink(folder.resolve("aside"), data.toRealPath()).resolve("in/it");
    assertThat(backup(Exit.CONFIGURATION)).contains("lie in each other");
    assertThat(data.resolve("in")).doesNotExist();
  }

  @Test
  void rejectsLinksThatLeadNowhereOrIntoTheBackup() throws Exception {
    backup(Exit.OK);
    TreeMap<String, String> before = files(backup);
    Files.createSymbolicLink(data.resolve("gone"), folder.resolve("nothing"));
    assertThat(backup(Exit.STORAGE)).contains("gone is a link to what is not there");
    Files.delete(data.resolve("gone"));
    Files.createSymbolicLink(data.resolve("back"), backup);
    assertThat(backup(Exit.STORAGE)).contains("back leads into " + backup);
    Files.delete(data.resolve("back"));
    Files.createSymbolicLink(data.resolve("round"), data);
    assertThat(backup(Exit.STORAGE)).contains("FileSystemLoopException").contains("round");
    assertThat(files(backup)).isEqualTo(before);
  }

  @Test
  void rejectsANodeWithoutAFileOfItsStore() throws Exception {
    backup(Exit.OK);
    TreeMap<String, String> before = files(backup);
    Files.move(data.resolve("store"), folder.resolve("elsewhere"));
    assertThat(backup(Exit.STORAGE)).contains("there is no file of the store in");
    TreeMap<String, String> after = files(backup);
    assertThat(after).isEqualTo(before);
  }

  @Test
  void shouldDeleteNothingThatIsNotItsOwn() throws Exception {
    Files.createDirectories(backup.resolve("files/2024"));
    Files.writeString(backup.resolve("files/2024/tax.txt"), "mine");
    assertThat(backup(Exit.STORAGE)).contains("has other files (files/2024/tax.txt)");
    assertThat(files(backup)).containsOnlyKeys("files/2024/tax.txt");

    Path tax = backup.resolve("files/2024/tax.txt");
    backup = folder.resolve("whole");
    backup(Exit.OK);
    Files.copy(tax, backup.resolve("files/tax.txt"));
    Files.delete(data.resolve("store/00000000000.xd"));
    backup(Exit.OK);
    assertThat(backup.resolve("files/tax.txt")).hasContent("mine");
    assertThat(files(backup).values()).doesNotContain("the first events");
  }

  @Test
  void rejectsABackupOfAnotherNode() throws Exception {
    backup(Exit.OK, "--without-identity");
    Path twin = folder.resolve("twin");
    restore(Exit.OK, twin);
    Path first = data;
    data = twin;
    assertThat(backup(Exit.STORAGE)).contains("has a backup of another node");
    data = first;
    backup(Exit.OK);

    Path same = folder.resolve("same");
    restore(Exit.OK, same);
    data = same;
    backup(Exit.OK);
  }

  @Test
  void rejectsADirectoryWithoutANode() {
    data = folder.resolve("nothing");
    assertThat(backup(Exit.STORAGE)).contains("There is no data directory");
    assertThat(data).doesNotExist();
    assertThat(backup).doesNotExist();
  }

  @Test
  void rejectsDamagedBackups() throws Exception {
    backup(Exit.OK);
    Path list = backup.resolve("kiln-backup");
    String whole = Files.readString(list);
    for (String damaged :
        List.of(
            whole.substring(0, whole.length() - 6),
            whole.replace(" store.mark\n", " ../../store.mark\n"),
            whole.replace("end 9", "end 8"),
            "")) {
      Files.writeString(list, damaged);
      assertThat(restore(Exit.STORAGE, folder.resolve("x"))).contains(list.toString());
    }
    Files.writeString(list, whole.replace("kiln-backup 1", "kiln-backup 2"));
    assertThat(restore(Exit.STORAGE, folder.resolve("x"))).contains("newer Kiln");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @Test
  void shouldGoOnWithARestoreThatWasCutShort() throws Exception {
    backup(Exit.OK);
    Path content;
    try (Stream<Path> all = Files.walk(backup.resolve("files"))) {
      content =
          all.filter(Files::isRegularFile)
              .filter(file -> file.toFile().length() == "more".length())
              .filter(file -> read(file).equals("more"))
              .findFirst()
              .orElseThrow();
    }
    Files.writeString(content, "less");
    Path fresh = folder.resolve("fresh");
    assertThat(restore(Exit.STORAGE, fresh))
        .contains("is damaged; it is store/00000000001.xd", "no node starts in");

    assertThatThrownBy(() -> DataDirectory.open(fresh))
        .hasMessageContaining("a restore was begun")
        .hasMessageContaining("kiln restore " + backup);
    Path other = folder.resolve("other");
    run(Exit.OK, "backup", "--data", data.toString(), other.toString());
    assertThat(run(Exit.STORAGE, "restore", "--data", fresh.toString(), other.toString()))
        .contains("has a restore of " + backup);

    Files.writeString(content, "more");
    restore(Exit.OK, fresh);
    assertThat(fresh.resolve("store/00000000001.xd")).hasContent("more");
    assertThat(fresh.resolve(RestoreCommand.UNFINISHED)).doesNotExist();
  }

  @Test
  void shouldBeginARestoreAnewThatWasCutShort() throws Exception {
    backup(Exit.OK);
    Path fresh = folder.resolve("fresh");
    restore(Exit.OK, fresh);
    // As it is when it is killed just before its end; and what it was of is brought up to date.
    Files.writeString(fresh.resolve(RestoreCommand.UNFINISHED), backup + "\n");
    Files.writeString(fresh.resolve("index/documents.sqlite-wal"), "of an older database");
    Files.writeString(data.resolve("diary"), "stays");
    Files.createSymbolicLink(fresh.resolve("link"), data);
    Files.delete(data.resolve("store/00000000000.xd"));
    backup(Exit.OK);
    restore(Exit.OK, fresh, "--without-identity");

    assertThat(fresh.resolve("libp2p/identity.key")).doesNotExist();
    assertThat(fresh.resolve("index/documents.sqlite-wal")).doesNotExist();
    assertThat(fresh.resolve("store/00000000000.xd")).doesNotExist();
    assertThat(fresh.resolve("store/00000000001.xd")).hasContent("more");
    assertThat(fresh.resolve("link")).doesNotExist();
    assertThat(data.resolve("diary")).as("behind the link").hasContent("stays");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
