package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of a data directory that came to harm: made anew when derived, named when not. */
class DamagedFilesTest {
  @TempDir private Path data;

  private Configuration configuration() throws RefusedException {
    return Configuration.load(null, Map.of(), new HashMap<>(Map.of("data", data.toString())));
  }

  private void rejectsTheStore(String... words) {
    assertThatThrownBy(() -> StoreRecord.settle(configuration()))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.exitCode()).isEqualTo(Exit.STORAGE))
        .hasMessageContaining("store.properties")
        .hasMessageContainingAll(words);
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void rejectsADamagedStoreRecord(Damage damage) throws Exception {
    Files.createDirectory(data.resolve("store"));
    StoreRecord.first("xodus").write(data);
    damage.to(data.resolve("store.properties"));
    rejectsTheStore(data.toString());
  }

  @Test
  void rejectsAStoreRecordThatIsCutInTheMiddleOfAName() throws Exception {
    Files.createDirectory(data.resolve("store"));
    Files.createDirectory(data.resolve("store-2-rocksdb"));
    Files.writeString(data.resolve("store.properties"), "backend=rocksdb\ndirectory=store-2-rock");
    rejectsTheStore("store-2-rock, which is not there", "store, store-2-rocksdb");
  }

  @Test
  void shouldLeaveAStoreThatIsGoneToTheLogThatKnowsWhatItHeld() throws Exception {
    StoreRecord.first("xodus").write(data);
    rejectsTheStore("store, which is not there");
    Files.createFile(data.resolve("store.mark"));
    assertThat(StoreRecord.settle(configuration()).get("store.backend")).isEqualTo("xodus");
  }

  @Test
  void rejectsAMigratedNodeWithoutItsStoreRecord() throws Exception {
    Files.createDirectory(data.resolve("store"));
    assertThat(StoreRecord.settle(configuration()).get("store.backend")).isEqualTo("xodus");
    Files.createDirectory(data.resolve("store-2-rocksdb"));
    rejectsTheStore("is gone", "backend=NAME");
  }

  @ParameterizedTest
  @EnumSource(value = Damage.class, mode = EnumSource.Mode.EXCLUDE, names = "A_DIRECTORY")
  void shouldMakeADamagedTokenAnew(Damage damage) throws Exception {
    OperatorToken first = OperatorToken.ensure(data);
    assertThat(OperatorToken.ensure(data)).isEqualTo(first);
    damage.to(OperatorToken.file(data));
    OperatorToken second = OperatorToken.ensure(data);
    assertThat(second).isNotEqualTo(first).isEqualTo(OperatorToken.read(data));
  }

  @ParameterizedTest
  @EnumSource(value = Damage.class, mode = EnumSource.Mode.EXCLUDE, names = "TRUNCATED")
  void rejectsADamagedNetwork(Damage damage) throws Exception {
    try (DataDirectory directory = DataDirectory.open(data)) {
      directory.belongTo("local");
      damage.to(data.resolve("network"));
      assertThatThrownBy(() -> directory.belongTo("local"))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.exitCode()).isEqualTo(Exit.STORAGE))
          .hasMessageContaining(data.resolve("network").toString());
    }
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void shouldTakeADamagedStateForNone(Damage damage) throws Exception {
    try (DataDirectory directory = DataDirectory.open(data)) {
      Properties state = new Properties();
      state.setProperty("pid", "1");
      state.setProperty("http", "127.0.0.1:1");
      directory.writeState(state);
      assertThat(DataDirectory.readState(data)).isPresent();
      Path file = data.resolve("kiln.state");
      Files.write(file, "#\npid=12".getBytes());
      assertThat(DataDirectory.readState(data)).isEmpty();
      damage.to(file);
      assertThat(DataDirectory.readState(data)).isEmpty();
      if (damage == Damage.A_DIRECTORY) {
        Directories.delete(file);
      }
    }
  }
}
