package org.kiln.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Copies the index of documents. SQLite moves what was written from beside the database into it now
 * and then; when the database is the same before and after, what is beside it belongs to it. An
 * index that never rests does not hold up the events, of which it is made: the one of the backup
 * before stays, or there is none.
 */
final class IndexCopy {
  private static final int TRIES = 5;

  private final Path database;
  private final Path ahead;
  private final BackupFiles files;
  private final Consumer<Path> read;
  private String notice = "";

  /**
   * For one copy.
   *
   * @param read told of the database each time it was read
   */
  IndexCopy(Path data, BackupFiles files, Consumer<Path> read) {
    this.database = data.resolve(BackupSource.DATABASE);
    this.ahead = data.resolve(BackupSource.AHEAD);
    this.files = files;
    this.read = read;
  }

  /**
   * Its files, by their paths below the data directory; none when there is no index.
   *
   * @param before the files of the backup before, whose contents are still there
   */
  Map<String, BackupManifest.Entry> entries(Map<String, BackupManifest.Entry> before)
      throws IOException {
    for (int i = 0; i < TRIES; i++) {
      Optional<Map<String, BackupManifest.Entry>> copied = copy();
      if (copied.isPresent()) {
        return copied.get();
      }
    }
    Map<String, BackupManifest.Entry> old = new LinkedHashMap<>(before);
    old.keySet().removeIf(path -> !BackupSource.isIndex(path));
    notice =
        old.isEmpty()
            ? "The index of documents was written to all the time and is not in the backup. On the"
                + " restored node name its models with 'kiln index add MODEL'; an index that is"
                + " there is made anew by 'kiln rebuild --index'."
            : "The index of documents was written to all the time: the backup keeps the older one"
                + " it had, which the restored node brings up to date ('kiln rebuild --index'"
                + " makes it anew).";
    return old;
  }

  /** What the operator should know; empty when the index is as it was in the node. */
  String notice() {
    return notice;
  }

  /** Empty when it was written to meanwhile; nothing is left of that. */
  private Optional<Map<String, BackupManifest.Entry>> copy() throws IOException {
    try (BackupFiles.Draft rows = files.draft(database);
        BackupFiles.Draft more = Files.exists(ahead) ? files.draft(ahead) : null) {
      read.accept(database);
      if (!rows.isStill()) {
        return Optional.empty();
      }
      Map<String, BackupManifest.Entry> both = new LinkedHashMap<>();
      both.put(BackupSource.DATABASE, rows.keep(false, BackupSource.DATABASE));
      if (more != null) {
        both.put(BackupSource.AHEAD, more.keep(false, BackupSource.AHEAD));
      }
      return Optional.of(both);
    } catch (NoSuchFileException e) {
      if (database.toString().equals(e.getFile())) {
        return Optional.of(Map.of());
      }
      if (ahead.toString().equals(e.getFile())) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
