package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreRecordTest {
  private static final StorePlace ROCKS = new StorePlace("rocksdb", "store-2-rocksdb");

  @TempDir private Path data;

  private Configuration configuration(String... settings) throws RefusedException {
    Map<String, String> flags = new java.util.HashMap<>(Map.of("data", data.toString()));
    for (int i = 0; i < settings.length; i += 2) {
      flags.put(settings[i], settings[i + 1]);
    }
    return Configuration.load(null, Map.of(), flags);
  }

  private static StoreRecord.Migration started(Optional<String> summary, boolean outdated) {
    return new StoreRecord.Migration(ROCKS, summary, outdated);
  }

  @Test
  void shouldReadBackWhatItWrites() throws Exception {
    assertThat(StoreRecord.read(data)).isEmpty();
    StoreRecord first = StoreRecord.first("xodus");
    StoreRecord begun = first.with(started(Optional.empty(), false));
    StoreRecord counted = first.with(started(Optional.of("1 a b"), true));
    for (StoreRecord record : List.of(first, begun, counted, counted.switched(), first)) {
      record.write(data);
      assertThat(StoreRecord.read(data)).contains(record);
    }
    assertThat(counted.switched().current()).isEqualTo(ROCKS);
    assertThat(counted.switched().back()).isEqualTo(first);
    assertThat(counted.withoutMigration()).isEqualTo(first);
  }

  @Test
  void shouldOpenTheStoreThatTheDirectoryHas() throws Exception {
    assertThat(StoreRecord.settle(configuration()).get("store.backend")).isEqualTo("xodus");
    StoreRecord.remember(configuration());
    assertThat(StoreRecord.read(data)).contains(StoreRecord.first("xodus"));
    StoreRecord.first("xodus").with(started(Optional.empty(), false)).switched().write(data);
    Configuration settled = StoreRecord.settle(configuration());
    assertThat(settled.get("store.backend")).isEqualTo("rocksdb");
    assertThat(StoreRecord.directory(settled)).isEqualTo("store-2-rocksdb");
    StoreRecord.settle(configuration("store.backend", "rocksdb"));
    assertThatThrownBy(() -> StoreRecord.settle(configuration("store.backend", "xodus")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("kiln migrate --from rocksdb --to xodus");
    Configuration memory = StoreRecord.settle(configuration("store.backend", "memory"));
    assertThat(memory.get("store.backend")).isEqualTo("memory");
    assertThat(StoreRecord.directory(memory)).isEqualTo("store");
    StoreRecord.remember(memory);
    assertThat(StoreRecord.read(data).orElseThrow().current()).isEqualTo(ROCKS);
  }

  @Test
  void shouldForgetACopyThatTheNodeHasOutrun() throws Exception {
    Files.createDirectory(data.resolve("store"));
    StoreRecord.first("xodus").with(started(Optional.of("1 a b"), false)).write(data);
    StoreRecord.settle(configuration());
    assertThat(StoreRecord.read(data).orElseThrow().migration())
        .contains(started(Optional.empty(), true));
  }

  @Test
  void rejectsARecordThatNamesOtherDirectories() throws Exception {
    Files.writeString(data.resolve(StoreRecord.FILE), "backend=xodus\ndirectory=../elsewhere\n");
    assertThatThrownBy(() -> StoreRecord.read(data)).isInstanceOf(RefusedException.class);
  }

  @Test
  void shouldChangeTheOneLineOfASettingsFile() throws Exception {
    Path file = data.resolve("kiln.properties");
    Files.writeString(file, "# store.backend=a\n store.backend = xodus\nhttp.address=[::1]:1\n");
    assertThat(SettingsFile.replace(file, "store.backend", "rocksdb")).isTrue();
    assertThat(Files.readString(file))
        .isEqualTo("# store.backend=a\n store.backend = rocksdb\nhttp.address=[::1]:1\n");
    assertThat(SettingsFile.replace(file, "store.backends", "x")).isFalse();
    assertThat(Files.list(data)).containsExactly(file);
  }

  private int migrate(String... words) throws Exception {
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new MigrateCommand(data, configuration(), out).run(List.of(words));
  }

  @Test
  void rejectsWhatCannotBeMoved() {
    for (String[] line :
        new String[][] {
          {"--from=xodus"},
          {"--to", "rocksdb"},
          {"--from", "xodus", "--to"},
          {"--from=xodus", "--to=xodus"},
          {"--from=xodus", "--to=memory"},
          {"--from=xodus", "--to=Not a name"},
          {"--from=xodus", "--to=rocksdb", "--undo"},
          {"--undo"},
          {"--undo=yes"},
          {"rocksdb"},
          {"--from=rocksdb", "--to=xodus"},
          {"--from=xodus", "--to=rocksdb"}
        }) {
      assertThatThrownBy(() -> migrate(line))
          .as(String.join(" ", line))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.exitCode()).isEqualTo(Exit.CONFIGURATION));
    }
  }
}
