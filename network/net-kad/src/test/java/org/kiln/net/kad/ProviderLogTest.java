package org.kiln.net.kad;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.kit.net.Multiaddrs;

/** Claims over restarts; time is what the test says it is. */
class ProviderLogTest {
  private static final List<Multiaddr> HERE =
      List.of(
          Multiaddrs.parse("/ip4/10.1.2.3/tcp/1"), Multiaddrs.parse("/ip4/8.8.8.8/udp/1/quic-v1"));
  private static final List<Multiaddr> THERE = List.of(Multiaddrs.parse("/ip4/10.9.9.9/tcp/9"));

  @TempDir Path folder;
  private final AtomicLong wallMs = new AtomicLong(1_800_000_000_000L);

  /** A run of the node: what it keeps, and how. Its clock starts anywhere. */
  private final class Run {
    private final long bootMs = wallMs.get() - 12_345;
    final ProviderStore store =
        new ProviderStore(10_000, 10_000, () -> (wallMs.get() - bootMs) * 1_000_000);
    final ProviderLog log = ProviderLog.open(file(), store, wallMs::get);
  }

  private Path file() {
    return folder.resolve("libp2p").resolve("providers");
  }

  private Path damaged() {
    return file().resolveSibling("providers.damaged");
  }

  private void pass(Duration time) {
    wallMs.addAndGet(time.toMillis());
  }

  private static PeerId peer(int number) {
    byte[] id = new byte[34];
    id[0] = 0x12;
    id[1] = 32;
    id[2] = (byte) (number >> 8);
    id[3] = (byte) number;
    return PeerId.of(id);
  }

  private static byte[] key(int number) {
    byte[] key = new byte[34];
    key[0] = 0x12;
    key[1] = 32;
    key[2] = (byte) (number >> 16);
    key[3] = (byte) (number >> 8);
    key[4] = (byte) number;
    return key;
  }

  @Test
  void shouldKeepClaimsOverARestartAndDropThoseThatExpired() {
    Run first = new Run();
    first.store.add(key(1), peer(1), HERE);
    first.log.save();
    pass(Duration.ofHours(30));
    first.store.add(key(2), peer(2), THERE);
    first.log.save();

    Run second = new Run();
    assertThat(second.store.of(key(1))).containsExactly(new KadPeer(peer(1), HERE));
    assertThat(second.store.of(key(2))).containsExactly(new KadPeer(peer(2), THERE));
    pass(Duration.ofHours(19));

    Run third = new Run();
    assertThat(third.store.size()).isEqualTo(1);
    assertThat(third.store.of(key(2))).containsExactly(new KadPeer(peer(2), THERE));
    pass(Duration.ofHours(28));
    assertThat(third.store.of(key(2))).hasSize(1);
    pass(Duration.ofHours(2));
    assertThat(third.store.of(key(2))).as("48 hours after it was said, not read").isEmpty();
    assertThat(damaged()).doesNotExist();
  }

  @Test
  void shouldWriteOnlyWhatIsNew() throws IOException {
    Run first = new Run();
    first.log.save();
    assertThat(file()).doesNotExist();
    first.store.add(key(1), peer(1), HERE);
    first.log.save();
    long one = Files.size(file());
    first.log.save();
    assertThat(Files.size(file())).isEqualTo(one);
    first.store.add(key(2), peer(2), HERE);
    first.log.save();
    assertThat(Files.size(file())).isEqualTo(2 * one);
    // Said again, with another address, it stands there twice and counts once.
    first.store.add(key(2), peer(2), THERE);
    first.log.save();
    assertThat(Files.size(file())).isGreaterThan(2 * one);
    Run second = new Run();
    assertThat(second.store.size()).isEqualTo(2);
    assertThat(second.store.of(key(2))).containsExactly(new KadPeer(peer(2), THERE));
    // The first thing a run has to write comes with a new file, without what nobody needs.
    second.store.add(key(2), peer(2), HERE);
    second.log.save();
    assertThat(Files.size(file())).isEqualTo(2 * one);
  }

  @Test
  void shouldStayAsLongAsWhatItKeeps() throws IOException {
    Run run = new Run();
    for (int round = 0; round < 40; round++) {
      for (int i = 0; i < 2000; i++) {
        run.store.add(key(i), peer(1), HERE);
      }
      run.log.save();
      assertThat(Files.size(file())).isLessThan(3 << 20);
    }
    Run again = new Run();
    assertThat(again.store.size()).isEqualTo(2000);
    assertThat(again.store.of(key(1999))).containsExactly(new KadPeer(peer(1), HERE));
  }

  @Test
  void shouldForgetTheOldestFirstAfterARestartToo() {
    Run first = new Run();
    // Claims of a provider stand together in the file, whatever came between them.
    for (int i = 0; i < 6; i++) {
      first.store.add(key(i), peer(i % 2), HERE);
      pass(Duration.ofMinutes(1));
    }
    first.log.save();
    ProviderStore small = new ProviderStore(6, 10, () -> 0);
    ProviderLog.open(file(), small, wallMs::get);
    for (int i = 0; i < 6; i++) {
      assertThat(small.of(key(i))).hasSize(1);
      small.add(key(100 + i), peer(7), THERE);
      assertThat(small.of(key(i))).as("the oldest has gone").isEmpty();
    }
  }

