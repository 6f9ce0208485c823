package org.kiln.store.xodus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreCheck;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreException.Kind;
import org.kiln.api.store.StoreSalvage;
import org.kiln.api.store.StoreSpec;
import org.kiln.api.store.Table;

/** Bytes of the log files that change behind the store's back. */
class XodusDamageTest {
  private static final Table TABLE = new Table("table");
  private static final int VALUE_BYTES = 10_000;

  /** Three log files and a bit; the cache holds half of one. */
  private static final int ENTRIES = 5_000;

  private static final Map<String, String> SETTINGS = Map.of("cache-mib", "8");

  @TempDir Path directory;

  private StoreSpec spec() {
    return StoreSpec.of(directory, Set.of(TABLE), SETTINGS);
  }

  private Store open() {
    return new XodusBackend().open(spec());
  }

  private static void fill(Store store) {
    for (int from = 0; from < ENTRIES; from += 500) {
      int first = from;
      store.write(
          batch -> {
            for (int i = first; i < first + 500; i++) {
              batch.put(TABLE, key(i), value(i));
            }
          },
          Durability.SYNCED);
    }
  }

  @Test
  void shouldRefuseWhatHasChangedAndServeTheRest() throws IOException {
    try (Store store = open()) {
      fill(store);
      overwrite(files().getFirst(), 5 << 20, new byte[64 << 10]);
      Set<Integer> refused = new TreeSet<>();
      for (int i = 0; i < ENTRIES; i++) {
        int number = i;
        try {
          byte[] read = store.read(snapshot -> snapshot.get(TABLE, key(number)));
          assertThat(read).isEqualTo(value(number));
        } catch (StoreException e) {
          assertThat(e.kind()).isEqualTo(Kind.CORRUPT);
          assertThat(e).hasMessageContaining("00000000000.xd").hasMessageContaining("offset 52");
          refused.add(number);
        }
      }
      assertThat(refused).hasSizeBetween(6, 400);
      store.write(batch -> batch.put(TABLE, key(-1), value(1)), Durability.SYNCED);
      byte[] written = store.read(snapshot -> snapshot.get(TABLE, key(-1)));
      assertThat(written).isEqualTo(value(1));
      List<String> told = check(store::check);
      assertThat(told)
          .containsExactly(
              "00000000000.xd: the 65536 bytes from offset 5242880 on are not what was written");
    }
  }

  @Test
  void shouldFindDamageInOldFilesWhenAllIsLookedThrough() throws IOException {
    try (Store store = open()) {
      fill(store);
    }
    assertThat(check(listener -> new XodusBackend().check(spec(), listener))).isEmpty();
    Path second = files().get(1);
    flip(second, 1 << 20);
    Path third = files().get(2);
    try (RandomAccessFile file = open(third)) {
      file.setLength(100_000);
    }
    List<String> told = check(listener -> new XodusBackend().check(spec(), listener));
    assertThat(told)
        .anyMatch(
            what -> what.startsWith(second.getFileName() + ": the 4096 bytes from offset 1048576"))
        .anyMatch(what -> what.startsWith(third.getFileName() + " has 100000 bytes"))
        .noneMatch(what -> what.startsWith(files().getFirst().getFileName() + " "));
    assertThatThrownBy(this::open).hasMessageContaining(third.getFileName().toString());
  }

  @Test
  void rejectsAStoreOfWhichAFileIsGone() throws IOException {
    try (Store store = open()) {
      fill(store);
    }
    Files.delete(files().get(1));
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT))
        .hasMessageContaining("is missing");
  }

  @Test
  void shouldSalvageAllThatLiesOutsideTheDamage() throws IOException {
    try (Store store = open()) {
      fill(store);
    }
    overwrite(files().getFirst(), 5 << 20, new byte[64 << 10]);
    byte[] noise = new byte[64 << 10];
    new Random(3).nextBytes(noise);
    overwrite(files().get(1), 7 << 20, noise);
    flip(files().get(2), 3 << 20);
    Set<Integer> saved = new TreeSet<>();
    List<String> lost = new ArrayList<>();
    new XodusBackend()
        .salvage(
            spec(),
            new StoreSalvage() {
              @Override
              public void value(byte[] value) {
                if (value.length == VALUE_BYTES) {
                  int number = ByteBuffer.wrap(value).getInt();
                  if (number >= 0
                      && number < ENTRIES
                      && java.util.Arrays.equals(value, XodusDamageTest.value(number))) {
                    saved.add(number);
                  }
                }
              }

              @Override
              public void lost(String what) {
                lost.add(what);
              }
            });
    // 64 KiB touch at most eight values, two times; the bit one.
    assertThat(saved).hasSizeBetween(ENTRIES - 17, ENTRIES - 12);
    assertThat(lost).anyMatch(what -> what.contains("from offset 5242880"));
  }

  private interface Check {
    void run(StoreCheck listener);
  }

  private static List<String> check(Check check) {
    List<String> told = new ArrayList<>();
    check.run(
        new StoreCheck() {
          @Override
          public void damaged(String what) {
            told.add(what);
          }

          @Override
          public void looked(long bytes) {
            assertThat(bytes).isPositive();
          }
        });
    return told;
  }

  private List<Path> files() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".xd")).sorted().toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static RandomAccessFile open(Path file) throws IOException {
    file.toFile().setWritable(true);
    return new RandomAccessFile(file.toFile(), "rw");
  }

  private static void overwrite(Path file, long at, byte[] bytes) throws IOException {
    try (RandomAccessFile open = open(file)) {
      open.seek(at);
      open.write(bytes);
    }
  }

  private static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile open = open(file)) {
      open.seek(at);
      int old = open.read();
      open.seek(at);
      open.write(old ^ 4);
    }
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  private static byte[] value(int number) {
    byte[] value = new byte[VALUE_BYTES];
    new Random(number).nextBytes(value);
    ByteBuffer.wrap(value).putInt(number);
    return value;
  }
}
