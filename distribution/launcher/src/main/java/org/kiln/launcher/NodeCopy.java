package org.kiln.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** One copy of a node's files into a backup, while it may write. For one thread, and for once. */
final class NodeCopy {
  private static final int KIB = 1 << 10;

  /** As often the list of files is read anew, when some were deleted while they were copied. */
  private static final int ROUNDS = 50;

  private final BackupSource source;
  private final BackupFiles files;
  private final boolean identity;
  private final Map<String, BackupManifest.Entry> known = new HashMap<>();
  private final Consumer<Path> read;
  private final ProgressBar bar;
  private final IndexCopy index;

  private final Map<String, BackupManifest.Entry> kept = new LinkedHashMap<>();

  /** Files of the store that are copied to their end. */
  private final Set<String> whole = new HashSet<>();

  /** Without these it is no node, or another one. */
  private final Set<String> needed = new TreeSet<>(Set.of("network", StoreRecord.FILE));

  /**
   * A copy.
   *
   * @param identity whether the keys are copied too
   * @param before the files of the backup that is there
   * @param read told of each file that was read
   */
  NodeCopy(
      BackupSource source,
      BackupFiles files,
      boolean identity,
      List<BackupManifest.Entry> before,
      Consumer<Path> read,
      PrintStream out) {
    this.source = source;
    this.files = files;
    this.identity = identity;
    this.read = read;
    this.bar = new ProgressBar(out, "KiB");
    this.index = new IndexCopy(source.data(), files, read);
    before.forEach(entry -> known.put(entry.path(), entry));
  }

  /** What the operator should know of it; may be empty. */
  String notice() {
    return index.notice();
  }

  /** Copies, and says what makes up the node. */
  List<BackupManifest.Entry> entries() throws IOException {
    // Before the store: an index that is behind it goes on from where it is.
    kept.putAll(index.entries(known));
    copy(source.mark());
    long total = 0;
    for (String path : source.files(identity)) {
      total += sizeOf(source.data().resolve(path));
    }
    int rounds = 0;
    while (!round(total)) {
      if (++rounds == ROUNDS) {
        throw new IOException("files are deleted faster than they can be copied");
      }
    }
    bar.reached(total / KIB + 1, total / KIB + 1);
    for (String path : needed) {
      if (!kept.containsKey(path)) {
        throw new IOException(
            source.data().resolve(path) + " is gone, without which it is no node");
      }
    }
    if (kept.keySet().stream().noneMatch(source::hasEvents)) {
      throw new IOException("there is no file of the store in " + source.data());
    }
    kept.keySet()
        .removeIf(path -> source.isSum(path) && !kept.containsKey(BackupSource.ofSum(path)));
    return List.copyOf(kept.values());
  }

  /** Copies what is listed now and not yet whole; false when some of it was gone by then. */
  private boolean round(long total) throws IOException {
    List<String> now = source.files(identity);
    String last = now.stream().filter(source::isStoreFile).reduce("", (a, b) -> b);
    // The end of the log as it was, and cleaned up since: a part of it is no file of the store.
    Set<String> there = Set.copyOf(now);
    kept.keySet()
        .removeIf(
            path -> source.isStoreFile(path) && !whole.contains(path) && !there.contains(path));
    boolean all = true;
    for (String path : now) {
      if (source.isKey(source.data().resolve(path))) {
        needed.add(path);
      }
      if (isDone(path)) {
        continue;
      }
      if (!copy(path)) {
        all = false;
      } else if (source.isStoreFile(path) && !path.equals(last)) {
        whole.add(path);
      }
      long bytes = kept.values().stream().mapToLong(BackupManifest.Entry::bytes).sum();
      bar.reached(Math.min(bytes, total) / KIB, total / KIB + 1);
    }
    return all;
  }

  /** Only what is still written to, or has come, is looked at again. */
  private boolean isDone(String path) {
    if (BackupSource.isIndex(path) || path.equals(source.mark())) {
      return true; // copied before the list was made, or not at all
    }
    if (source.isStoreFile(path)) {
      return whole.contains(path);
    }
    return kept.containsKey(path)
        && !(source.isSum(path) && !whole.contains(BackupSource.ofSum(path)));
  }

  /**
   * Copies a file as it is now; false when it is gone. The cleaner has copied what is of use in it
   * to the end, and all of that is wanted: a list made since then has it.
   */
  private boolean copy(String path) throws IOException {
    Path file = source.data().resolve(path);
    try {
      BackupManifest.Entry old = known.get(path);
      boolean same = old != null && source.isStoreFile(path) && files.isSame(old, file);
      kept.put(path, same ? old : files.add(file, source.isKey(file), path));
      read.accept(file);
      return true;
    } catch (NoSuchFileException e) {
      if (!file.toString().equals(e.getFile())) {
        throw e; // in the backup, say
      }
      kept.remove(path);
      return false;
    }
  }

  private static long sizeOf(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0; // gone since it was listed
    }
  }
}
