package org.kiln.launcher;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Keeps what may hold a secret to the user that runs the node, whatever the process's umask and
 * however an older node made it. Does nothing where files have no POSIX permissions.
 */
final class PrivateFiles {
  private static final Set<PosixFilePermission> DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  /** Logs, credentials, keys, and the platform's copy of the settings. */
  private static final List<String> PLACES =
      List.of("logs", "access", "framework", "libp2p", "anchor-evm", "anchor-remote");

  private PrivateFiles() {}

  /**
   * Closes these places of a data directory to others; makes those that are written first.
   *
   * @return sentences about what stays open: a volume may know no permissions, and its owner may be
   *     another
   */
  static List<String> close(Path data) throws IOException {
    Files.createDirectories(data.resolve("logs"));
    Files.createDirectories(data.resolve("framework"));
    if (!Files.getFileStore(data).supportsFileAttributeView("posix")) {
      return List.of();
    }
    List<String> open = new ArrayList<>();
    for (String place : PLACES) {
      Path directory = data.resolve(place);
      if (Files.isDirectory(directory)) {
        set(directory, DIRECTORY, open);
      }
    }
    Path log = data.resolve("logs/kiln.log");
    if (!Files.exists(log)) {
      Files.createFile(log, PosixFilePermissions.asFileAttribute(FILE));
    }
    try (Stream<Path> logs = Files.list(data.resolve("logs"))) {
      for (Path file : logs.filter(Files::isRegularFile).toList()) {
        set(file, FILE, open);
      }
    }
    return open;
  }

  private static void set(Path path, Set<PosixFilePermission> permissions, List<String> open)
      throws IOException {
    if (Files.getPosixFilePermissions(path).equals(permissions)) {
      return;
    }
    try {
      Files.setPosixFilePermissions(path, permissions);
    } catch (FileSystemException e) {
      open.add(path + " may hold secrets and cannot be closed to other users: " + e.getReason());
    }
  }
}
