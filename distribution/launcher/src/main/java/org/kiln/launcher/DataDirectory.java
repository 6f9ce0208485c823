package org.kiln.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;

/**
 * The node's directory, held by a lock while the node runs. The lock is the kernel's and goes with
 * the process, so a killed node leaves nothing to clean up.
 */
final class DataDirectory implements AutoCloseable {
  private static final String LOCK = "kiln.lock";

  private final Path path;
  private final FileChannel channel;

  private DataDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Makes the directory if need be and takes the lock. */
  static DataDirectory open(Path path) throws RefusedException {
    refuseUnfinished(path);
    return openForRestore(path);
  }

  /** The same, or empty when somebody else has the lock. */
  static Optional<DataDirectory> tryOpen(Path path) throws RefusedException {
    refuseUnfinished(path);
    return take(path);
  }

  /** The same for who makes its files. */
  static DataDirectory openForRestore(Path path) throws RefusedException {
    Optional<DataDirectory> taken = take(path);
    if (taken.isEmpty()) {
      String holder = holder(path);
      throw RefusedException.storage(
          "The data directory "
              + path
              + " is in use by another node"
              + (holder.isEmpty() ? "." : " (process " + holder + ").")
              + " Stop it first, or start this one with another --data.");
    }
    return taken.get();
  }

  private static void refuseUnfinished(Path path) throws RefusedException {
    Optional<String> backup = RestoreCommand.unfinished(path);
    if (backup.isPresent()) {
      throw RefusedException.storage(
          path
              + " has some of the files of a backup: a restore was begun and did not come to its"
              + " end. Say 'kiln restore "
              + backup.get()
              + " --data "
              + path
              + "' again, or delete the directory.");
    }
  }

  private static Optional<DataDirectory> take(Path path) throws RefusedException {
    try {
      Files.createDirectories(path.resolve("logs"));
      FileChannel channel =
          FileChannel.open(
              path.resolve(LOCK),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      FileLock lock = null;
      try {
        lock = channel.tryLock();
      } catch (OverlappingFileLockException e) {
        // Another node in this very process (tests): the same answer as for another process.
      }
      if (lock == null) {
        channel.close();
        return Optional.empty();
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
      return Optional.of(new DataDirectory(path, channel));
    } catch (IOException e) {
      throw RefusedException.storage("Cannot use the data directory " + path + ": " + reason(e));
    }
  }

  /** The process that has the lock, as far as it has said so; else empty. */
  static String holder(Path path) throws RefusedException {
    try {
      return Files.readString(path.resolve(LOCK), StandardCharsets.US_ASCII).strip();
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw RefusedException.storage("Cannot use the data directory " + path + ": " + reason(e));
    }
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName().replace("Exception", "") + " " + e.getMessage();
  }

  Path path() {
    return path;
  }

  Path logs() {
    return path.resolve("logs");
  }

  /**
   * Makes the directory the network's for good, or refuses one that is another's: events of two
   * networks in one log could never be told apart again.
   */
  void belongTo(String network) throws RefusedException {
    Path file = path.resolve("network");
    try {
      if (!Files.exists(file)) {
        Files.writeString(file, network + "\n");
        return;
      }
    } catch (IOException e) {
      throw RefusedException.storage("Cannot use " + file + ": " + reason(e));
    }
    refuseOther(network);
  }

  /** Refuses a directory that is another network's; one that is nobody's stays so. */
  void refuseOther(String network) throws RefusedException {
    refuseOther(path, network);
  }

  /** The same of a directory that nobody holds. */
  static void refuseOther(Path path, String network) throws RefusedException {
    Path file = path.resolve("network");
    try {
      if (!Files.exists(file)) {
        return;
      }
      String owner = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
      if (!owner.matches("[a-z][a-z0-9-]*")) {
        throw RefusedException.storage(
            file
                + " is damaged: it does not name a network. Write into it the one whose events this"
                + " directory has, for example "
                + network
                + ".");
      }
      if (!owner.equals(network)) {
        throw RefusedException.configuration(
            "The data directory "
                + path
                + " belongs to the network "
                + owner
                + ", not to "
                + network
                + ". Use another --data for another network.");
      }
    } catch (IOException e) {
      throw RefusedException.storage("Cannot use " + file + ": " + reason(e));
    }
  }

  /** What {@code kiln status} needs to find the node. */
  void writeState(Properties state) throws IOException {
    Path next = path.resolve("kiln.state.new");
    try (var out = Files.newBufferedWriter(next)) {
      state.store(out, null);
    }
    Files.move(next, stateFile(path), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The state a running node, or one that was killed, has left. */
  static Optional<Properties> readState(Path data) {
    Properties state = new Properties();
    try (var in = Files.newBufferedReader(stateFile(data))) {
      state.load(in);
      HostPort.parse(state.getProperty("http", ""));
      Long.parseLong(state.getProperty("pid", ""));
      return Optional.of(state);
    } catch (IOException | IllegalArgumentException e) {
      // None, or damaged, which tells as little.
      return Optional.empty();
    }
  }

  private static Path stateFile(Path data) {
    return data.resolve("kiln.state");
  }

  /** May be called again, also by another thread: the one that stops on a signal. */
  @Override
  public synchronized void close() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      Files.deleteIfExists(stateFile(path));
      channel.truncate(0);
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
