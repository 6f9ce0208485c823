package org.kiln.sample.calendar;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.ipld.Cid;

/**
 * The file: one line {@code seconds root seal} for each entry. May be shared by several processes,
 * and be replaced by a longer copy. Thread-safe.
 */
final class Calendar {
  private static final int MAX_LINE_BYTES = 1_000;
  private static final int SEAL_BYTES = 32;

  /**
   * One line.
   *
   * @param seal as a CID, in the form that proofs have for the hash of a transaction
   */
  record Entry(long seconds, Cid root, Cid seal) {}

  private final Path file;
  private final InstantSource clock;
  private final Map<Cid, Entry> byRoot = new HashMap<>();
  private final Map<Cid, Entry> bySeal = new HashMap<>();
  private long readBytes;
  private Entry last =
      new Entry(0, null, Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, new byte[SEAL_BYTES]));

  Calendar(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
  }

  /**
   * The entry of that root, which is written now if there is none. On the disk when this returns.
   */
  synchronized Entry add(Cid root) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      read(channel);
      Entry known = byRoot.get(root);
      if (known != null) {
        return known;
      }
      long seconds = Math.max(last.seconds(), clock.instant().getEpochSecond());
      Entry entry = new Entry(seconds, root, seal(last.seal(), seconds, root));
      byte[] line =
          (seconds + " " + root + " " + entry.seal() + "\n").getBytes(StandardCharsets.US_ASCII);
      // What stands behind the last whole line was cut short by a crash.
      channel.truncate(readBytes);
      channel.position(readBytes);
      ByteBuffer bytes = ByteBuffer.wrap(line);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
      readBytes += line.length;
      keep(entry);
      return entry;
    }
  }

  /** The entry of a root. */
  synchronized Optional<Entry> ofRoot(Cid root) throws IOException {
    refresh();
    return Optional.ofNullable(byRoot.get(root));
  }

  /** The entry with that seal. */
  synchronized Optional<Entry> ofSeal(Cid seal) throws IOException {
    refresh();
    return Optional.ofNullable(bySeal.get(seal));
  }

  private void refresh() throws IOException {
    if (Files.exists(file) && Files.size(file) > readBytes) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        read(channel);
      }
    }
  }

  /** Reads the whole lines that came since the last time. */
  private void read(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    StringBuilder line = new StringBuilder();
    long position = readBytes;
    for (int n = channel.read(buffer, position); n > 0; n = channel.read(buffer, position)) {
      for (int i = 0; i < n; i++) {
        char c = (char) (buffer.get(i) & 0xff);
        if (c != '\n') {
          line.append(c);
        } else {
          keep(parse(line.toString()));
          line.setLength(0);
          readBytes = position + i + 1;
        }
        if (line.length() > MAX_LINE_BYTES) {
          throw damaged("is longer than any entry");
        }
      }
      position += n;
      buffer.clear();
    }
  }

  private Entry parse(String line) throws IOException {
    String[] words = line.split(" ");
    try {
      if (words.length == 3) {
        long seconds = Long.parseLong(words[0]);
        Entry entry = new Entry(seconds, Cid.parse(words[1]), Cid.parse(words[2]));
        if (!seal(last.seal(), seconds, entry.root()).equals(entry.seal())) {
          throw damaged("has a seal that does not fit: somebody changed it, or one before it");
        }
        return entry;
      }
    } catch (IllegalArgumentException e) {
      throw damaged("cannot be read: " + e.getMessage());
    }
    throw damaged("cannot be read");
  }

  private void keep(Entry entry) {
    byRoot.putIfAbsent(entry.root(), entry);
    bySeal.put(entry.seal(), entry);
    last = entry;
  }

  private IOException damaged(String how) {
    return new IOException("Line " + (bySeal.size() + 1) + " of the calendar " + file + " " + how);
  }

  private static Cid seal(Cid before, long seconds, Cid root) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(before.digest());
      sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(seconds).array());
      return Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, sha256.digest(root.bytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
