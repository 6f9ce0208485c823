package org.kiln.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The operator's credential for the admin routes. It lies in the data directory, so that whoever
 * may read the node's files, and nobody else, may also tell the node what to do. The node itself
 * gets its hash only.
 */
record OperatorToken(String text) {
  private static final int BYTES = 32;
  private static final FileAttribute<?>[] NONE = {};

  /** The token of a data directory; made when there is none. */
  static OperatorToken ensure(Path data) throws IOException {
    Path file = file(data);
    Files.createDirectories(data);
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    OperatorToken fresh = new OperatorToken(HexFormat.of().formatHex(random));
    try {
      Files.createFile(file, ownerOnly(data));
    } catch (FileAlreadyExistsException e) {
      String known = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
      if (known.matches("[0-9a-f]{" + 2 * BYTES + "}")) {
        return new OperatorToken(known);
      }
      // Damaged, or the node was killed between making the file and writing it. Nobody else has it.
    }
    Files.writeString(
        file,
        fresh.text + "\n",
        StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.SYNC);
    return fresh;
  }

  /**
   * The token of a data directory.
   *
   * @throws NoSuchFileException when no node ever ran there
   */
  static OperatorToken read(Path data) throws IOException {
    return new OperatorToken(Files.readString(file(data), StandardCharsets.US_ASCII).strip());
  }

  static Path file(Path data) {
    return data.resolve("operator.token");
  }

  private static FileAttribute<?>[] ownerOnly(Path data) throws IOException {
    return Files.getFileStore(data).supportsFileAttributeView("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : NONE;
  }

  /** What the node is told. */
  String sha256() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "OperatorToken";
  }
}
