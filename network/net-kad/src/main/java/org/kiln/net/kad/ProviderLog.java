package org.kiln.net.kad;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.core.protobuf.ProtobufReader;
import org.kiln.core.protobuf.ProtobufWriter;
import org.kiln.kit.net.Multiaddrs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The claims of a {@link ProviderStore} on disk. Each call of {@link #save} appends what is new;
 * when more was appended than the file had, and as the first of a run, it writes the file anew and
 * puts it in the old one's place. So a crash loses what was said after the last save, and at most
 * the end of a file is missing.
 *
 * <p>A file is records of length (4 bytes), CRC-32C (4 bytes) and a protobuf message: peer id (1),
 * addresses (2) and at most 1000 claims (3), each a multihash (1) and when it was made in unix
 * milliseconds (2). Thread-safe.
 */
public final class ProviderLog {
  private static final Logger LOG = LoggerFactory.getLogger(ProviderLog.class);

  /** Longest file read; what a full store writes is a third of it. */
  static final long MAX_BYTES = 64 << 20;

  private static final long LEAST_BYTES = 1 << 20;
  private static final int MAX_RECORD = 128 * 1024;
  private static final int MAX_CLAIMS = 1000;
  private static final int MAX_FIELDS = 4096;
  private static final int MAX_ADDRESSES = 16;
  private static final int HEADER = 8;

  private final Path file;
  private final ProviderStore store;
  private final LongSupplier unixMs;
  private boolean anew = true;
  private boolean failing;
  private long saved;
  private long wholeBytes;
  private long appendedBytes;

  private ProviderLog(Path file, ProviderStore store, LongSupplier unixMs) {
    this.file = file;
    this.store = store;
    this.unixMs = unixMs;
  }

  /**
   * Reads the claims of the last run into the store. A file that is damaged is set aside, as {@code
   * <file>.damaged}, with a warning; what stands before the damage is used.
   */
  public static ProviderLog open(Path file, ProviderStore store) {
    return open(file, store, System::currentTimeMillis);
  }

  static ProviderLog open(Path file, ProviderStore store, LongSupplier unixMs) {
    ProviderLog log = new ProviderLog(file, store, unixMs);
    if (Files.exists(file)) {
      try {
        log.load();
        log.saved = store.restored();
      } catch (IOException | IllegalArgumentException e) {
        log.setAside(e);
        // What was read of it is new to the file to come.
        store.restored();
      }
    }
    return log;
  }

  private void load() throws IOException {
    long size = Files.size(file);
    if (size > MAX_BYTES) {
      throw new IOException("it has " + size + " bytes, " + MAX_BYTES + " are allowed");
    }
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      long at = 0;
      while (size - at >= HEADER) {
        int length = in.readInt();
        int checksum = in.readInt();
        if (length <= 0 || length > MAX_RECORD) {
          throw new IOException("a record of " + length + " bytes at byte " + at);
        }
        if (length > size - at - HEADER) {
          break;
        }
        byte[] record = in.readNBytes(length);
        if (checksum(record) != checksum) {
          throw new IOException("a wrong checksum at byte " + at);
        }
        restore(record);
        at += HEADER + length;
      }
      if (at < size) {
        // As a crash within an append leaves it.
        LOG.debug("{} ends within a record", file);
      }
    } catch (EOFException e) {
      throw new IOException("it became shorter while it was read", e);
    }
  }

  private void restore(byte[] record) throws IOException {
    ProtobufReader reader = ProtobufReader.of(record, MAX_FIELDS);
    byte[] id = {};
    List<Multiaddr> addresses = new ArrayList<>();
    List<ProviderStore.Said> claims = new ArrayList<>();
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> id = reader.bytes(PeerId.MAX_BYTES);
        case 2 -> addresses.add(Multiaddrs.decode(reader.bytes(Multiaddr.MAX_BYTES)));
        case 3 -> claims.add(claim(reader.message()));
        default -> {}
      }
    }
    if (addresses.size() > MAX_ADDRESSES || claims.size() > MAX_CLAIMS) {
      throw new IOException(addresses.size() + " addresses and " + claims.size() + " claims");
    }
    store.restore(PeerId.of(id), addresses, claims);
  }

  private ProviderStore.Said claim(ProtobufReader reader) throws IOException {
    byte[] multihash = {};
    long madeAt = 0;
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> multihash = reader.bytes(KadMessage.MAX_KEY);
        case 2 -> madeAt = reader.number();
        default -> {}
      }
    }
    if (multihash.length == 0 || madeAt <= 0) {
      throw new IOException("a claim without a multihash or a time");
    }
    // A clock that was set back makes nothing younger than now.
    long ageMs = Math.max(0, unixMs.getAsLong() - madeAt);
    return new ProviderStore.Said(
        multihash, ageMs > Long.MAX_VALUE / 1_000_000 ? Long.MAX_VALUE : ageMs * 1_000_000);
  }

  private void setAside(Exception why) {
    Path aside = file.resolveSibling(file.getFileName() + ".damaged");
    LOG.warn(
        "The claims of providers in {} cannot all be read: {}. The file is set aside as {}",
        file,
        why.getMessage(),
        aside);
    try {
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // The next save takes its place.
      LOG.warn("{} cannot be set aside: {}", file, e.getMessage());
    }
  }

  /** Writes what is new since the last call. Blocks for the disk; a failure is logged once. */
  public synchronized void save() {
    ProviderStore.Copy fresh = store.after(saved);
    if (fresh.sayings().isEmpty()) {
      return;
    }
    try {
      List<byte[]> records = records(fresh.sayings());
      long bytes = records.stream().mapToLong(record -> record.length + HEADER).sum();
      if (anew || appendedBytes + bytes > Math.max(LEAST_BYTES, wholeBytes)) {
        fresh = store.after(0);
        writeWhole(records(fresh.sayings()));
      } else {
        append(records, bytes);
      }
      saved = fresh.upTo();
      failing = false;
    } catch (IOException e) {
      // Who knows how much of it stands there.
      anew = true;
      if (!failing) {
        LOG.warn("The claims of providers cannot be kept in {}: {}", file, e.toString());
      }
      failing = true;
    }
  }

  private List<byte[]> records(List<ProviderStore.Sayings> all) {
    long now = unixMs.getAsLong();
    List<byte[]> records = new ArrayList<>(all.size());
    for (ProviderStore.Sayings one : all) {
      List<ProviderStore.Said> claims = one.claims();
      for (int from = 0; from < claims.size(); from += MAX_CLAIMS) {
        ProtobufWriter record = new ProtobufWriter().bytes(1, one.provider().bytes());
        one.addresses().forEach(address -> record.bytes(2, address));
        claims
            .subList(from, Math.min(from + MAX_CLAIMS, claims.size()))
            .forEach(
                claim ->
                    record.message(
                        3,
                        new ProtobufWriter()
                            .bytes(1, claim.multihash())
                            .number(2, now - claim.ageNanos() / 1_000_000)));
        records.add(record.toByteArray());
      }
    }
    return records;
  }

  private void append(List<byte[]> records, long bytes) throws IOException {
    if (Files.size(file) != wholeBytes + appendedBytes) {
      throw new IOException("another has changed it");
    }
    try (FileOutputStream out = new FileOutputStream(file.toFile(), true)) {
      write(records, out);
    }
    appendedBytes += bytes;
  }

  private void writeWhole(List<byte[]> records) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (FileOutputStream out = new FileOutputStream(fresh.toFile())) {
      write(records, out);
      out.getFD().sync();
    }
    wholeBytes = Files.size(fresh);
    appendedBytes = 0;
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    anew = false;
  }

  private static void write(List<byte[]> records, FileOutputStream to) throws IOException {
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(to, 64 * 1024));
    for (byte[] record : records) {
      out.writeInt(record.length);
      out.writeInt(checksum(record));
      out.write(record);
    }
    out.flush();
  }

  private static int checksum(byte[] record) {
    CRC32C crc = new CRC32C();
    crc.update(record);
    return (int) crc.getValue();
  }
}
