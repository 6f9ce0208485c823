package org.kiln.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The contents in a backup's directory, each by its hash. */
final class BackupFiles {
  /** Where they lie. */
  static final String FOLDER = "files";

  private static final Pattern OURS =
      Pattern.compile("files/(draft[0-9]+[.]tmp|[0-9a-f]{2}/[0-9a-f]{64})");

  private static final int CHUNK = 1 << 20;

  private final Path backup;

  /** Folders that have something new. */
  private final Set<Path> touched = new HashSet<>();

  private long added;

  BackupFiles(Path backup) {
    this.backup = backup;
  }

  /** Bytes that were not there before. */
  long added() {
    return added;
  }

  /** Whether a file that is only appended to is what the backup has of it. */
  boolean isSame(BackupManifest.Entry entry, Path file) throws IOException {
    BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
    return is.size() == entry.bytes()
        && is.lastModifiedTime().toMillis() == entry.modified()
        && Files.exists(entry.in(backup));
  }

  /** A file's content as it was read, which is the backup's only when it is kept. */
  final class Draft implements AutoCloseable {
    private final Path from;
    private final Path place;
    private final long modified;
    private final long bytes;
    private final String sha256;

    private Draft(Path from, Path place) throws IOException {
      this.from = from;
      this.place = place;
      MessageDigest digest = sha256();
      try (InputStream in = Files.newInputStream(from);
          OutputStream out = Files.newOutputStream(place)) {
        modified =
            Files.readAttributes(from, BasicFileAttributes.class).lastModifiedTime().toMillis();
        bytes = pour(in, out, digest);
      }
      sha256 = HexFormat.of().formatHex(digest.digest());
    }

    /** Whether the file's content is still that one. */
    boolean isStill() throws IOException {
      MessageDigest digest = sha256();
      try (InputStream in = Files.newInputStream(from)) {
        pour(in, OutputStream.nullOutputStream(), digest);
      }
      return HexFormat.of().formatHex(digest.digest()).equals(sha256);
    }

    /** Makes it the backup's. */
    BackupManifest.Entry keep(boolean key, String path) throws IOException {
      BackupManifest.Entry entry = new BackupManifest.Entry(sha256, bytes, modified, key, path);
      Path content = entry.in(backup);
      if (!Files.exists(content)) {
        BackupManifest.sync(place);
        touched.add(Files.createDirectories(content.getParent()));
        Files.move(place, content, StandardCopyOption.ATOMIC_MOVE);
        added += bytes;
      }
      return entry;
    }

    @Override
    public void close() throws IOException {
      Files.deleteIfExists(place);
    }
  }

  /**
   * Reads a file as far as it is now.
   *
   * @throws java.nio.file.NoSuchFileException of that very file, when it is not there
   */
  Draft draft(Path file) throws IOException {
    Path folder = Files.createDirectories(backup.resolve(FOLDER));
    Path place = Files.createTempFile(folder, "draft", ".tmp");
    try {
      return new Draft(file, place);
    } catch (IOException e) {
      Files.deleteIfExists(place);
      throw e;
    }
  }

  /** Copies a file as far as it is now. */
  BackupManifest.Entry add(Path file, boolean key, String path) throws IOException {
    try (Draft draft = draft(file)) {
      return draft.keep(key, path);
    }
  }

  /** Writes a file as the backup has it, and refuses one that is not what it was. */
  void restore(BackupManifest.Entry entry, Path file) throws IOException {
    MessageDigest digest = sha256();
    Files.createDirectories(file.getParent());
    long bytes;
    try (InputStream in = Files.newInputStream(entry.in(backup));
        OutputStream out = Files.newOutputStream(file)) {
      bytes = pour(in, out, digest);
    }
    if (bytes != entry.bytes()
        || !HexFormat.of().formatHex(digest.digest()).equals(entry.sha256())) {
      throw new IOException(entry.in(backup) + " is damaged; it is " + entry.path());
    }
    BackupManifest.sync(file);
  }

  private static long pour(InputStream in, OutputStream out, MessageDigest digest)
      throws IOException {
    byte[] chunk = new byte[CHUNK];
    long all = 0;
    for (int read = in.read(chunk); read > 0; read = in.read(chunk)) {
      digest.update(chunk, 0, read);
      out.write(chunk, 0, read);
      all += read;
    }
    return all;
  }

  /** All that was added is on the disk for good. */
  void sync() throws IOException {
    for (Path folder : touched) {
      BackupManifest.sync(folder);
    }
    BackupManifest.sync(backup.resolve(FOLDER));
  }

  /** Deletes what no entry needs, of what has a name that only we give. */
  void prune(List<BackupManifest.Entry> entries) throws IOException {
    Set<Path> needed = new HashSet<>();
    entries.forEach(entry -> needed.add(entry.in(backup)));
    for (Path file : all()) {
      if (isOurs(file) && !needed.contains(file)) {
        Files.delete(file);
      }
    }
  }

  /** A file among the contents that no backup has made. */
  Optional<Path> foreign() throws IOException {
    return all().stream().filter(file -> !isOurs(file)).findFirst();
  }

  private List<Path> all() throws IOException {
    Path folder = backup.resolve(FOLDER);
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)).toList();
    }
  }

  private boolean isOurs(Path file) {
    String path = backup.relativize(file).toString().replace('\\', '/');
    return OURS.matcher(path).matches() && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
