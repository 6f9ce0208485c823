package org.kiln.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Ipld;
import org.kiln.plugins.Record.Kept;

class PluginDirectoryTest {
  @TempDir Path folder;

  private Jar jar(String version) throws Exception {
    Path file = folder.resolve(version + ".jar");
    return Jar.read(TestJar.write(file, Map.of("Bundle-Version", version), Map.of()));
  }

  private static Record record(Optional<Kept> current, List<Kept> kept) {
    return new Record("test.plugin", false, false, true, current, kept, 42, "");
  }

  @Test
  void shouldRememberPluginsAndWhatWasCutShort() throws Exception {
    Path directory = folder.resolve("plugins");
    Record record = record(Optional.of(new Kept("aa", "2.0.0")), List.of(new Kept("bb", "1.0.0")));
    PluginDirectory shelf = new PluginDirectory(directory);
    shelf.put(record);
    shelf.begin(Ipld.map("operation", Ipld.of("swap"), "name", Ipld.of("test.plugin")));

    PluginDirectory again = new PluginDirectory(directory);
    assertThat(again.all()).containsExactly(record);
    assertThat(again.pending().flatMap(p -> p.text("name"))).hasValue("test.plugin");
    again.end();
    assertThat(new PluginDirectory(directory).pending()).isEmpty();
  }

  @Test
  void shouldKeepJarsAsLongAsOneCanGoBackToThem() throws Exception {
    PluginDirectory shelf = new PluginDirectory(folder.resolve("plugins"));
    Jar one = jar("1.0.0");
    Jar two = jar("2.0.0");
    shelf.keep(one);
    shelf.keep(two);
    Kept first = new Kept(one.sha256(), "1.0.0");
    Kept second = new Kept(two.sha256(), "2.0.0");
    shelf.put(record(Optional.of(second), List.of(first)));
    assertThat(shelf.jar(one.sha256())).exists();
    shelf.put(record(Optional.of(second), List.of()));
    assertThat(shelf.jar(one.sha256())).doesNotExist();
    assertThat(shelf.jar(two.sha256())).exists();
    shelf.remove("test.plugin");
    assertThat(shelf.jar(two.sha256())).doesNotExist();
  }

  @Test
  void shouldKeepThreeJarsAtMost() {
    List<Kept> many =
        List.of(new Kept("a", "4"), new Kept("b", "3"), new Kept("c", "2"), new Kept("d", "1"));
    assertThat(record(Optional.empty(), List.of()).with(Optional.empty(), many, 1).kept())
        .isEqualTo(many.subList(0, 3));
  }

  @Test
  void shouldTellTheHistoryNewestFirstAndBoundIt() throws Exception {
    PluginDirectory shelf = new PluginDirectory(folder.resolve("plugins"));
    for (int i = 0; i < 3000; i++) {
      shelf.record(Ipld.map("name", Ipld.of("change " + i), "message", Ipld.of("x".repeat(500))));
    }
    assertThat(((Ipld.Map) shelf.history(5).get(0)).text("name")).hasValue("change 2999");
    assertThat(shelf.history(5)).hasSize(5);
    assertThat(Files.size(folder.resolve("plugins/history.jsonl"))).isLessThan(1_100_000);
  }

  @Test
  void rejectsAStateThatCannotBeRead() throws Exception {
    Path directory = folder.resolve("plugins");
    new PluginDirectory(directory).put(record(Optional.empty(), List.of()));
    Files.writeString(directory.resolve("plugins.json"), "{\"plugins\":[{}]}");
    assertThatThrownBy(() -> new PluginDirectory(directory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("plugins.json is damaged");
  }

  @Test
  void rejectsJarsWithoutTheListOfThem() throws Exception {
    Path directory = folder.resolve("plugins");
    new PluginDirectory(directory).keep(jar("1.0.0"));
    assertThat(new PluginDirectory(directory).all()).isEmpty();

    Files.delete(directory.resolve("plugins.json"));
    assertThatThrownBy(() -> new PluginDirectory(directory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("plugins.json is gone");
  }

  @Test
  void rejectsAJarThatHasChanged() throws Exception {
    PluginDirectory shelf = new PluginDirectory(folder.resolve("plugins"));
    Jar jar = jar("1.0.0");
    Path kept = shelf.keep(jar);
    assertThat(shelf.whole(jar.sha256())).isEqualTo(kept);

    byte[] bytes = Files.readAllBytes(kept);
    bytes[bytes.length / 2] ^= 1;
    Files.write(kept, bytes);
    assertThatThrownBy(() -> shelf.whole(jar.sha256()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(kept + " is damaged");
  }

  @Test
  void shouldTellWhatIsLeftOfADamagedHistory() throws Exception {
    PluginDirectory shelf = new PluginDirectory(folder.resolve("plugins"));
    shelf.record(Ipld.map("name", Ipld.of("first")));
    Files.write(
        folder.resolve("plugins/history.jsonl"),
        new byte[] {(byte) 0xff, 0, (byte) 0xc0, '\n'},
        StandardOpenOption.APPEND);
    shelf.record(Ipld.map("name", Ipld.of("second")));

    List<Ipld> history = shelf.history(5);
    assertThat(history).hasSize(3);
    assertThat(((Ipld.Map) history.get(0)).text("name")).hasValue("second");
    assertThat(((Ipld.Map) history.get(2)).text("name")).hasValue("first");
  }
}
