package org.kiln.store.xodus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreException.Kind;
import org.kiln.api.store.StoreSpec;
import org.kiln.api.store.Table;

/**
 * What happens when the disk, or somebody else on it, does not play along.
 *
 * <p>On JUnit's own thread: Xodus writes the stack of the thread that opens a store into its lock
 * file, and a longer one moves the end of a full disk by a page. At one such end reads fail until
 * the next write: see {@link XodusStore}.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SAME_THREAD)
class XodusFailuresTest {
  private static final Table TABLE = new Table("table");
  private static final int VALUE_BYTES = 100_000;

  @TempDir Path directory;

  private static Store open(Path directory, Map<String, String> settings) {
    return new XodusBackend().open(StoreSpec.of(directory, Set.of(TABLE), settings));
  }

  @Test
  void shouldNotCallACacheThatDoesNotFitDamage() {
    assertThatThrownBy(() -> open(directory, Map.of("cache-mib", "65536")))
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.IO))
        .hasMessageContaining("its cache is larger than Java's heap")
        .hasMessageContaining("store.cache-mb");
    open(directory, Map.of()).close();
  }

  private Store open() {
    return open(directory, Map.of());
  }

  @Test
  void rejectsAStoreThatIsOpenInThisProcess() {
    try (Store first = open()) {
      put(first, 1);
      assertLocked(directory);
      assertLocked(directory.resolve(".").resolve("..").resolve(directory.getFileName()));
      put(first, 2);
    }
    try (Store again = open()) {
      assertThat(get(again, 2)).isNotNull();
    }
  }

  @Test
  void rejectsAStoreThatAnotherProcessHasOpen() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      byte[] ready = other.getInputStream().readNBytes(5);
      assertThat(new String(ready, StandardCharsets.UTF_8)).isEqualTo("ready");
      assertLocked(directory);
    } finally {
      other.destroyForcibly();
    }
    assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
    try (Store after = open()) {
      assertThat(get(after, 7)).isNotNull();
    }
  }

  /** The other process. */
  public static final class Holder {
    private Holder() {}

    /** Opens the store and holds it until it is killed. */
    public static void main(String[] args) throws IOException {
      Store store = open(Path.of(args[0]), Map.of());
      put(store, 7);
      System.out.print("ready");
      System.out.flush();
      System.in.read();
    }
  }

  private static void assertLocked(Path directory) {
    StoreException refused =
        catchThrowableOfType(StoreException.class, () -> open(directory, Map.of()));
    assertThat(refused.kind()).isEqualTo(Kind.LOCKED);
    assertThat(refused).hasMessageContaining("another node has it open");
  }

  @Test
  void rejectsFilesThatAreCutShort() throws IOException {
    try (Store store = open()) {
      for (int i = 0; i < 250; i++) {
        put(store, i);
      }
    }
    List<Path> files = logFiles();
    assertThat(files).hasSizeGreaterThan(1);
    files.getFirst().toFile().setWritable(true);
    try (RandomAccessFile file = new RandomAccessFile(files.getFirst().toFile(), "rw")) {
      file.setLength(file.length() / 2);
    }
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT))
        .hasMessageContaining(directory.toString());
    assertThat(logFiles()).isEqualTo(files);
  }

  @Test
  void shouldSayThatDataIsDamagedWhenItIsRead() throws IOException {
    try (Store store = open()) {
      for (int i = 0; i < 250; i++) {
        put(store, i);
      }
    }
    Path first = logFiles().getFirst();
    first.toFile().setWritable(true);
    byte[] noise = new byte[1 << 20];
    Arrays.fill(noise, (byte) 0x7b);
    try (RandomAccessFile file = new RandomAccessFile(first.toFile(), "rw")) {
      for (long at = 0; at < file.length(); at += noise.length) {
        file.seek(at);
        file.write(noise, 0, (int) Math.min(noise.length, file.length() - at));
      }
    }
    Map<Path, Long> before = sizes();
    assertThatThrownBy(
            () -> {
              try (Store store = open()) {
                for (int i = 0; i < 250; i++) {
                  get(store, i);
                }
              }
            })
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
    assertThat(sizes()).isEqualTo(before);
  }

  /** What a crash leaves: the beginning of a transaction, here cut off in the middle. */
  @Test
  void shouldDropATransactionThatWasUnderWay(@TempDir Path crashed) throws IOException {
    long kept;
    try (Store store = open()) {
      for (int i = 0; i < 20; i++) {
        put(store, i);
      }
      kept = Files.size(logFiles().getFirst());
      put(store, 20);
      Path copy = crashed.resolve(logFiles().getFirst().getFileName());
      Files.copy(logFiles().getFirst(), copy);
      try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "rw")) {
        file.setLength((kept + file.length()) / 2);
      }
    }
    try (Store after = open(crashed, Map.of())) {
      assertThat(count(after)).isEqualTo(20);
      put(after, 20);
      assertThat(get(after, 19)).isEqualTo(value(19));
    }
    try (Store again = open(crashed, Map.of())) {
      assertThat(count(again)).isEqualTo(21);
    }
  }

  private Map<Path, Long> sizes() throws IOException {
    Map<Path, Long> sizes = new TreeMap<>();
    for (Path file : logFiles()) {
      sizes.put(file, Files.size(file));
    }
    return sizes;
  }

  private List<Path> logFiles() throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".xd")).sorted().toList();
    }
  }

  @Test
  void shouldWorkAgainWhenADiskWasFull() throws Exception {
    assumeTrue(mount(directory, 40), "Only root can mount a small disk to fill");
    try (Store store = open(directory, Map.of())) {
      int kept = fill(store, 0);
      assertThat(kept).isBetween(200, 420);
      for (int i = 0; i < kept; i++) {
        assertThat(get(store, i)).isEqualTo(value(i));
      }
      assertThat(get(store, kept)).isNull();
      assertFull(store, kept);
      assertFull(store, kept);
      assertThat(count(store)).isEqualTo(kept);
      resize(directory, 120);
      int more = fill(store, kept);
      assertThat(more).isGreaterThan(kept + 300);
      assertThat(count(store)).isEqualTo(more);
      resize(directory, 200);
      put(store, more);
      assertThat(get(store, 0)).isEqualTo(value(0));
      assertThat(get(store, more)).isEqualTo(value(more));
      store.close();
      try (Store again = open(directory, Map.of())) {
        assertThat(count(again)).isEqualTo(more + 1);
        for (int i = 0; i <= more; i++) {
          assertThat(get(again, i)).isEqualTo(value(i));
        }
      }
    } finally {
      unmount(directory);
    }
  }

  /** Small values fill the disk to its last page, where even the undoing may fail. */
  @Test
  void shouldWorkAgainWhenADiskWasFullToTheLastByte() throws Exception {
    assumeTrue(mount(directory, 20), "Only root can mount a small disk to fill");
    try (Store store = open(directory, Map.of())) {
      Path ballast = directory.resolve("ballast");
      try (RandomAccessFile file = new RandomAccessFile(ballast.toFile(), "rw")) {
        byte[] page = new byte[4096];
        put(store, 0);
        boolean full = false;
        while (!full) {
          try {
            file.write(page);
          } catch (IOException e) {
            full = true;
          }
        }
      }
      int kept = fill(store, 1, 100);
      for (int round = 0; round < 3; round++) {
        assertThat(count(store)).isEqualTo(kept);
        int attempt = kept;
        assertThatThrownBy(
                () ->
                    store.write(
                        batch -> batch.put(TABLE, key(attempt), new byte[8192]), Durability.SYNCED))
            .isInstanceOfSatisfying(
                StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FULL));
      }
      Files.delete(ballast);
      put(store, kept);
      assertThat(count(store)).isEqualTo(kept + 1);
      store.close();
      try (Store again = open(directory, Map.of())) {
        assertThat(count(again)).isEqualTo(kept + 1);
      }
    } finally {
      unmount(directory);
    }
  }

  /** Opened anew on a full disk it might not be readable again, so that waits for room. */
  @Test
  void shouldStayAsItCanBeReadWhileTheDiskIsFull() throws Exception {
    assumeTrue(mount(directory, 40), "Only root can mount a small disk to fill");
    AtomicInteger opened = new AtomicInteger();
    Store store =
        new XodusStore(
            directory,
            0,
            syncedTo -> {
              opened.incrementAndGet();
              return XodusEnvironment.open(
                  directory, Set.of(TABLE), XodusSettings.of(Map.of()), syncedTo);
            },
            () -> {});
    try {
      int kept = fill(store, 0);
      for (int attempt = 0; attempt < 5; attempt++) {
        assertFull(store, kept);
        assertThat(count(store)).isEqualTo(kept);
      }
      assertThatThrownBy(() -> put(store, kept)).hasMessageContaining("once 4 MiB are free");
      assertThat(opened).hasValue(1);
      resize(directory, 80);
      put(store, kept);
      assertThat(opened).hasValue(2);
      assertThat(count(store)).isEqualTo(kept + 1);
    } finally {
      store.close();
      unmount(directory);
    }
  }

  private static int fill(Store store, int from) {
    return fill(store, from, VALUE_BYTES);
  }

  /** Puts entries until the disk is full; answers how many there are then. */
  private static int fill(Store store, int from, int bytes) {
    for (int i = from; i < 1_000_000; i++) {
      try {
        int number = i;
        store.write(
            batch -> batch.put(TABLE, key(number), Arrays.copyOf(value(number), bytes)),
            Durability.SYNCED);
      } catch (StoreException e) {
        assertThat(e.kind()).isEqualTo(Kind.FULL);
        assertThat(e).hasMessageContaining("no space is left");
        return i;
      }
    }
    throw new AssertionError("The disk was never full");
  }

  private static void assertFull(Store store, int number) {
    assertThatThrownBy(() -> put(store, number))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FULL));
  }

  private static int count(Store store) {
    return store.<Integer>read(
        snapshot -> {
          int count = 0;
          try (Cursor cursor = snapshot.range(TABLE, null, null, false)) {
            while (cursor.next()) {
              count++;
            }
          }
          return count;
        });
  }

  private static void put(Store store, int number) {
    store.write(batch -> batch.put(TABLE, key(number), value(number)), Durability.SYNCED);
  }

  private static byte[] get(Store store, int number) {
    return store.<byte[]>read(snapshot -> snapshot.get(TABLE, key(number)));
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  private static byte[] value(int number) {
    byte[] value = new byte[VALUE_BYTES];
    new Random(number).nextBytes(value);
    return value;
  }

  private static boolean mount(Path at, int mib) throws Exception {
    return run("mount", "-t", "tmpfs", "-o", "size=" + mib + "m", "tmpfs", at.toString());
  }

  private static void resize(Path at, int mib) throws Exception {
    assertThat(run("mount", "-o", "remount,size=" + mib + "m", at.toString())).isTrue();
  }

  /** Lazily: Xodus keeps a handle of the file in which a write failed until the process ends. */
  private static void unmount(Path at) throws Exception {
    run("umount", "--lazy", at.toString());
  }

  private static boolean run(String... command) throws Exception {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
