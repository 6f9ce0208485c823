package org.kiln.libp2p.key;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Set;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.kiln.core.protobuf.ProtobufReader;
import org.kiln.core.protobuf.ProtobufWriter;

/** The Ed25519 key this node is known by. Immutable; never shown in text. */
public final class HostKey {
  private static final int SEED = Ed25519.SECRET_KEY_SIZE;
  private static final int PUBLIC = Ed25519.PUBLIC_KEY_SIZE;
  private static final int MAX_FILE = 256;

  private final byte[] seed;
  private final PublicKey publicKey;
  private final byte[] publicBytes;

  private HostKey(byte[] seed) {
    this.seed = seed;
    this.publicBytes = new byte[PUBLIC];
    Ed25519.generatePublicKey(seed, 0, publicBytes, 0);
    this.publicKey = PublicKey.ed25519(publicBytes);
  }

  /** A fresh key. */
  public static HostKey random() {
    byte[] seed = new byte[SEED];
    new SecureRandom().nextBytes(seed);
    return new HostKey(seed);
  }

  /** The key of a seed of 32 bytes. */
  public static HostKey ofSeed(byte[] seed) {
    if (seed.length != SEED) {
      throw new IllegalArgumentException("A seed of " + seed.length + " bytes");
    }
    return new HostKey(seed.clone());
  }

  /**
   * Reads the key from a file, or makes one and keeps it there, readable by its owner only.
   *
   * @throws IOException when the file holds something else or cannot be written; an unreadable key
   *     is never replaced, since peers know the node by it
   */
  public static HostKey load(Path file) throws IOException {
    if (Files.exists(file)) {
      try {
        if (Files.size(file) > MAX_FILE) {
          throw new IOException("it is too long");
        }
        return decode(Files.readAllBytes(file));
      } catch (FileSystemException e) {
        throw new IOException(
            file + " cannot be read, " + e.getClass().getSimpleName() + ": " + e.getReason(), e);
      } catch (IOException | IllegalArgumentException e) {
        throw new IOException(
            file
                + " is damaged: it holds no Ed25519 identity key ("
                + e.getMessage()
                + "). Put it back from a backup, or delete it: the node is then another one to its"
                + " peers.",
            e);
      }
    }
    HostKey key = random();
    key.store(file);
    return key;
  }

  /**
   * Reads the libp2p form of a private key: seed and public key, the latter perhaps twice.
   *
   * @throws IOException when it is no Ed25519 key or its halves do not belong together
   */
  static HostKey decode(byte[] bytes) throws IOException {
    long type = -1;
    byte[] data = {};
    ProtobufReader reader = ProtobufReader.of(bytes, 2);
    while (reader.next()) {
      if (reader.field() == 1) {
        type = reader.number();
      } else if (reader.field() == 2) {
        data = reader.bytes(SEED + 2 * PUBLIC);
      }
    }
    if (type != KeyType.ED25519.ordinal()
        || data.length != SEED + PUBLIC && data.length != SEED + 2 * PUBLIC) {
      throw new IOException("key of type " + type + " with " + data.length + " bytes");
    }
    HostKey key = new HostKey(Arrays.copyOf(data, SEED));
    for (int at = SEED; at < data.length; at += PUBLIC) {
      if (!Arrays.equals(key.publicBytes, Arrays.copyOfRange(data, at, at + PUBLIC))) {
        throw new IOException("its public half does not belong to its private half");
      }
    }
    return key;
  }

  byte[] encode() {
    byte[] data = Arrays.copyOf(seed, SEED + PUBLIC);
    System.arraycopy(publicBytes, 0, data, SEED, PUBLIC);
    return new ProtobufWriter().number(1, KeyType.ED25519.ordinal()).bytes(2, data).toByteArray();
  }

  private void store(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    boolean posix =
        Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix");
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (FileChannel out =
        posix
            ? FileChannel.open(
                draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner)
            : FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(encode());
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The public half. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** Signs a message; 64 bytes. */
  public byte[] sign(byte[] message) {
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(seed, 0, publicBytes, 0, message, 0, message.length, signature, 0);
    return signature;
  }
}
