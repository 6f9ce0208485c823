package org.kiln.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The contents in a backup's directory, each by its hash. */
final class BackupFiles {
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

  /** Whether a file's content is still the one that was copied. */
  static boolean isStill(BackupManifest.Entry entry, Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = Files.newInputStream(file)) {
      pour(in, OutputStream.nullOutputStream(), digest);
    }
    return HexFormat.of().formatHex(digest.digest()).equals(entry.sha256());
  }

  /** Copies a file as far as it is now. */
  BackupManifest.Entry add(Path file, boolean key, String path) throws IOException {
    Path folder = Files.createDirectories(backup.resolve("files"));
    Path draft = Files.createTempFile(folder, "draft", ".tmp");
    try {
      long modified =
          Files.readAttributes(file, BasicFileAttributes.class).lastModifiedTime().toMillis();
      MessageDigest digest = sha256();
      long bytes;
      try (InputStream in = Files.newInputStream(file);
          OutputStream out = Files.newOutputStream(draft)) {
        bytes = pour(in, out, digest);
      }
      String hash = HexFormat.of().formatHex(digest.digest());
      BackupManifest.Entry entry = new BackupManifest.Entry(hash, bytes, modified, key, path);
      Path place = entry.in(backup);
      if (!Files.exists(place)) {
        BackupManifest.sync(draft);
        touched.add(Files.createDirectories(place.getParent()));
        Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
        added += bytes;
      }
      return entry;
    } finally {
      Files.deleteIfExists(draft);
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
    BackupManifest.sync(backup.resolve("files"));
  }

  /** Deletes what no entry needs. */
  void prune(List<BackupManifest.Entry> entries) throws IOException {
    Set<Path> needed = new HashSet<>();
    entries.forEach(entry -> needed.add(entry.in(backup)));
    List<Path> there;
    try (Stream<Path> files = Files.walk(backup.resolve("files"))) {
      there = files.filter(Files::isRegularFile).toList();
    }
    for (Path file : there) {
      if (!needed.contains(file)) {
        Files.delete(file);
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
