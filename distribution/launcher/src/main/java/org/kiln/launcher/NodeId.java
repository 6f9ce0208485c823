package org.kiln.launcher;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * By which a backup knows its node again: a random UUID in the data directory, made by the first
 * backup. It comes back with the node's identity and not without: who has another identity is
 * another node. Its peer ID would not do, since a node without a network has none.
 */
final class NodeId {
  static final String FILE = "backup.id";

  private NodeId() {}

  /** The one of a data directory. */
  static String of(Path data) throws RefusedException {
    Path file = data.resolve(FILE);
    try {
      if (!Files.exists(file)) {
        make(data, file);
      }
      return UUID.fromString(Files.readString(file).strip()).toString();
    } catch (IllegalArgumentException e) {
      throw RefusedException.storage(
          file
              + " is damaged. Put it back from a backup, or delete it and name a new directory for"
              + " the next backup.");
    } catch (IOException e) {
      throw RefusedException.storage("Cannot use " + file + ": " + e);
    }
  }

  private static void make(Path data, Path file) throws IOException {
    Path draft = Files.createTempFile(data, "backup", ".tmp");
    try {
      Files.writeString(draft, UUID.randomUUID() + "\n");
      BackupManifest.sync(draft);
      Files.move(draft, file);
      BackupManifest.sync(data);
    } catch (FileAlreadyExistsException e) {
      return; // another backup was faster
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
