package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.launcher.ExportDirectory.Reached;

class ExportDirectoryTest {
  private static final ExportTable EVENTS = ExportTable.ALL.get(0);
  private static final ExportTable STATES = ExportTable.ALL.get(1);

  @TempDir Path path;

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      return all.filter(Files::isRegularFile)
          .map(file -> path.relativize(file).toString().replace('\\', '/'))
          .filter(name -> !name.equals(".lock"))
          .sorted()
          .toList();
    }
  }

  @Test
  void shouldGoOnWhereItsManifestIs() throws Exception {
    try (ExportDirectory directory = ExportDirectory.open(path)) {
      assertThat(directory.reached(EVENTS)).isEmpty();
      directory.keep(EVENTS, "kmodel", "2026-01-31", 1, 7, bytes("whole"));
      directory.reached(EVENTS, new Reached(7, "AB", 5));
      directory.keep(EVENTS, "kmodel", "2026-01-31", 8, 9, bytes("begun"));
      directory.keep(STATES, "kmodel", "2026-01-31", 1, 2, bytes("begun"));
    }
    try (ExportDirectory again = ExportDirectory.open(path)) {
      assertThat(again.reached(EVENTS)).hasValue(new Reached(7, "AB", 5));
      again.forgetBegun(EVENTS);
      again.forgetBegun(STATES);
    }
    assertThat(files())
        .containsExactly(
            "conclusion_events/model=kmodel/day=2026-01-31/000000000001-000000000007.parquet",
            "manifest.json");
  }

  @Test
  void shouldGiveNoFileItsNameBeforeItIsWhole() throws Exception {
    InputStream cut =
        new SequenceInputStream(
            bytes("half"),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("cut off");
              }
            });
    try (ExportDirectory directory = ExportDirectory.open(path)) {
      assertThatThrownBy(() -> directory.keep(EVENTS, "kmodel", "2026-01-31", 1, 7, cut))
          .hasMessageContaining("cut off");
      assertThat(files()).noneMatch(name -> name.endsWith(".parquet"));
      directory.forgetBegun(EVENTS);
      assertThat(files()).containsExactly("manifest.json");
    }
  }

  /** What an export finds beyond its manifest it deletes. */
  @Test
  void rejectsADirectoryWithSomethingElseInIt() throws Exception {
    Path own = path.resolve("conclusion_events/model=kmodel/day=2026-01-31");
    Files.createDirectories(own);
    Files.writeString(own.resolve("5-9.parquet"), "somebody's");
    assertThatThrownBy(() -> ExportDirectory.open(path))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.exitCode()).isEqualTo(Exit.STORAGE))
        .hasMessageContaining("is no export and not empty (conclusion_events)");
    assertThat(files()).hasSize(1);
  }

  @Test
  void rejectsANodesDirectoryAndWhatIsInIt() throws Exception {
    Path data = Files.createDirectories(path.resolve("node"));
    for (Path nested : List.of(data, data.resolve("sql/x"), path)) {
      assertThatThrownBy(() -> ExportDirectory.refuseNested(nested, data))
          .hasMessageContaining("lie in each other");
    }
    ExportDirectory.refuseNested(path.resolve("nodes"), data);
  }

  @Test
  void rejectsToReplaceAFileOrToLeaveTheDirectory() throws Exception {
    try (ExportDirectory directory = ExportDirectory.open(path)) {
      directory.keep(EVENTS, "kmodel", "2026-01-31", 1, 7, bytes("first"));
      assertThatThrownBy(
              () -> directory.keep(EVENTS, "kmodel", "2026-01-31", 1, 7, bytes("second")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("there already");
      assertThatThrownBy(() -> directory.keep(EVENTS, "a/b", "2026-01-31", 1, 7, bytes("x")))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(path.resolve(files().get(0))).hasContent("first");
  }

  @Test
  void rejectsASecondExportAtTheSameTime() throws Exception {
    try (ExportDirectory directory = ExportDirectory.open(path)) {
      assertThatThrownBy(() -> ExportDirectory.open(path))
          .hasMessageContaining("Another kiln export");
      assertThat(directory.reached(EVENTS)).isEmpty();
    }
  }

  @Test
  void rejectsAManifestItCannotRead() throws Exception {
    Files.writeString(path.resolve("manifest.json"), "{\"format\":7}");
    assertThatThrownBy(() -> ExportDirectory.open(path))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.exitCode()).isEqualTo(Exit.STORAGE))
        .hasMessageContaining("manifest.json");
  }
}
