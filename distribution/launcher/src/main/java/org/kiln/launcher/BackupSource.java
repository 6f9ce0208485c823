package org.kiln.launcher;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The files of a data directory that make up a node, in the order in which they can be copied while
 * it writes.
 *
 * <p>First the mark, before the files are listed: it says how far the store is on the disk at
 * least, so that the list has all that it speaks of. Then the sums, which are written after what
 * they are of; then the store's own files, in the order of their addresses. Each is only appended
 * to, and what the cleaner deletes it has copied to the end before. So at every moment the copy is
 * what a node that was killed would have left.
 *
 * <p>Links are followed, since a store may lie on a disk of its own.
 */
final class BackupSource {
  /** The index of documents in SQLite. */
  static final String DATABASE = "index/documents.sqlite";

  /** What was written and is not in the database yet. */
  static final String AHEAD = DATABASE + "-wal";

  private static final String INDEX = "index";

  /** What is made anew, belongs to one run, or is derived from the store. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "framework",
          "framework.lock",
          "kiln.lock",
          "kiln.serving",
          "kiln.state",
          "kiln.state.new",
          "logs",
          "operator.token",
          "sql",
          "store-scratch",
          "tls.p12");

  /** Settings that name a file with a secret. */
  private static final List<String> KEYS =
      List.of("anchor.remote.seed-file", "anchor.evm.key-file", "http.tls-key");

  private final Path data;
  private final StorePlace store;
  private final Path target;
  private final Set<Path> keys;

  /**
   * The files of a node.
   *
   * @param data its directory, without links on the way to it
   * @param target where they are copied to, which must not be among them
   * @param keys files with secrets, which may lie elsewhere or not be there
   */
  BackupSource(Path data, StorePlace store, Path target, List<Path> keys) throws IOException {
    this.data = data;
    this.store = store;
    this.target = target;
    this.keys = new HashSet<>();
    for (Path key : keys) {
      this.keys.add(Directories.real(key));
    }
    for (String own : List.of("libp2p/identity.key", "libp2p/gossip.seqno", NodeId.FILE)) {
      this.keys.add(Directories.real(data.resolve(own)));
    }
  }

  /** The files with secrets that settings name. */
  static List<Path> keys(Configuration configuration) {
    return KEYS.stream()
        .filter(key -> !configuration.get(key).isEmpty())
        .map(configuration::file)
        .toList();
  }

  Path data() {
    return data;
  }

  /** The store's mark, below the data directory. */
  String mark() {
    return store.directory() + ".mark";
  }

  /**
   * The files as they are now, with their paths below the data directory.
   *
   * @param identity whether the node's keys are wanted
   */
  List<String> files(boolean identity) throws IOException {
    List<String> found = new ArrayList<>();
    Files.walkFileTree(
        data,
        Set.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes is)
              throws IOException {
            if (isLeftOut(directory)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            if (Directories.real(directory).startsWith(target)) {
              throw new IOException(directory + " leads into " + target);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes is) throws IOException {
            if (is.isSymbolicLink() && !isLeftOut(file)) {
              throw new IOException(file + " is a link to what is not there");
            }
            if (is.isRegularFile() && !isLeftOut(file) && (identity || !isKey(file))) {
              found.add(data.relativize(file).toString().replace('\\', '/'));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE; // gone since it was listed
            }
            throw e;
          }
        });
    found.sort(Comparator.comparingInt(this::turn).thenComparing(Comparator.naturalOrder()));
    return found;
  }

  /** The store's own files; all but the last are written to no more. */
  boolean isStoreFile(String path) {
    return path.startsWith(store.directory() + "/") && path.endsWith(".xd");
  }

  /** Their sums. */
  boolean isSum(String path) {
    return path.startsWith(store.directory() + "/") && path.endsWith(".sum");
  }

  /** The store's file that a sum is of. */
  static String ofSum(String path) {
    return path.substring(0, path.length() - ".sum".length()) + ".xd";
  }

  private int turn(String path) {
    return path.equals(mark()) ? 0 : isSum(path) ? 1 : isStoreFile(path) ? 2 : 3;
  }

  /** Whether events may be in it, of whichever backend the store is. */
  boolean hasEvents(String path) {
    return store.backend().equals(StoreRecord.XODUS)
        ? isStoreFile(path)
        : path.startsWith(store.directory() + "/");
  }

  private boolean isLeftOut(Path path) {
    if (path.equals(data)) {
      return false;
    }
    String first = data.relativize(path).getName(0).toString();
    boolean otherStore =
        first.matches("store(-[a-z0-9-]+)?([.]mark)?")
            && !first.equals(store.directory())
            && !first.equals(store.directory() + ".mark");
    String name = path.getFileName().toString();
    boolean scrap = first.endsWith(".tmp") || name.endsWith(".lck");
    return LEFT_OUT.contains(first) || otherStore || scrap || isIndexScrap(path);
  }

  /** Of the index of documents only the database is wanted, and what is not yet in it. */
  private boolean isIndexScrap(Path path) {
    Path index = data.resolve(INDEX);
    return path.startsWith(index)
        && !path.equals(index)
        && !path.equals(data.resolve(DATABASE))
        && !path.equals(data.resolve(AHEAD));
  }

  /** Whether it is a part of the index of documents, which is copied in a way of its own. */
  static boolean isIndex(String path) {
    return path.startsWith(INDEX + "/");
  }

  /**
   * The keys by which others know the node, and those it pays with: those of ours, and those that
   * settings name.
   */
  boolean isKey(Path file) throws IOException {
    return keys.contains(Directories.real(file));
  }
}
