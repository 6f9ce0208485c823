package org.kiln.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a backup holds: the file {@code kiln-backup} in its directory, replaced as a whole when all
 * it names is on the disk. A backup that was cut short leaves the one before as it was.
 *
 * <pre>
 * kiln-backup 1
 * network NAME
 * node ID
 * identity true|false
 * taken INSTANT
 * SHA-256 bytes modified-ms key|- path         one line a file, blanks between
 * end N
 * </pre>
 *
 * @param network whose events it has
 * @param node the {@link NodeId} of whose they are
 * @param identity whether the node's keys are among the files
 * @param taken when
 * @param files with their paths below the data directory
 */
record BackupManifest(
    String network, String node, boolean identity, String taken, List<Entry> files) {
  static final String FILE = "kiln-backup";

  /** The next one, until it is whole. */
  static final String NEXT = FILE + ".new";

  private static final String FIRST = "kiln-backup 1";

  /**
   * A file.
   *
   * @param sha256 of its content, in hex, and its name in the backup
   * @param bytes its length
   * @param modified unix milliseconds
   * @param key whether it is a part of the node's identity
   * @param path below the data directory, with slashes
   */
  record Entry(String sha256, long bytes, long modified, boolean key, String path) {
    /** Where its content lies in a backup. */
    Path in(Path backup) {
      return backup.resolve(BackupFiles.FOLDER).resolve(sha256.substring(0, 2)).resolve(sha256);
    }
  }

  BackupManifest {
    files = List.copyOf(files);
  }

  /** Of all files. */
  long bytes() {
    return files.stream().mapToLong(Entry::bytes).sum();
  }

  /**
   * Reads it.
   *
   * @return empty when the directory has none
   */
  static Optional<BackupManifest> read(Path backup) throws RefusedException {
    Path file = backup.resolve(FILE);
    try {
      return Optional.of(parse(Files.readAllLines(file, StandardCharsets.UTF_8), file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw RefusedException.storage("Cannot read " + file + ": " + e);
    }
  }

  private static BackupManifest parse(List<String> lines, Path file) throws RefusedException {
    if (lines.isEmpty() || !lines.get(0).startsWith("kiln-backup ")) {
      throw RefusedException.storage(file + " is no list of a backup.");
    }
    if (!lines.get(0).equals(FIRST)) {
      throw RefusedException.storage(file + " was written by a newer Kiln; use that one.");
    }
    List<Entry> files = new ArrayList<>();
    try {
      String network = after(lines.get(1), "network ");
      String node = after(lines.get(2), "node ");
      boolean identity = Boolean.parseBoolean(after(lines.get(3), "identity "));
      String taken = after(lines.get(4), "taken ");
      for (String line : lines.subList(5, lines.size() - 1)) {
        files.add(entry(line));
      }
      if (Integer.parseInt(after(lines.getLast(), "end ")) != files.size()) {
        throw new IllegalArgumentException(lines.getLast());
      }
      return new BackupManifest(network, node, identity, taken, files);
    } catch (RuntimeException e) {
      throw RefusedException.storage(
          file + " is damaged; its directory holds no whole backup. Make one anew elsewhere.");
    }
  }

  private static Entry entry(String line) {
    String[] words = line.split(" ", 5);
    if (!words[0].matches("[0-9a-f]{64}") || !isBelow(words[4])) {
      throw new IllegalArgumentException(line);
    }
    return new Entry(
        words[0],
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        words[3].equals("key"),
        words[4]);
  }

  private static String after(String line, String begin) {
    if (!line.startsWith(begin)) {
      throw new IllegalArgumentException(line);
    }
    return line.substring(begin.length());
  }

  /** A backup may come from anywhere, and must not write anywhere. */
  private static boolean isBelow(String path) {
    Path there = Path.of(path);
    return !path.isEmpty()
        && !there.isAbsolute()
        && there.equals(there.normalize())
        && !there.startsWith("..");
  }

  /** Replaces the one that is there. */
  void write(Path backup) throws IOException {
    StringBuilder text = new StringBuilder(FIRST + "\n");
    text.append("network ").append(network).append('\n');
    text.append("node ").append(node).append('\n');
    text.append("identity ").append(identity).append('\n');
    text.append("taken ").append(taken).append('\n');
    for (Entry entry : files) {
      text.append(entry.sha256()).append(' ').append(entry.bytes()).append(' ');
      text.append(entry.modified()).append(' ').append(entry.key() ? "key" : "-").append(' ');
      text.append(entry.path()).append('\n');
    }
    text.append("end ").append(files.size()).append('\n');
    Path next = backup.resolve(NEXT);
    Files.writeString(next, text);
    sync(next);
    Files.move(next, backup.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    sync(backup);
  }

  /** A file or a directory is on the disk for good. */
  static void sync(Path path) throws IOException {
    StandardOpenOption how =
        Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }
}