  @Test
  void shouldLoseOnlyTheEndToACrash() throws IOException {
    Run first = new Run();
    first.store.add(key(1), peer(1), HERE);
    first.log.save();
    long whole = Files.size(file());
    first.store.add(key(2), peer(2), HERE);
    first.log.save();
    for (long length = Files.size(file()) - 1; length >= whole; length--) {
      try (RandomAccessFile cut = new RandomAccessFile(file().toFile(), "rw")) {
        cut.setLength(length);
      }
      Run second = new Run();
      assertThat(second.store.size()).as("of %d bytes", length).isEqualTo(1);
      assertThat(second.store.of(key(1))).containsExactly(new KadPeer(peer(1), HERE));
    }
    assertThat(damaged()).doesNotExist();
    // What is written after a torn end can be read.
    try (RandomAccessFile torn = new RandomAccessFile(file().toFile(), "rw")) {
      torn.setLength(whole + 5);
    }
    Run third = new Run();
    third.store.add(key(3), peer(3), HERE);
    third.log.save();
    assertThat(new Run().store.size()).isEqualTo(2);
  }

  @Test
  void shouldStartWithWhateverStandsInTheFile() throws IOException {
    Run first = new Run();
    first.store.add(key(1), peer(1), HERE);
    first.log.save();
    first.store.add(key(2), peer(2), HERE);
    first.log.save();
    byte[] good = Files.readAllBytes(file());
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 0x55;
      Files.write(file(), bad);
      Run run = new Run();
      assertThat(run.store.size()).as("damaged at %d", at).isLessThanOrEqualTo(1);
      run.store.add(key(3), peer(3), THERE);
      run.log.save();
      assertThat(new Run().store.of(key(3))).containsExactly(new KadPeer(peer(3), THERE));
    }
    assertThat(damaged()).exists();
  }

  @Test
  void shouldKeepWhatCameBeforeTheDamage() throws IOException {
    Run first = new Run();
    first.store.add(key(1), peer(1), HERE);
    first.log.save();
    first.store.add(key(2), peer(2), HERE);
    first.log.save();
    byte[] bytes = Files.readAllBytes(file());
    bytes[bytes.length - 1] ^= 1;
    Files.write(file(), bytes);
    Run second = new Run();
    assertThat(second.store.of(key(1))).hasSize(1);
    assertThat(file()).doesNotExist();
    assertThat(damaged()).hasBinaryContent(bytes);
    second.log.save();
    assertThat(new Run().store.of(key(1))).containsExactly(new KadPeer(peer(1), HERE));
  }

  @ParameterizedTest
  @ValueSource(longs = {ProviderLog.MAX_BYTES + 1, 100})
  void shouldSetAsideWhatIsTooLongOrNothing(long length) throws IOException {
    Files.createDirectories(file().getParent());
    try (RandomAccessFile zeros = new RandomAccessFile(file().toFile(), "rw")) {
      zeros.setLength(length);
    }
    Run run = new Run();
    assertThat(run.store.size()).isZero();
    assertThat(file()).doesNotExist();
    assertThat(damaged()).hasSize(length);
  }

  @Test
  void shouldGoOnWhenItCannotWrite() throws IOException {
    Files.createDirectories(file());
    Files.createFile(file().resolve("in the way"));
    Run run = new Run();
    run.store.add(key(1), peer(1), HERE);
    Files.createDirectories(file().resolve("still in the way"));
    run.log.save();
    run.log.save();
    assertThat(run.store.size()).isEqualTo(1);
    Files.delete(file().resolve("still in the way"));
    Files.delete(file());
    run.log.save();
    assertThat(new Run().store.size()).isEqualTo(1);
  }

  @Test
  void shouldNotTrustAClockThatWasSetBack() {
    Run first = new Run();
    first.store.add(key(1), peer(1), HERE);
    first.log.save();
    wallMs.addAndGet(-Duration.ofDays(400).toMillis());
    Run second = new Run();
    assertThat(second.store.size()).isEqualTo(1);
    pass(Duration.ofHours(49));
    assertThat(second.store.size()).isEqualTo(1);
    assertThat(second.store.of(key(1))).isEmpty();
  }

  @Test
  void shouldReadAFullStore() {
    Run first = new Run();
    List<Multiaddr> many = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      many.add(Multiaddrs.parse("/ip4/10.1.2." + i + "/tcp/1"));
    }
    for (int i = 0; i < 10_500; i++) {
      first.store.add(key(i), peer(i / 4), many);
      pass(Duration.ofMillis(1));
    }
    first.log.save();
    assertThat(first.store.size()).isEqualTo(10_000);
    Run second = new Run();
    assertThat(second.store.size()).isEqualTo(10_000);
    assertThat(second.store.of(key(499))).isEmpty();
    assertThat(second.store.of(key(500))).containsExactly(new KadPeer(peer(125), many));
    // What had to go for newer claims may stand in the file still, and goes again.
    for (int i = 10_500; i < 11_000; i++) {
      first.store.add(key(i), peer(i / 4), many);
      pass(Duration.ofMillis(1));
    }
    first.log.save();
    Run third = new Run();
    assertThat(third.store.size()).isEqualTo(10_000);
    for (int i = 0; i < 11_000; i++) {
      assertThat(third.store.of(key(i))).hasSize(i < 1000 ? 0 : 1);
    }
    // A smaller store takes the newest, too.
    ProviderStore small = new ProviderStore(100, 10_000, () -> 0);
    ProviderLog.open(file(), small, wallMs::get);
    assertThat(small.size()).isEqualTo(100);
    assertThat(small.of(key(10_899))).isEmpty();
    assertThat(small.of(key(10_900))).hasSize(1);
  }
}
