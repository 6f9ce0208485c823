package org.kiln.libp2p.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.core.protobuf.ProtobufReader;
import org.kiln.core.protobuf.ProtobufWriter;
import org.kiln.kit.net.Multiaddrs;

/**
 * The address book on disk, a protobuf message: entries (1) of peer id (1), addresses by hearsay
 * (2), the envelope of the signed record (3) and when the peer was heard of in unix milliseconds
 * (4). Not thread-safe.
 */
final class AddressFile {
  private static final int MAX_BYTES = 16 << 20;
  private static final int MAX_FIELDS = 200_000;
  private static final int MAX_ENVELOPE = 64 * 1024;

  /** What is kept of a peer. */
  record Entry(PeerId peer, List<Multiaddr> hearsay, Optional<byte[]> envelope, long heardAt) {}

  private final Path file;

  AddressFile(Path file) {
    this.file = file;
  }

  /**
   * What was written last; nothing when there is no file.
   *
   * @throws IOException when it cannot be read or is no address book
   */
  List<Entry> read() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + " is too long for an address book");
    }
    List<Entry> entries = new ArrayList<>();
    try {
      ProtobufReader reader = ProtobufReader.of(Files.readAllBytes(file), MAX_FIELDS);
      while (reader.next()) {
        if (reader.field() == 1) {
          entries.add(entry(reader.message()));
        }
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is no address book: " + e.getMessage(), e);
    }
    return entries;
  }

  private static Entry entry(ProtobufReader reader) throws IOException {
    byte[] id = {};
    List<Multiaddr> hearsay = new ArrayList<>();
    Optional<byte[]> envelope = Optional.empty();
    long heardAt = 0;
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> id = reader.bytes(PeerId.MAX_BYTES);
        case 2 -> hearsay.add(Multiaddrs.decode(reader.bytes(Multiaddr.MAX_BYTES)));
        case 3 -> envelope = Optional.of(reader.bytes(MAX_ENVELOPE));
        case 4 -> heardAt = reader.number();
        default -> {}
      }
    }
    return new Entry(PeerId.of(id), hearsay, envelope, heardAt);
  }

  /** Replaces the file in one step, so that a crash leaves the old one or the new one. */
  void write(List<Entry> entries) throws IOException {
    ProtobufWriter out = new ProtobufWriter();
    for (Entry entry : entries) {
      ProtobufWriter one = new ProtobufWriter().bytes(1, entry.peer.bytes());
      entry.hearsay.forEach(address -> one.bytes(2, address.bytes()));
      entry.envelope.ifPresent(envelope -> one.bytes(3, envelope));
      out.message(1, one.number(4, entry.heardAt));
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.write(fresh, out.toByteArray());
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
