package org.kiln.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A directory that a backup is in, or will be. Held by a lock of the system: one writes, or some
 * read.
 */
final class BackupTarget implements AutoCloseable {
  private static final String LOCK = ".lock";
  private static final Set<String> OURS =
      Set.of(LOCK, BackupFiles.FOLDER, BackupManifest.FILE, BackupManifest.NEXT);

  private final Path path;
  private final FileChannel lock;

  private BackupTarget(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * To write into; made if need be.
   *
   * @param data the node's directory
   * @throws RefusedException when it has anything but a backup, and then nothing was changed in it
   */
  static BackupTarget write(Path named, Path data) throws RefusedException {
    try {
      Path path = Directories.real(named);
      Directories.refuseNested(named, data);
      refuseForeign(path);
      Files.createDirectories(path);
      return lock(
          path,
          FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE),
          false);
    } catch (IOException e) {
      throw RefusedException.storage("Cannot use " + named + ": " + e);
    }
  }

  /** To read from. A medium that cannot be written to needs no lock, and may have none. */
  static BackupTarget read(Path path) throws RefusedException {
    try {
      return lock(path, FileChannel.open(path.resolve(LOCK), StandardOpenOption.READ), true);
    } catch (NoSuchFileException e) {
      return new BackupTarget(path, null);
    } catch (IOException e) {
      throw RefusedException.storage("Cannot use " + path + ": " + e);
    }
  }

  private static BackupTarget lock(Path path, FileChannel channel, boolean shared)
      throws IOException, RefusedException {
    try {
      if (channel.tryLock(0, Long.MAX_VALUE, shared) != null) {
        return new BackupTarget(path, channel);
      }
    } catch (OverlappingFileLockException e) {
      // By this very process (tests): the same answer as for another process.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw RefusedException.storage(
        "Another kiln backup or kiln restore works on " + path + ". Say it again afterwards.");
  }

  private static void refuseForeign(Path path) throws IOException, RefusedException {
    if (!Files.exists(path) || Files.exists(path.resolve(BackupManifest.FILE))) {
      return;
    }
    Optional<Path> other;
    try (Stream<Path> files = Files.list(path)) {
      other = files.filter(file -> !OURS.contains(file.getFileName().toString())).findFirst();
    }
    other = other.isPresent() ? other : new BackupFiles(path).foreign();
    if (other.isPresent()) {
      throw RefusedException.storage(
          path
              + " is no backup and has other files ("
              + path.relativize(other.get())
              + "). Name an empty directory, or a new one.");
    }
  }

  Path path() {
    return path;
  }

  /** The backup that is there; or nothing. */
  Optional<BackupManifest> manifest() throws RefusedException {
    return BackupManifest.read(path);
  }

  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
    }
  }
}
