package org.kiln.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.libp2p.key.HostKey;

@Timeout(120)
class AddressBookTest {
  private static final Reach LOOPBACK = Reach.of(List.of("127.0.0.0/8"));
  private static final Multiaddr HERE = Multiaddrs.parse("/ip4/127.0.0.1/tcp/4101");

  @TempDir Path folder;

  private static PeerId peer() {
    return HostKey.random().publicKey().peerId();
  }

  @Test
  void shouldKeepAddressesOverARestart() throws Exception {
    Path file = folder.resolve("libp2p").resolve("addresses");
    HostKey key = HostKey.random();
    try (Hosts hosts = new Hosts()) {
      Host other = hosts.start();
      Host first = new Host(key, HostSettings.LOOPBACK);
      try (first) {
        first.rememberIn(file);
        first.start();
        Hosts.connect(first, other);
        Await.until("its signed record", () -> first.signedRecord(other.self()).isPresent());
      }
      Host again = new Host(key, HostSettings.LOOPBACK);
      try (again) {
        again.rememberIn(file);
        again.start();
        assertThat(again.addressesOf(other.self())).isEqualTo(other.addresses());
        assertThat(again.signedRecord(other.self())).isPresent();
        assertThat(again.connect(other.self(), List.of(), Hosts.soon()).id())
            .isEqualTo(other.self());
      }
    }
  }

  @Test
  void shouldForgetWhatIsADayOld() {
    AddressBook book = new AddressBook(LOOPBACK);
    long now = System.currentTimeMillis();
    PeerId old = peer();
    PeerId young = peer();
    PeerId future = peer();
    book.restore(
        List.of(
            entry(old, now - Duration.ofHours(25).toMillis()),
            entry(young, now - Duration.ofHours(2).toMillis()),
            entry(future, now + Duration.ofDays(9).toMillis())));
    assertThat(book.addresses(old)).isEmpty();
    assertThat(book.addresses(young)).containsExactly(HERE);
    assertThat(book.addresses(future)).containsExactly(HERE);
    assertThat(book.kept()).hasSize(2);
    assertThat(book.kept().get(0).heardAt())
        .as("its age goes on")
        .isLessThanOrEqualTo(now - Duration.ofHours(1).toMillis());
  }

  private static AddressFile.Entry entry(PeerId peer, long heardAt) {
    return new AddressFile.Entry(peer, List.of(HERE), Optional.empty(), heardAt);
  }

  @Test
  void rejectsAFileThatIsNoAddressBook() throws Exception {
    Path file = folder.resolve("addresses");
    Files.write(file, new byte[] {10, 5, 10, 3, 1, 2, 3});
    assertThatThrownBy(() -> new AddressFile(file).read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no address book");
    // The host runs without it, and writes a good one.
    try (Host host = new Host(HostKey.random(), HostSettings.LOOPBACK)) {
      host.rememberIn(file);
      assertThat(host.start()).isEmpty();
    }
    assertThat(new AddressFile(file).read()).isEmpty();
  }
}
